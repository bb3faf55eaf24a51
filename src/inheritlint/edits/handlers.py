"""Whether an exception that a fix takes away may be what the program waits for."""

import libcst as cst

from inheritlint.findings import Safety
from inheritlint.interpreter.program import Program

#: Words in the header of a `with` that takes exceptions, or waits for them.
_TAKING = ("suppress", "raises", "assertRaises", "assertRaisesRegex")


def safety_where_it_raised(program: Program, node: cst.CSTNode) -> Safety:
    """Safe where nothing around the call `node`, which cannot succeed, takes its exception; else the program may rely
    on that, and the fix is unsafe."""
    child = node
    for part in program.around(node):
        if isinstance(part, (cst.FunctionDef, cst.Lambda)):
            break
        if isinstance(part, (cst.Try, cst.TryStar)) and child is part.body and part.handlers:
            return Safety.UNSAFE
        if isinstance(part, cst.With) and child is part.body and _takes(program, part):
            return Safety.UNSAFE
        child = part
    return Safety.SAFE


def _takes(program: Program, block: cst.With) -> bool:
    headers = (program.tree.text(item.item) for item in block.items)
    return any(word in header for header in headers for word in _TAKING)
