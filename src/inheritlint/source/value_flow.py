"""Whether a value may come from one name of a unit to another: by its assignments alone, whatever their order.

A name stands for whatever is called so: a variable, an attribute by its last name, a function. What several things are
called is taken for one of them, so that nothing is overlooked that the interpreter follows.
"""

import ast
from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from typing import NamedTuple

from inheritlint.source.bindings import (
    Gift,
    Gifts,
    Inner,
    bindings,
    captured,
    given_on,
    holds_function,
    last_name,
    names_leading_to,
    names_of,
    own_name,
    parameters_of,
)
from inheritlint.source.units import Function, Unit

#: Methods that put what they are given into their object.
_FILLING = frozenset("append appendleft add insert extend update setdefault put put_nowait __setitem__".split())
#: Methods after which their object tells what is asked of it.
_TELLING = frozenset(["add_argument", "add_option"])
#: Calls inside calls that are looked into.
_DEEPEST = 5
#: What stands for all functions without a name, which no other is called.
_LAMBDA = "lambda"
#: What stands for all keywords that a table of them may bring.
_ANY_KEYWORD = "**"


class Put(NamedTuple):
    """Where a function puts what it is given: `kept` are attributes, and names that are not its own; `mixed` says that
    it may be something else that it is given. `told` are the names that may stand in what it gives back."""

    kept: frozenset[str]
    mixed: bool
    told: frozenset[str] = frozenset()


class Flows:
    """The units of a file, each with what flows in it."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._functions: dict[str, list[Unit]] = {}
        for unit in units:
            if isinstance(unit.node, Function):
                self._functions.setdefault(unit.name, []).append(unit)
        self._known: dict[Unit, ValueFlow] = {}
        self._put: dict[str, Put] = {}
        self._depth = 0

    def __getitem__(self, unit: Unit) -> "ValueFlow":
        if unit not in self._known:
            self._known[unit] = ValueFlow(unit, self)
        return self._known[unit]

    def is_defined(self, name: str) -> bool:
        """Whether a function or a method of the file is called so."""
        return name in self._functions

    def put_by(self, name: str) -> "Put":
        """What functions of that name may do with what they are given, beside giving it back."""
        if name not in self._put:
            units = self._functions.get(name, ())
            self._put[name] = Put(frozenset(), True)  # as long as it is not known: it may call itself
            if self._depth < _DEEPEST:
                self._depth += 1
                each = [self[unit].put for unit in units]
                self._depth -= 1
                self._put[name] = Put(
                    frozenset[str]().union(*(put.kept for put in each)),
                    any(put.mixed for put in each),
                    frozenset[str]().union(*(put.told for put in each)),
                )
        return self._put[name]


class ValueFlow:
    """The names of a unit and what they are given."""

    def __init__(self, unit: Unit, flows: Flows) -> None:
        self._unit, self._flows = unit, flows
        self._nodes = list(unit.walk())

    def names_for(self, sources: Set[str]) -> set[str]:
        """Those of `sources` that stand here, and the names that may stand for what came from one of them."""
        return self._gifts.spread(sources & self._standing)

    def given_away(self, sources: Set[str]) -> set[str]:
        """By what a caller gets what comes from one of `sources`: by the name of the unit where it returns it, by that
        and a parenthesis where it puts it into what it is given."""
        node, known = self._unit.node, self.names_for(sources)
        if not isinstance(node, Function):
            return {self._unit.name} if self._unit.is_definition else set()
        found = {node.name} if not known.isdisjoint(self._returned) else set()
        return found | {f"{node.name}("} if not known.isdisjoint(parameters_of(node)) else found

    def reaches(self, sources: Set[str], sinks: Set[str], *, used: bool = False) -> bool:
        """Whether what comes from one of `sources` may be given to one of `sinks`: to a function, to a method of what
        one is, or as a keyword, with a `=` behind it. Only with `used` it counts as the descriptor to write to."""
        known, taking = self.names_for(sources), self._aliases.spread(sinks)
        if any(sink.endswith("=") for sink in sinks):
            taking.add(_ANY_KEYWORD)
        uses = (*self._uses, *self._written_to) if used else self._uses
        return any(not names.isdisjoint(taking) and not given.isdisjoint(known) for names, given in uses)

    @cached_property
    def _standing(self) -> frozenset[str]:
        """All names of the unit, and by what called functions may fill what they are given."""
        found = {name for node in self._nodes for name in own_name(node)}
        found.update(node.arg for node in self._nodes if isinstance(node, ast.arg))
        return frozenset(found.union(f"{last_name(node.func)}(" for node in self._calls))

    @cached_property
    def _returned(self) -> frozenset[str]:
        """The names in what the unit gives back."""
        kinds = (ast.Return, ast.Yield, ast.YieldFrom)
        return names_of(*(each.value for each in self._nodes if isinstance(each, kinds) and each.value))

    @cached_property
    def put(self) -> Put:
        """Where the unit puts what it is given as a parameter."""
        parameters = parameters_of(self._unit.node) - self._receiver
        mixed = any(len(self.names_for({each}) & parameters) > 1 for each in parameters)
        found, names = self.names_for(parameters), self._unit.names
        shared = {name for node in self._nodes if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names}
        kept = (found & (names.attributes | shared)) | (found - names.stores)
        kept = kept.union(*(put for put, given in self._put_on if not given.isdisjoint(found)))
        told = self._gifts.origins(self._returned)
        return Put(frozenset(kept), mixed, frozenset(told & names.attributes | (told - names.stores)))

    @cached_property
    def _put_on(self) -> list[Gift]:
        """Where functions of the file that are called put what they are given."""
        called = [node for node in self._calls if self._flows.is_defined(last_name(node.func))]
        return [
            (self._flows.put_by(last_name(node.func)).kept, names_of(*node.args, *node.keywords)) for node in called
        ]

    @cached_property
    def _calls(self) -> list[ast.Call]:
        return [node for node in self._nodes if isinstance(node, ast.Call) and (node.args or node.keywords)]

    @cached_property
    def _called(self) -> list[frozenset[str]]:
        """The names that lead to what is called, of each call, and those of what it is given: it may call that."""
        leading: dict[int, frozenset[str]] = {}
        for node in reversed(self._nodes):  # what stands inside comes first
            if isinstance(node, ast.Call):
                leading[id(node)] = names_leading_to(node.func, leading)
        return [leading[id(node)] | names_of(*node.args, *node.keywords) for node in self._calls]

    @cached_property
    def _uses(self) -> list[Gift]:
        """The names that lead to what is called, or of a keyword, each with those in what it is given."""
        found: list[Gift] = []
        for names, node in zip(self._called, self._calls, strict=True):
            found.append((names, names_of(*node.args[self._is_written_to(node) :], *node.keywords)))
            if not self._flows.is_defined(last_name(node.func)):
                found += [
                    (frozenset([f"{each.arg}=" if each.arg else _ANY_KEYWORD]), names_of(each.value))
                    for each in node.keywords
                ]
        return found

    @cached_property
    def _told(self) -> list[Gift]:
        """What functions of the file may tell, and properties, which are not called."""
        named = {name for node in self._nodes for name in own_name(node) if self._flows.is_defined(name)}
        return [(frozenset([name]), self._flows.put_by(name).told) for name in sorted(named)]

    def _is_written_to(self, node: ast.Call) -> bool:
        """Whether the first argument is the descriptor: `os.write(fd, data)`."""
        return last_name(node.func) == "write" and len(node.args) > 1 and not self._flows.is_defined("write")

    @cached_property
    def _written_to(self) -> list[Gift]:
        return [
            (names_leading_to(node.func, {}), names_of(node.args[0]))
            for node in self._calls
            if self._is_written_to(node)
        ]

    @cached_property
    def _gifts(self) -> Gifts:
        return Gifts(
            [
                *((self._filled(target), names_of(value)) for target, value in self._bound),
                *(gift for node in self._calls for gift in self._given_by_call(node)),
                *self._given_to_functions(),
                *(
                    (frozenset([node.arg]), names_of(node.annotation))
                    for node in self._nodes
                    if isinstance(node, ast.arg) and node.annotation is not None
                ),
                *self._put_on,
                *self._told,
                *(
                    (captured(node.cases), names_of(node.subject))
                    for node in self._nodes
                    if isinstance(node, ast.Match)
                ),
            ]
        )

    @cached_property
    def _aliases(self) -> Gifts:
        """Names, and those of functions that they are given, as they are or with some of their arguments."""
        return Gifts((self._filled(target), given_on(value)) for target, value in self._bound)

    @cached_property
    def _bound(self) -> list[tuple[ast.expr, ast.expr]]:
        return [each for node in self._nodes for each in bindings(node)]

    def _given_by_call(self, node: ast.Call) -> Iterator[Gift]:
        name, given = last_name(node.func), names_of(*node.args, *node.keywords)
        if isinstance(node.func, ast.Attribute) and name in _FILLING:
            yield self._filled(node.func.value), given
        elif isinstance(node.func, ast.Attribute) and name in _TELLING:
            yield self._filled(node.func.value), frozenset([name])
        if self._flows.is_defined(name):
            put = self._flows.put_by(name)
            yield given - self._receiver, given | {f"{name}("} if put.mixed else frozenset([f"{name}("])

    def _given_to_functions(self) -> Iterator[Gift]:
        """A function inside the unit is given what stands beside it where it is called or given away, and its callers
        get what stands in it. Those without a name are taken for one."""
        inner = [node for node in self._nodes if isinstance(node, Inner | ast.ClassDef) and node is not self._unit.node]
        if not inner:
            return
        named = {node.name for node in inner if not isinstance(node, ast.Lambda)}
        for node in inner:
            name = _LAMBDA if isinstance(node, ast.Lambda) else node.name
            yield frozenset(parameters_of(node)), frozenset([f"{name}("])
            if not isinstance(node, ast.Lambda):
                yield frozenset([name]), names_of(node)
        nameless = len(named) < len(inner)
        keepers = {
            name for target, value in self._bound if nameless and holds_function(value) for name in names_of(target)
        }
        for names, call in zip(self._called, self._calls, strict=True):
            given = [*call.args, *(each.value for each in call.keywords)]
            told = {f"{name}(" for name in names & named}
            if nameless and (not names.isdisjoint(keepers) or any(map(holds_function, given))):
                told.add(f"{_LAMBDA}(")
            if told:
                yield frozenset(told), names_of(*given)

    def _filled(self, target: ast.expr) -> frozenset[str]:
        """The names by which what is put into `target` is found again: an attribute of the object whose method this
        is, is found by its own name."""
        return names_of(target) if isinstance(target, ast.Name) else names_of(target) - self._receiver

    @cached_property
    def _receiver(self) -> frozenset[str]:
        node = self._unit.node
        if self._unit.owner is None or not isinstance(node, Function):
            return frozenset()
        return frozenset(each.arg for each in (node.args.posonlyargs or node.args.args)[:1])

    @cached_property
    def inner_parameters(self) -> frozenset[str]:
        """The parameters of functions inside the unit."""
        return frozenset(name for node in self._nodes if node is not self._unit.node for name in parameters_of(node))
