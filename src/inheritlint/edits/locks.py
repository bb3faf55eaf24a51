"""Fixes for locks that are lost when the program is replaced."""

from inheritlint.edits.lines import insert_before, name_of_os
from inheritlint.events.locks_lost import LockLost
from inheritlint.findings import Fix, Safety


def keep_lock(lost: LockLost) -> Fix | None:
    """`os.set_inheritable(lock, True)` before the program is replaced; None where the lock has no name there."""
    found = name_of_os(lost.program, lost.node)
    if found is None or not lost.lock:
        return None
    name, imports = found
    text = f"{name}.set_inheritable({lost.number}, True)"
    edit = insert_before(lost.program, lost.node, text)
    return Fix((*imports, edit), Safety.UNSAFE, f"Add `{text}`") if edit else None
