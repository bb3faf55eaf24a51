"""Names, and what they are given by the nodes of a text.

A name stands for whatever is called so: a variable, an attribute by its last name, a function.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from inheritlint.source.walking import children_of, walk

#: Functions that give a number and something that goes with it.
_GIVING_MORE = frozenset(["mkstemp"])
Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
#: Names, and those that stand in what they are given.
Gift = tuple[frozenset[str], frozenset[str]]


Assignment = ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.For | ast.AsyncFor | ast.comprehension | ast.withitem


def assignments(node: ast.AST) -> Sequence[tuple[ast.expr, ast.expr]]:
    """Each target of an `Assignment`, and what it is given; nothing of another node."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
            | ast.For(target=target, iter=value)
            | ast.AsyncFor(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
            | ast.withitem(optional_vars=ast.expr() as target, context_expr=value)
        ):
            return [(target, value)]
    return []


def bindings(node: ast.AST) -> Sequence[tuple[ast.expr, ast.expr]]:
    """The same, with what is added to a variable, and without the name that goes with a number."""
    match node:
        case ast.AugAssign(target=target, value=value):
            return [(target, value)]
        case ast.Assign(targets=[ast.Tuple(elts=[first, _])], value=ast.Call(func=called) as value) if (
            last_name(called) in _GIVING_MORE
        ):
            return [(first, value)]
    return assignments(node)


class Gifts:
    """Who gives whom: names, by one that stands in what they are given, and the other way round."""

    def __init__(self, gifts: Iterable[Gift]) -> None:
        self._given: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        self._held: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for names, held in gifts:
            for each in held:
                self._given[each].append(names)
            for each in names:
                self._held[each].append(held)

    def spread(self, names: Set[str]) -> set[str]:
        """`names`, and those that are given what one of them stands in."""
        return _reached(names, self._given)

    def origins(self, names: Set[str]) -> set[str]:
        """`names`, and those that stand in what one of them is given."""
        return _reached(names, self._held)


def _reached(names: Set[str], following: Mapping[str, Sequence[frozenset[str]]]) -> set[str]:
    found, waiting = set(names), list(names)
    while waiting:
        for each in following.get(waiting.pop(), ()):
            waiting += each - found
            found |= each
    return found


def names_of(*nodes: ast.AST) -> frozenset[str]:
    """All that stands for something in `nodes`, and the texts that may be such a name."""
    return frozenset(name for node in walk(nodes) for name in own_name(node))


def own_name(node: ast.AST) -> set[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str() as name):
            return {name}
    return set()


def given_on(value: ast.expr) -> frozenset[str]:
    """The names in `value`; of what leads to a function that is called there only a class: its object stands for it."""
    found: set[str] = set()
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.Call):
            found |= own_name(node)
            waiting += children_of(node)
            continue
        waiting += [*node.args, *node.keywords]
        if last_name(node.func)[:1].isupper():
            found.add(last_name(node.func))
    return frozenset(found)


def names_leading_to(function: ast.expr, known: Mapping[int, frozenset[str]]) -> frozenset[str]:
    """The names on the way to what is called, and those in what gives it where that is a call; `known` are those that
    lead to other calls, by their identity."""
    found: set[str] = set()
    node = function
    if isinstance(node, ast.Call):
        found |= names_of(*node.args, *node.keywords)
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript, ast.Await)):
        if id(node) in known:
            return known[id(node)].union(found)
        found |= own_name(node)
        node = node.func if isinstance(node, ast.Call) else node.value
    return frozenset(found | names_of(node))


def holds_function(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Lambda) for node in walk([value]))


def last_name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def parameters_of(node: ast.AST) -> set[str]:
    """The parameters of a function, and nothing of what is no function."""
    if not isinstance(node, Inner):
        return set()
    found = node.args
    every = [*found.posonlyargs, *found.args, *found.kwonlyargs, found.vararg, found.kwarg]
    return {each.arg for each in every if each is not None}


def captured(cases: list[ast.match_case]) -> frozenset[str]:
    found: set[str | None] = set()
    for node in walk([each.pattern for each in cases]):
        match node:
            case ast.MatchAs(name=name) | ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
                found.add(name)
    return frozenset(name for name in found if name is not None)
