"""What is known of one file: its outline, its values, what was seen on its paths."""

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst

from inheritlint.facts.departures import Departures
from inheritlint.facts.observation import Observation
from inheritlint.facts.outcomes import Outcomes
from inheritlint.facts.outline import Outline, dotted
from inheritlint.facts.relevance import Relevance, is_os_name
from inheritlint.facts.state import Mark, State
from inheritlint.facts.target import Target
from inheritlint.facts.values import (
    Bits,
    Constant,
    Items,
    PerPlatform,
    Reference,
    Table,
    Thing,
    Value,
    choice,
    options,
    true_on,
    truth,
)
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.platforms import EVERYWHERE, PLATFORMS, WINDOWS
from inheritlint.knowledge.triggers import MARKING, TELLING
from inheritlint.source.nodes import children_of, walk
from inheritlint.source.parsing import Tree
from inheritlint.source.slicing import LONGEST

#: Statements of one function that may be run, each counted for every path that meets it; then fewer paths are kept.
STEPS = 1_500
_WHOLE_STEPS = 5_000  # of a module body


@dataclass(slots=True)
class Entry:
    """Where a function is defined: on which platforms, seeing which names, in which class."""

    node: cst.FunctionDef
    owner: cst.ClassDef | None
    platforms: frozenset[int] = frozenset()
    captured: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeadGuard:
    """A comparison that holds nowhere and keeps what it guards from ever running."""

    node: cst.Comparison | cst.Call
    reads: str
    written: tuple[str, ...]


#: What may have another value each time, though no name is bound anew.
_UNSTEADY = (cst.Call, cst.Attribute, cst.Subscript, cst.Await, cst.Yield, cst.NamedExpr, cst.BaseComp)


class ExhaustedError(Exception):
    """A function has more paths than can be walked."""


class Record(ABC):
    """What is known of one file, as it is filled by running it."""

    def __init__(self, tree: Tree, target: Target) -> None:
        self.tree, self.target = tree, target
        self.outline = Outline(tree.pairs)
        walk(tree.module, self.outline)
        tree.parents = self.outline.parents
        self.outline.concern()
        self.departures = Departures(self.outline)
        self.observations: dict[cst.Call, list[Observation]] = {}
        self.exits: dict[cst.CSTNode, Outcomes] = {}
        self.entries: dict[cst.FunctionDef, Entry] = {}
        self.owned: dict[cst.ClassDef, dict[cst.FunctionDef, None]] = defaultdict(dict)
        self.values: dict[str, Value] = {}
        self.members: dict[cst.ClassDef, dict[str, Value]] = defaultdict(dict)
        self.never: dict[cst.CSTNode, DeadGuard] = {}
        self.dead_guards: dict[cst.CSTNode, DeadGuard] = {}
        self.reached: dict[cst.CSTNode, frozenset[int]] = defaultdict(frozenset)
        self.steps, self.walked, self.allowance = 0, 0, _WHOLE_STEPS
        self.spent: dict[cst.CSTNode, list[tuple[Thing, Mark, State]]] = defaultdict(list)
        self.reset: dict[cst.CSTNode, set[Thing]] = defaultdict(set)  # by the function that does it
        self.shared: set[Hashable] = set()
        self.replaced: set[cst.CSTNode] = set()
        self.forwarded: dict[cst.CSTNode, set[cst.CSTNode]] = defaultdict(set)
        self.glimpsed: dict[cst.CSTNode, Observation] = {}
        self.absent: dict[cst.Attribute, bool] = {}
        self.relayed: list[tuple[cst.Call, Observation]] = []
        self.wrapping: set[cst.CSTNode] = set()
        self.exposed: set[Hashable] = set()
        self.lost: set[tuple[int, cst.CSTNode, cst.CSTNode | None]] = set()
        self.live: dict[str, Value] = {}
        # What is closed or reset, with the function that does it, by the root of the thing.
        self.undone: dict[Hashable, dict[tuple[cst.CSTNode, Thing], None]] = defaultdict(dict)
        self.watched = {f.name.value for f in self.outline.functions if self.outline.is_private(f)}
        self._platforms = EVERYWHERE
        self._running: set[cst.CSTNode] = set()
        self._asked_again: dict[cst.CSTNode, set[str]] = {}
        self._attributes: dict[tuple[cst.ClassDef, str], Value | None] = {}
        self._short: dict[cst.CSTNode, bool] = {}
        self._generators: dict[cst.CSTNode, bool] = {}
        self._relevance: dict[cst.CSTNode, Relevance] = {}
        self._texts: dict[cst.CSTNode, str] = {}
        self._marking: dict[cst.CSTNode, dict[cst.CSTNode, None]] = defaultdict(dict)
        self._marking_seen = 0
        self._mentions: dict[cst.CSTNode, frozenset[str]] = {}

    def spend(self, steps: int) -> None:
        """Count `steps`; raises `ExhaustedError` where the function at hand took more than it may."""
        self.steps += steps
        self.walked += steps
        if self.steps > self.allowance:
            raise ExhaustedError

    def around(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        found = []
        while node in self.outline.parents:
            node = self.outline.parents[node]
            found.append(node)
        return found

    def is_made_elsewhere(self, root: Hashable, node: cst.CSTNode) -> bool:
        """Whether `root` is a call that stands in another function than `node`, or what such a call returned."""
        call = self._call_behind(root)
        return call is not None and self._maker(call) is not self._maker(node)

    def is_made_in_a_loop(self, root: Hashable) -> bool:
        """Whether `root` is a call, or what one returned, that a loop may make again."""
        call = self._call_behind(root)
        around = [] if call is None else self.around(call)
        return any(isinstance(outer, (cst.For, cst.While, cst.CompFor, cst.BaseComp)) for outer in around)

    def _call_behind(self, root: Hashable) -> cst.Call | None:
        """The call of this file that `root` is, or that returned it."""
        call = root[-1] if isinstance(root, tuple) else root
        return call if isinstance(call, cst.Call) and call in self.outline.parents else None

    def _maker(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function in which `node` stands, lambdas left aside; the module or class outside of one."""
        scope = self.outline.scope_of(node)
        while isinstance(scope, cst.Lambda):
            scope = self.outline.scope_of(scope)
        return scope

    @abstractmethod
    def function(self, node: cst.FunctionDef) -> Outcomes | None:
        """How `node` can be left; None where its definition was never reached, or it is being run already."""

    @cached_property
    def inner_functions(self) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
        """The functions in each function and each class, at any depth."""
        found: dict[cst.CSTNode, list[cst.FunctionDef]] = defaultdict(list)
        for function in self.outline.functions:
            for outer in self.around(function):
                if isinstance(outer, (cst.FunctionDef, cst.ClassDef)):
                    found[outer].append(function)
        return found

    @cached_property
    def held(self) -> frozenset[Value]:
        """What the names of the module stand for when it has run."""
        return frozenset(self.values.values())

    @cached_property
    def numbers(self) -> dict[Value, list[str]]:
        """The names that the module leaves for each integer of which the bits are known."""
        found: dict[Value, list[str]] = defaultdict(list)
        for name, value in self.values.items():
            if isinstance(value, Bits):
                found[value].append(name)
        return found

    @cached_property
    def may_mark(self) -> bool:
        """Whether anything in the file may make a descriptor inheritable."""
        texts = {text.strip("'\"") for text in self.outline.texts}
        return not MARKING.isdisjoint(self.outline.names.keys() | texts)

    @cached_property
    def replacing(self) -> list[cst.Call]:
        """The calls that replace the process by another program."""
        found = []
        for call in self.outline.calls:
            names = self.outline.qualified(call.func) if dotted(call.func) else ()
            if any(name in CALLS and CALLS[name].deed is Deed.REPLACES for name in names):
                found.append(call)
        return found

    def marking(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        """The functions that end, on some path, with a mark that `node` made."""
        for scope, outcomes in list(self.exits.items())[self._marking_seen :]:
            states = [*outcomes.normal, *(state for state, _ in outcomes.returned), *(r.state for r in outcomes.raised)]
            for state in states:
                for mark in state.marks.values():
                    self._marking[mark.node][scope] = None
        self._marking_seen = len(self.exits)
        return list(self._marking.get(node, ()))

    def methods(self, owner: cst.ClassDef) -> list[cst.FunctionDef]:
        """The methods that the body of `owner` defines."""
        return list(self.owned[owner])

    def _kept(self, method: cst.FunctionDef, name: str) -> list[Value]:
        """What `method` leaves in `self.name`."""
        outcomes = self.function(method)
        listed = [*method.params.posonly_params, *method.params.params]
        if outcomes is None or not listed:
            return [Thing((method, name))]
        key = f"{listed[0].name.value}.{name}"
        states = [*outcomes.normal, *(state for state, _ in outcomes.returned)]
        return [state.env[key] for state in states if key in state.env]

    def text(self, node: cst.CSTNode) -> str:
        """The source of a condition, for comparison with others."""
        if node not in self._texts:
            self._texts[node] = cst.Module([]).code_for_node(node).strip()
        return self._texts[node]

    def relevance(self, scope: cst.CSTNode) -> Relevance:
        """What cannot change an answer in `scope`."""
        if scope not in self._relevance:
            self._relevance[scope] = Relevance(scope, self.outline, self.departures, self.telling, self._mentions)
        return self._relevance[scope]

    @cached_property
    def telling(self) -> frozenset[str]:
        """Functions of this file that say something of the platform, or end a path."""
        found: set[str] = set()
        for name in (TELLING | {"name"}) & self.outline.names.keys():
            uses = self.outline.names[name]
            if name == "name":
                uses = [use for use in uses if is_os_name(self.outline.parents[use])]
            for use in uses:
                found |= {node.name.value for node in self.around(use) if isinstance(node, cst.FunctionDef)}
        return frozenset(found)

    def is_short(self, function: cst.FunctionDef) -> bool:
        """Whether a function is worth following for its value alone."""
        if function not in self._short:
            parts = expressions_in(function)
            count = sum(isinstance(part, (cst.BaseStatement, cst.BaseSmallStatement)) for part in parts)
            self._short[function] = count <= LONGEST
            self._generators[function] = any(isinstance(part, cst.Yield) for part in parts)
        return self._short[function]

    def is_generator(self, function: cst.FunctionDef) -> bool:
        """Whether calling `function` runs nothing of it yet."""
        self.is_short(function)
        return self._generators[function]

    def is_asked_again(self, scope: cst.CSTNode, text: str) -> bool:
        """Whether `scope` asks a condition that reads `text` more than once: in several places, or in a loop."""
        if scope not in self._asked_again:
            asked = self.outline.questions[scope]
            counts = Counter(map(self.text, asked))
            looped = {self.text(test) for test in asked if self._is_asked_in_a_loop(test, scope)}
            self._asked_again[scope] = looped | {each for each, count in counts.items() if count > 1}
        return text in self._asked_again[scope]

    def _is_asked_in_a_loop(self, test: cst.CSTNode, scope: cst.CSTNode) -> bool:
        """Whether a loop of `scope` that concerns us asks `test` again, and only names can change the answer."""
        if not self.may_mark:
            return False
        around = self.around(test)
        loops = [outer for outer in around[: around.index(scope)] if isinstance(outer, (cst.For, cst.While))]
        if self.outline.concerned.isdisjoint(loops):
            return False
        return not any(isinstance(part, _UNSTEADY) for part in expressions_in(test))

    def attribute(self, owner: cst.ClassDef, name: str) -> Value | None:
        """What `self.name` is known to be in any method of `owner`."""
        if (owner, name) in self._attributes:
            return self._attributes[owner, name]
        known = self.members[owner].get(name)
        values = [] if known is None else [known]
        setters = list(self._setters(owner, name))
        if any(setter in self._running for setter in setters):
            return None
        for setter in setters:
            values += self._kept(setter, name)
        unknown = not values or any(isinstance(option, Thing) for value in values for option in options(value))
        if self.exits.get(self.tree.module):  # before, a class may get more methods
            self._attributes[owner, name] = None if unknown else choice(values)
        return None if unknown else choice(values)

    def _setters(self, owner: cst.ClassDef, name: str) -> Iterator[cst.FunctionDef]:
        """The methods of `owner` that assign `self.name`."""
        for node in self.outline.names.get(name, ()):
            store = self.outline.parents[node]
            if not isinstance(store, cst.Attribute) or store.attr is not node or not is_target(store, self.outline):
                continue
            method = self.outline.scope_of(node)
            entry = self.entries.get(method) if isinstance(method, cst.FunctionDef) else None
            if entry is not None and entry.owner is owner:
                yield entry.node


def is_reset(node: cst.CSTNode) -> bool:
    """Whether `node` makes a descriptor non-inheritable, where others close it."""
    name = (dotted(node.func) or "").rpartition(".")[2] if isinstance(node, cst.Call) else ""
    return name.endswith("inheritable") or name in ("fcntl", "ioctl")


def final(states: list[State]) -> dict[str, Value]:
    """The value of each name over all ways to the end, piece by piece of the platforms."""
    found: dict[str, Value] = {}
    for name in set().union(*(state.env for state in states)) if states else ():
        pieces = [(state.platforms, state.env[name]) for state in states if name in state.env]
        if len({value for _, value in pieces}) == 1:
            found[name] = pieces[0][1]
            continue
        values = []
        for index in range(len(PLATFORMS)):
            here = [value for platforms, value in pieces if index in platforms]
            values.append(choice(here) if here else Thing(("unset", name)))
        alike = set(values)
        found[name] = alike.pop() if len(alike) == 1 else PerPlatform(tuple(values))
    return found


def unskipped(mark: Value | None, platforms: frozenset[int]) -> frozenset[int]:
    """What a skip decorator, or a list of them, leaves of `platforms`."""
    marks = mark.items if isinstance(mark, Items) else (mark,)
    for one in marks:
        if isinstance(one, Table) and (condition := one.get("skip")) is not None:
            wanted = one.get("when") == Constant(True)
            skipped = true_on(condition, platforms)
            if skipped is not None:
                platforms = platforms - skipped if wanted else platforms & skipped
            elif isinstance(condition, PerPlatform):
                platforms = frozenset(i for i in platforms if truth(condition.values[i]) is not wanted)
            elif truth(condition) is wanted:
                platforms = frozenset()
        elif isinstance(one, PerPlatform):  # `@pytest.mark.windows`
            only = true_on(one, platforms)
            platforms = platforms if only is None else only
        elif isinstance(one, (Reference, Thing)):
            name = one.name if isinstance(one, Reference) else "".join(one.path)
            platforms = platforms & WINDOWS if _only_windows(name) else platforms
    return platforms


def _only_windows(decorator: str) -> bool:
    last = decorator.rpartition(".")[2].lower().strip("_")
    words = set(last.split("_"))
    if {"not", "non", "except", "no", "skip", "xfail"} & words and "unless" not in words:
        return False
    return bool(words & {"windows", "win32"}) and (
        "mark." in decorator or bool(words & {"only", "requires", "require", "needs", "unless"})
    )


def expressions_in(node: cst.CSTNode) -> list[cst.CSTNode]:
    found, pending = [], [node]
    while pending:
        part = pending.pop()
        found.append(part)
        pending.extend(children_of(part))
    return found


def is_target(node: cst.CSTNode, outline: Outline) -> bool:
    parent = outline.parents[node]
    return isinstance(parent, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign)) and parent.target is node
