"""Which names of a unit stand for something that it changes, closes, or gives to a function which may do so."""

import ast
from collections.abc import Iterable, Iterator, Set
from typing import get_args

from inheritlint.knowledge.calls import CLOSING_METHODS
from inheritlint.source.bindings import Assignment, assignments, last_name
from inheritlint.source.units import Function, Unit
from inheritlint.source.walking import names_in, walk

#: What changes an object, or closes it, by its method or by a function of that name.
CHANGING = CLOSING_METHODS | {"set_inheritable", "update", "pop", "setdefault", "clear", "popitem", "append", "add"}
#: The nodes that are looked at: most are none of these, and a type is quickly told.
_TELLING = frozenset([*get_args(Assignment), ast.Attribute, ast.Subscript, ast.Call])


def changing_functions(units: Iterable[Unit]) -> frozenset[str]:
    """The names of the functions among `units` that may change what they are given, by themselves or by another one."""
    defined = [unit for unit in units if isinstance(unit.node, Function)]
    found: frozenset[str] = frozenset()
    while True:
        following = CHANGING | found
        latest = {
            unit.name
            for unit in defined
            if unit.name not in found
            and not unit.words.isdisjoint(following)
            and not _parameters(unit.node).isdisjoint(changed_names(unit, found))
        }
        if not latest:
            return found
        found |= latest


def _parameters(node: ast.AST) -> set[str]:
    return {each.arg for each in walk([node]) if isinstance(each, ast.arg)}


def changed_names(unit: Unit, functions: Set[str]) -> set[str]:
    """The names of `unit` that may stand for what it changes; `functions` are those that change what they are given."""
    nodes = list(unit.walk())
    following = CHANGING | functions | {node.name for node in nodes if isinstance(node, Function)}
    changed: set[str] = set()
    bound: list[tuple[set[str], set[str]]] = []
    for node in nodes:
        if type(node) not in _TELLING:
            continue
        match node:
            case ast.Attribute(attr=attribute, value=value) if attribute in CHANGING:
                changed |= _root(value)
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                changed |= _root(value)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in following:
                changed |= names_in([*node.args, *(keyword.value for keyword in node.keywords)])
            case ast.Call():  # of a method of another object: it may be given what it calls
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                if any(last_name(each) in following for each in given):
                    changed |= names_in(given)
        bound += [(set(_bound(target)), names_in([value])) for target, value in assignments(node)]
    grown = True
    while grown:  # what another name stands for is changed by that name, too
        found = {name for targets, values in bound if not targets.isdisjoint(changed) for name in values}
        grown = not found <= changed
        changed |= found
    return changed


def _root(node: ast.expr) -> set[str]:
    """The name that an access starts from."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Starred)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return names_in([node])


def _bound(target: ast.expr) -> Iterator[str]:
    """The names that an assignment binds; what is put into an object gives it no other name."""
    match target:
        case ast.Name(id=name):
            yield name
        case ast.Starred(value=value):
            yield from _bound(value)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _bound(element)
