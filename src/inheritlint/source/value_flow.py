"""Whether a value may come from one name of a unit to another: by its assignments alone, whatever their order.

A name stands for whatever is called so: a variable, an attribute by its last name, a function. What several things are
called is taken for one of them, so that nothing is overlooked that the interpreter follows.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property

from inheritlint.source.units import Function, Unit
from inheritlint.source.walking import walk

#: Methods that put what they are given into their object.
_FILLING = frozenset("append appendleft add insert extend update setdefault put put_nowait __setitem__".split())
#: Methods after which their object tells what is asked of it.
_TELLING = frozenset(["add_argument", "add_option"])
#: Functions that give a number and something that goes with it.
_GIVING_MORE = frozenset(["mkstemp"])
#: What stands for all keywords that a table of them may bring.
_ANY_KEYWORD = "**"
_Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
#: Names, and those that stand in what they are given.
_Gift = tuple[frozenset[str], frozenset[str]]


class Flows:
    """The units of a file, each with what flows in it."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._functions: dict[str, list[Unit]] = {}
        for unit in units:
            if isinstance(unit.node, Function):
                self._functions.setdefault(unit.name, []).append(unit)
        self._known: dict[Unit, ValueFlow] = {}
        self._mixing: dict[str, bool] = {}

    def __getitem__(self, unit: Unit) -> "ValueFlow":
        if unit not in self._known:
            self._known[unit] = ValueFlow(unit, self)
        return self._known[unit]

    def is_defined(self, name: str) -> bool:
        """Whether a function or a method of the file is called so."""
        return name in self._functions

    def mixes(self, name: str) -> bool:
        """Whether a function of that name may put what it is given into something else that it is given."""
        if name not in self._functions:
            return False
        if name not in self._mixing:
            self._mixing[name] = True  # as long as it is not known: it may call itself
            self._mixing[name] = any(self[unit].mixes_parameters for unit in self._functions[name])
        return self._mixing[name]


class ValueFlow:
    """The names of a unit and what they are given."""

    def __init__(self, unit: Unit, flows: Flows) -> None:
        self._unit, self._flows = unit, flows
        self._nodes = list(unit.walk())

    def names_for(self, sources: Set[str]) -> set[str]:
        """`sources`, and the names that may stand for what came from one of them."""
        return _spread(sources, self._gifts)

    def given_away(self, sources: Set[str]) -> set[str]:
        """By what a caller gets what comes from one of `sources`: by the name of the unit where it returns it, by that
        and a parenthesis where it puts it into what it is given."""
        node, known = self._unit.node, self.names_for(sources)
        if not isinstance(node, Function):
            return {self._unit.name} if self._unit.is_definition else set()
        returned = [
            each.value
            for each in self._nodes
            if isinstance(each, (ast.Return, ast.Yield, ast.YieldFrom)) and each.value
        ]
        found = {node.name} if not known.isdisjoint(_names(*returned)) else set()
        return found | {f"{node.name}("} if not known.isdisjoint(_parameters(node)) else found

    def reaches(self, sources: Set[str], sinks: Set[str], *, used: bool = False) -> bool:
        """Whether what comes from one of `sources` may be given to one of `sinks`: to a function, to a method of what
        one is, or as a keyword, with a `=` behind it. Only with `used` it counts as the descriptor to write to."""
        known, taking = self.names_for(sources), _spread(sinks, self._aliases)
        if any(sink.endswith("=") for sink in sinks):
            taking.add(_ANY_KEYWORD)
        uses = (*self._uses, *self._written_to) if used else self._uses
        return any(not names.isdisjoint(taking) and not given.isdisjoint(known) for names, given in uses)

    @cached_property
    def mixes_parameters(self) -> bool:
        """Whether one parameter may be put into another one."""
        parameters = _parameters(self._unit.node) - self._receiver
        return any(len(self.names_for({each}) & parameters) > 1 for each in parameters)

    @cached_property
    def _calls(self) -> list[ast.Call]:
        return [node for node in self._nodes if isinstance(node, ast.Call) and (node.args or node.keywords)]

    @cached_property
    def _uses(self) -> list[_Gift]:
        """The names that lead to what is called, or of a keyword, each with those in what it is given."""
        found: list[_Gift] = []
        for node in self._calls:
            found.append((_names(node), _names(*node.args[_is_written_to(node) :], *node.keywords)))
            if not self._flows.is_defined(_last(node.func)):
                found += [
                    (frozenset([f"{each.arg}=" if each.arg else _ANY_KEYWORD]), _names(each.value))
                    for each in node.keywords
                ]
        return found

    @cached_property
    def _written_to(self) -> list[_Gift]:
        return [(_names(node.func), _names(node.args[0])) for node in self._calls if _is_written_to(node)]

    @cached_property
    def _gifts(self) -> list[_Gift]:
        return [
            *((self._filled(target), _names(value)) for target, value in self._bound),
            *(gift for node in self._calls for gift in self._given_by_call(node)),
            *(gift for node in self._nodes for gift in self._given_by_definition(node)),
            *((_captured(node.cases), _names(node.subject)) for node in self._nodes if isinstance(node, ast.Match)),
        ]

    @cached_property
    def _aliases(self) -> list[_Gift]:
        """Names, and those of functions that they are given, as they are or with some of their arguments."""
        return [(self._filled(target), _given_on(value)) for target, value in self._bound]

    @cached_property
    def _bound(self) -> list[tuple[ast.expr, ast.expr]]:
        return [each for node in self._nodes for each in bindings(node)]

    def _given_by_call(self, node: ast.Call) -> Iterator[_Gift]:
        name, given = _last(node.func), _names(*node.args, *node.keywords)
        if isinstance(node.func, ast.Attribute) and name in _FILLING:
            yield self._filled(node.func.value), given
        elif isinstance(node.func, ast.Attribute) and name in _TELLING:
            yield self._filled(node.func.value), frozenset([name])
        elif self._flows.is_defined(name):
            yield given - self._receiver, given | {f"{name}("} if self._flows.mixes(name) else frozenset([f"{name}("])

    def _given_by_definition(self, node: ast.AST) -> Iterator[_Gift]:
        """A function inside the unit is given what stands beside it where it is called or given away, and whoever
        calls it gets what stands in it."""
        if node is self._unit.node or not isinstance(node, _Inner | ast.ClassDef):
            return
        if isinstance(node, ast.Lambda):
            called = {name for target, value in self._bound if _holds_function(value) for name in _names(target)}
        else:
            called = {node.name}
            yield frozenset(called), _names(node)
        for call in self._calls:
            given = [*call.args, *(each.value for each in call.keywords)]
            if not called.isdisjoint(_names(call)) or (
                isinstance(node, ast.Lambda) and any(map(_holds_function, given))
            ):
                yield frozenset(_parameters(node)), _names(*given)

    def _filled(self, target: ast.expr) -> frozenset[str]:
        """The names by which what is put into `target` is found again: an attribute of the object whose method this
        is, is found by its own name."""
        return _names(target) if isinstance(target, ast.Name) else _names(target) - self._receiver

    @cached_property
    def _receiver(self) -> frozenset[str]:
        node = self._unit.node
        if self._unit.owner is None or not isinstance(node, Function):
            return frozenset()
        return frozenset(each.arg for each in (node.args.posonlyargs or node.args.args)[:1])

    @cached_property
    def inner_parameters(self) -> frozenset[str]:
        """The parameters of functions inside the unit."""
        return frozenset(name for node in self._nodes if node is not self._unit.node for name in _parameters(node))


def _is_written_to(node: ast.Call) -> bool:
    """Whether the first argument is the descriptor: `os.write(fd, data)`."""
    return _last(node.func) == "write" and len(node.args) > 1


def bindings(node: ast.AST) -> Sequence[tuple[ast.expr, ast.expr]]:
    """What is bound, and to what."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=[first, _])], value=ast.Call(func=called) as value):
            return [(first if _last(called) in _GIVING_MORE else node.targets[0], value)]
        case ast.Assign(targets=targets, value=value):
            return [(target, value) for target in targets]
        case (
            ast.AugAssign(target=target, value=value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
            | ast.For(target=target, iter=value)
            | ast.AsyncFor(target=target, iter=value)
            | ast.comprehension(target=target, iter=value)
            | ast.withitem(optional_vars=ast.expr() as target, context_expr=value)
        ):
            return [(target, value)]
    return []


def _spread(names: Set[str], gifts: Sequence[_Gift]) -> set[str]:
    """`names`, and those that are given what one of them stands in."""
    found = set(names)
    while True:
        later = [gift for gift in gifts if gift[1].isdisjoint(found)]
        if len(later) == len(gifts):
            return found
        for given, held in gifts:
            if not held.isdisjoint(found):
                found |= given
        gifts = later


def _names(*nodes: ast.AST, deep: bool = True) -> frozenset[str]:
    """All that stands for something in `nodes`, and the texts that may be such a name."""
    found: set[str] = set()
    for node in walk(nodes) if deep else nodes:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str() as name):
                found.add(name)
    return frozenset(found)


def _given_on(value: ast.expr) -> frozenset[str]:
    """The names in `value`; of what leads to a function that is called there only a class: its object stands for it."""
    called = {id(node) for call in walk([value]) if isinstance(call, ast.Call) for node in walk([call.func])}
    classes = {_last(call.func) for call in walk([value]) if isinstance(call, ast.Call)}
    given = _names(*(node for node in walk([value]) if id(node) not in called), deep=False)
    return given.union(name for name in classes if name[:1].isupper())


def _holds_function(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Lambda) for node in walk([value]))


def _last(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _parameters(node: ast.AST) -> set[str]:
    return {each.arg for each in walk([node]) if isinstance(each, ast.arg)} if isinstance(node, _Inner) else set()


def _captured(cases: list[ast.match_case]) -> frozenset[str]:
    found: set[str | None] = set()
    for node in walk([each.pattern for each in cases]):
        match node:
            case ast.MatchAs(name=name) | ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
                found.add(name)
    return frozenset(name for name in found if name is not None)
