"""Fixes for children that get this program's standard input."""

import libcst as cst

from inheritlint.edits.arguments import append, is_open, replace_argument
from inheritlint.edits.imports import Spelled, from_import, module_name
from inheritlint.events.inputs_shared import InputShared
from inheritlint.findings import Fix, Safety

_DEVNULL = "DEVNULL"


def without_input(shared: InputShared) -> Fix | None:
    """`stdin=subprocess.DEVNULL`; None where the call takes no `stdin`, or where that cannot be written there."""
    node, program = shared.node, shared.program
    if not shared.can_redirect or is_open(node):
        return None
    spelled = _devnull(shared)
    if spelled is None:
        return None
    name, imports = spelled
    text = f"stdin={name}"
    given = next((each for each in node.args if each.keyword and each.keyword.value == "stdin"), None)
    if given is None and len([each for each in node.args if not each.keyword]) > 3:
        return None  # it is among them
    edit = append(program.tree, node, text) if given is None else replace_argument(program.tree, given, text)
    return Fix((*imports, edit), Safety.UNSAFE, f"Add `{text}`") if edit else None


def _devnull(shared: InputShared) -> Spelled | None:
    """How `DEVNULL` is written there: as the call itself is."""
    node, program = shared.node, shared.program
    if isinstance(node.func, cst.Name) and (found := from_import(program, "subprocess", _DEVNULL, node)) is not None:
        return found
    module = "asyncio" if shared.callee.startswith("asyncio.") else "subprocess"
    named = module_name(program, module, node)
    if named is None:
        return None
    return f"{named[0]}.{_DEVNULL}" if module == "subprocess" else f"{named[0]}.subprocess.{_DEVNULL}", named[1]
