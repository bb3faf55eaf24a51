"""Fixes for descriptors that the parent left open."""

import libcst as cst

from inheritlint.edits.lines import insert_after, insert_before, name_of_os
from inheritlint.events.inherited_descriptors import InheritedDescriptor
from inheritlint.explanations.numbers import socket_of
from inheritlint.findings import Fix, Safety


def make_non_inheritable(adopted: InheritedDescriptor) -> Fix | None:
    """`os.set_inheritable(fd, False)` before it is used, or the socket's own method when it is made; None where the
    number, or the socket, has no plain name."""
    if adopted.is_socket:
        name = socket_of(adopted)
        text = f"{name}.set_inheritable(False)"
        edit = insert_after(adopted.program, adopted.node, text) if name else None
        return Fix((edit,), Safety.UNSAFE, f"Add `{text}`") if edit else None
    found = name_of_os(adopted.program, adopted.node)
    number = adopted.number.value if adopted.number else None
    if found is None or not isinstance(number, (cst.Name, cst.Attribute, cst.Integer)):
        return None
    name, imports = found
    text = f"{name}.set_inheritable({adopted.program.tree.text(number)}, False)"
    edit = insert_before(adopted.program, adopted.node, text)
    return Fix((*imports, edit), Safety.UNSAFE, f"Add `{text}`") if edit else None
