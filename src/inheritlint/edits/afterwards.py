"""Whether a reset may run after an exception, too: in its place, the descriptor may be closed, or still be needed."""

import ast

import libcst as cst

from inheritlint.edits.scopes import scopes_of
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.effects import Effect

#: Functions of Python's own that leave descriptors alone, and calls that do.
_HARMLESS = frozenset("str repr len print list tuple dict set sorted int bool isinstance range enumerate zip".split())
_STARTING = (Effect.SUBPROCESS, Effect.SPAWN, Effect.SET_INHERITABLE, Effect.CREATE)
_HANDING_OVER = (ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncWith, ast.AsyncFor)


def is_shared(program: Program, name: cst.Name) -> bool:
    """Whether other code than the function around may use the variable `name`."""
    scopes = scopes_of(program.tree.source)
    return scopes is None or scopes.is_shared(name.value, program.tree.extent(name)[0])


def is_used_after(program: Program, number: cst.BaseExpression, closing: cst.CSTNode) -> bool:
    """Whether the function may use the descriptor `number` when `closing` has closed it: after an exception, that
    would come too early."""
    scopes = scopes_of(program.tree.source)
    if scopes is None:
        return True
    if isinstance(number, cst.Call) and isinstance(number.func, cst.Attribute):
        number = number.func.value  # of `file.fileno()`
    start, end = program.tree.extent(closing)
    return isinstance(number, cst.Name) and scopes.last_use(number.value, start) > end


def calls_others(program: Program, start: int, end: int) -> bool:
    """Whether anything in that stretch is called, or waited for, of which it is not known what it does to
    descriptors."""
    scopes = scopes_of(program.tree.source)
    if scopes is None:
        return True
    known = {
        program.tree.extent(call)
        for call in program.records
        if all(each.spec.effect in _STARTING for each in program.seen_at(call))
    }
    for node, _ in scopes.nodes_in(start, end):
        if isinstance(node, _HANDING_OVER):
            return True
        if isinstance(node, ast.With) and not all(isinstance(item.context_expr, ast.Call) for item in node.items):
            return True
        if isinstance(node, ast.Call) and (scopes.start(node), scopes.end(node)) not in known:
            is_harmless = isinstance(node.func, ast.Name) and node.func.id in _HARMLESS
            if not is_harmless:
                return True
    return False
