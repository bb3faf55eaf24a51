"""Repairs of descriptors that the parent left open."""

import libcst as cst

from inheritlint.edits.lines import insert_before, name_of_os
from inheritlint.events.adoptions import Adopted
from inheritlint.findings import Fix, Safety


def keep_from_children(adopted: Adopted) -> Fix | None:
    """`os.set_inheritable(fd, False)` before it is used; None where the number is not a plain name."""
    found = name_of_os(adopted.program, adopted.node)
    number = adopted.number.value if adopted.number else None
    if found is None or not isinstance(number, (cst.Name, cst.Attribute, cst.Integer)):
        return None
    name, imports = found
    text = f"{name}.set_inheritable({adopted.program.tree.text(number)}, False)"
    edit = insert_before(adopted.program, adopted.node, text)
    return Fix((*imports, edit), Safety.UNSAFE, f"Add `{text}`") if edit else None
