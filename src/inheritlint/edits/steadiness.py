"""Whether an expression has the same value at two places of one block: nothing between them changes it."""

import ast

import libcst as cst

from inheritlint.edits.scopes import scopes_of
from inheritlint.interpreter.program import Program
from inheritlint.source.nodes import children_of

#: Calls that only look at what they are given.
_READING = frozenset("str repr len list tuple set frozenset sorted map zip enumerate max min any all sum print".split())
#: What holds an expression, and leaves it as it is.
_HOLDING = (ast.For, ast.AsyncFor, ast.comprehension, ast.FormattedValue, ast.Compare, ast.Starred, ast.Subscript)


def names_in(node: cst.CSTNode) -> set[str]:
    """The variables that an expression reads."""
    if isinstance(node, cst.Name):
        return {node.value}
    if isinstance(node, cst.Attribute):
        return names_in(node.value)
    return {name for child in children_of(node) for name in names_in(child)}


def is_plain(node: cst.BaseExpression) -> bool:
    """Whether an expression is a variable, an attribute, an element by a constant, or the `fileno()` of one."""
    match node:
        case cst.Name():
            return True
        case cst.Attribute(value=value):
            return is_plain(value)
        case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return is_plain(value) and isinstance(index, (cst.Integer, cst.SimpleString))
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value="fileno")), args=[]):
            return is_plain(value)
    return False


def is_same(program: Program, node: cst.BaseExpression, start: int, end: int) -> bool:
    """Whether the plain expression `node` is not bound again between `start` and `end`."""
    scopes = scopes_of(program.tree.source)
    if scopes is None or scopes.is_rebound(names_in(node), start, end):
        return False
    if isinstance(node, cst.Name):
        return True
    steps = _steps(node)
    return not any(
        isinstance(getattr(each, "ctx", None), (ast.Store, ast.Del))
        and (isinstance(each, ast.Subscript) or (isinstance(each, ast.Attribute) and each.attr in steps))
        for each, _ in scopes.nodes_in(start, end)
    )


def is_same_collection(program: Program, node: cst.BaseExpression, start: int, end: int) -> bool:
    """Whether what can be walked in `node` is the same after `end` as before `start`: a display of plain things, or a
    collection that nothing between can change."""
    if isinstance(node, (cst.List, cst.Tuple)):
        for element in node.elements:
            kept = is_same_collection if isinstance(element, cst.StarredElement) else is_same
            if not is_plain(element.value) or not kept(program, element.value, start, end):
                return False
        return bool(node.elements)
    if not is_plain(node) or isinstance(node, cst.Call) or not is_same(program, node, start, end):
        return False
    return not _is_touched(program, node, start, end)


def _is_touched(program: Program, node: cst.BaseExpression, start: int, end: int) -> bool:
    """Whether anything between may change the collection: it is used for more than to be read."""
    scopes = scopes_of(program.tree.source)
    assert scopes is not None
    steps, names = _steps(node), names_in(node)
    for each, around in scopes.nodes_in(start, end):
        if isinstance(each, ast.Attribute) and each.attr not in steps:
            continue
        if not (isinstance(each, ast.Attribute) or (isinstance(each, ast.Name) and each.id in names and not steps)):
            continue
        reading = isinstance(around, ast.Call) and isinstance(around.func, ast.Name) and around.func.id in _READING
        if not reading and not isinstance(around, _HOLDING):
            return True
    return False


def _steps(node: cst.BaseExpression) -> set[str]:
    """The attributes on the way to what an expression means."""
    match node:
        case cst.Attribute(value=value, attr=name):
            return {name.value, *_steps(value)}
        case cst.Subscript(value=value):
            return _steps(value)
        case cst.Call(func=cst.Attribute(value=value)):
            return _steps(value)
    return set()


def is_read_elsewhere(program: Program, name: str, scope: cst.CSTNode, loops: list[cst.For]) -> bool:
    """Whether `scope` reads `name` outside of all loops and comprehensions that bind it."""
    scopes = scopes_of(program.tree.source)
    if scopes is None:
        return True
    whole = (0, len(program.tree.source.text)) if isinstance(scope, cst.Module) else program.tree.extent(scope)
    bound = [program.tree.extent(loop) for loop in loops]
    for each, _ in scopes.nodes_in(*whole):
        targets = _targets(each)
        if any(isinstance(t, ast.Name) and t.id == name for target in targets for t in ast.walk(target)):
            bound.append((scopes.start(each), scopes.end(each)))
    return any(
        isinstance(each, ast.Name)
        and each.id == name
        and isinstance(each.ctx, ast.Load)
        and not any(start <= scopes.start(each) < end for start, end in bound)
        for each, _ in scopes.nodes_in(*whole)
    )


def _targets(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return [target]
        case ast.ListComp(generators=parts) | ast.SetComp(generators=parts) | ast.GeneratorExp(generators=parts):
            return [part.target for part in parts]
        case ast.DictComp(generators=parts):
            return [part.target for part in parts]
    return []
