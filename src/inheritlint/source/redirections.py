"""Units that put something in the place of a standard stream, and say nothing else by that: every child gets these
streams, and is to."""

import ast
from collections import defaultdict

from inheritlint.knowledge.stream_closings import is_stream
from inheritlint.source.bindings import bindings, last_name, own_name
from inheritlint.source.units import Unit
from inheritlint.source.walking import names_in

#: The name of the function that does it.
REDIRECTING = "dup2"


def only_redirects(unit: Unit) -> bool:
    """Whether each `dup2` in `unit` is a call that puts what was just made in the place of a standard stream. What may
    be that stream itself is not meant."""
    nodes = list(unit.walk())
    parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
    given: defaultdict[str, list[ast.expr]] = defaultdict(list)
    for target, value in (each for node in nodes for each in bindings(node)):
        for name in names_in([target]):
            given[name].append(value)

    def is_made(source: ast.expr) -> bool:
        """Whether `source` is what a call gave, and no number that is written, nor that of a standard stream."""
        if not isinstance(source, ast.Name):
            return isinstance(source, ast.Call) and not _is_standard(source)
        values = given[source.id] if source.id not in parameters else []
        return bool(values) and all(isinstance(value, ast.Call) and not _is_standard(value) for value in values)

    harmless = set()
    for node in nodes:
        match node:
            case ast.Call(func=function, args=[source, target], keywords=[]) if last_name(function) == REDIRECTING:
                if _is_standard(target) and is_made(source):
                    harmless.add(id(function))
    named = {id(node) for node in nodes if REDIRECTING in own_name(node)}
    return bool(harmless) and named <= harmless


def _is_standard(node: ast.expr) -> bool:
    """Whether `node` is the number of a standard stream."""
    match node:
        case ast.Constant(value=int(number)):
            return number <= 2
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr="fileno"), args=[]):
            return is_stream(name)
    return False
