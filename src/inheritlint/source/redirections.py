"""Units that put something in the place of a standard stream, and say nothing else by that: every child gets these
streams, and is to."""

import ast

from inheritlint.knowledge.triggers import is_stream
from inheritlint.source.bindings import bindings
from inheritlint.source.units import Unit

#: The name of the function that does it.
REDIRECTING = "dup2"


def only_redirects(unit: Unit) -> bool:
    """Whether each `dup2` in `unit` is a call that puts what was just made in the place of a standard stream. What may
    be that stream itself is not meant."""
    nodes = list(unit.walk())
    harmless = {id(node.func) for node in nodes if isinstance(node, ast.Call) and _redirects(node, nodes)}
    named = (
        id(node)
        for node in nodes
        if (isinstance(node, ast.Attribute) and node.attr == REDIRECTING)
        or (isinstance(node, ast.Name) and node.id == REDIRECTING)
    )
    return harmless.issuperset(named) and bool(harmless)


def _redirects(call: ast.Call, nodes: list[ast.AST]) -> bool:
    match call:
        case ast.Call(func=ast.Name(id="dup2") | ast.Attribute(attr="dup2"), args=[source, target], keywords=[]):
            return _is_standard(target) and _is_made(source, nodes)
    return False


def _is_made(source: ast.expr, nodes: list[ast.AST]) -> bool:
    """Whether `source` is what a call gave, and no number that is written, nor that of a standard stream."""
    if not isinstance(source, ast.Name):
        return isinstance(source, ast.Call) and not _is_standard(source)
    name = source.id
    if any(isinstance(node, ast.arg) and node.arg == name for node in nodes):
        return False
    given = [
        value
        for node in nodes
        for target, value in bindings(node)
        if any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(target))
    ]
    return bool(given) and all(isinstance(value, ast.Call) and not _is_standard(value) for value in given)


def _is_standard(node: ast.expr) -> bool:
    """Whether `node` is the number of a standard stream."""
    match node:
        case ast.Constant(value=int(number)):
            return number <= 2
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="fileno"), args=[]):
            return is_stream(name)
    return False
