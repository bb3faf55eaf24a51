"""Fixes for standard streams that children would lack."""

from inheritlint.edits.lines import insert_after, name_of_os
from inheritlint.events.standard_stream_events import StandardStreamNotInheritable
from inheritlint.findings import Fix, Safety


def make_stream_inheritable(lost: StandardStreamNotInheritable) -> Fix | None:
    """`os.set_inheritable(0, True)` after the call that landed on that number."""
    found = name_of_os(lost.program, lost.node)
    if found is None or len(lost.numbers) != 1:
        return None
    name, imports = found
    text = f"{name}.set_inheritable({lost.numbers[0]}, True)"
    edit = insert_after(lost.program, lost.node, text)
    return Fix((*imports, edit), Safety.SAFE, f"Add `{text}`") if edit else None
