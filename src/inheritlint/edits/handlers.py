"""Whether an exception that a fix takes away may be what the program waits for."""

import libcst as cst

from inheritlint.findings import Safety
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.calls import row_of

#: What a `with` may hold that takes no exception: something open, or a lock.
_PASSING = ("open", "closing", "nullcontext", "Lock", "RLock", "Popen", "TemporaryDirectory")


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
    return not all(_passes(program, item.item) for item in block.items)


def _passes(program: Program, manager: cst.BaseExpression) -> bool:
    """Whether it is known to let exceptions pass."""
    if not isinstance(manager, cst.Call):
        return False
    names = set(program.outline.qualified(manager.func)) or {program.tree.text(manager.func)}
    rows = [row_of(name) for name in names]
    return any(name.rpartition(".")[2] in _PASSING for name in names) or (bool(rows) and all(rows))
