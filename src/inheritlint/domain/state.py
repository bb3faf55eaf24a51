"""What is known at one point of the program on some of the paths that lead there."""

from collections.abc import Hashable
from dataclasses import field, replace
from functools import cache
from operator import is_
from typing import TypeVar

import libcst as cst

from inheritlint.domain.descriptor import ABSENT, InheritableMark, Inheritance, made_inheritable
from inheritlint.domain.ends import UNTRACKED, Ends
from inheritlint.domain.identity import covers
from inheritlint.domain.joins import joined, joined_contents, partly_known
from inheritlint.domain.mapping import Aging
from inheritlint.domain.mentions import mentions
from inheritlint.domain.origins import Instance, Made
from inheritlint.domain.standard_streams import UNTOUCHED, StandardStreams
from inheritlint.domain.values import DictValue, ObjectRef, PartialSequence, SequenceValue, Value
from inheritlint.findings.classes import KeepsHash, distinct, frozen
from inheritlint.flow.blocks import Function
from inheritlint.knowledge.platforms import EVERYWHERE

#: A variable: of the function at hand by its name, of another one by that and its name.
Variable = str | tuple[Function | None, str]
#: A place in an object: an attribute `.name`, an item `['key']`, or, with an empty step, what a container holds.
Cell = tuple[ObjectRef, str]
CONTENTS = ""
K = TypeVar("K")


@frozen
class InFlight(KeepsHash):
    """An exception on its way: its class where that is known, and whether anybody would expect it here."""

    name: str | None
    probable: bool = True


@cache
def in_flight(name: str | None = None, *, probable: bool = True) -> InFlight:
    """The same one each time: states are compared by it more often than by anything else."""
    return InFlight(name, probable)


@distinct
class State:
    """One disjunct of what is known at a point.

    `variables` and `registers` hold values, `heap` what is in the cells of objects. `marks` follows each descriptor, by
    the place that made it inheritable. `facts` are answers that questions got on the way here. `closed` are the objects
    that were surely closed or made non-inheritable since the function began, by which call; `deferred` those that will
    be, whatever happens; `children` is what may have been started since then. A state that is not `credible`
    contradicts a constant that nothing seems to change: it keeps code alive, and no judgement of a path rests on it.
    `heap`, `marks`, `facts` and `closed` are shared with copies: they are replaced, and never changed.
    `forked` are the forks in whose child this runs, `ends` what became of pipes and the like; `locks` what is locked,
    each with the call that did it; `swept` what a daemon's context has closed, each with the call that made that.
    """

    variables: dict[Variable, Value] = field(default_factory=dict)
    registers: dict[int, Value] = field(default_factory=dict)
    heap: dict[Cell, Value] = field(default_factory=dict)
    marks: dict[tuple[ObjectRef, cst.CSTNode], InheritableMark] = field(default_factory=dict)
    facts: dict[Hashable, bool] = field(default_factory=dict)
    closed: dict[ObjectRef, cst.CSTNode] = field(default_factory=dict)
    deferred: frozenset[ObjectRef] = frozenset()
    platforms: frozenset[int] = EVERYWHERE
    streams: StandardStreams = UNTOUCHED
    forked: frozenset[cst.CSTNode] = frozenset()
    children: frozenset[cst.CSTNode] = frozenset()
    ends: Ends = UNTRACKED
    locks: frozenset[tuple[ObjectRef, cst.CSTNode]] = frozenset()
    swept: frozenset[tuple[ObjectRef, cst.CSTNode]] = frozenset()
    credible: bool = True
    in_flight: InFlight | None = None
    left_at: cst.CSTNode | None = None  # the statement by which a function is left; no part of what is compared
    thrown: frozenset[InFlight] = frozenset()  # edges to the landing pad taken since something changed

    def copy(self) -> "State":
        """The same, to go another way."""
        return State(
            dict(self.variables),
            dict(self.registers),
            self.heap,
            self.marks,
            self.facts,
            self.closed,
            self.deferred,
            self.platforms,
            self.streams,
            self.forked,
            self.children,
            self.ends,
            self.locks,
            self.swept,
            self.credible,
            self.in_flight,
            self.left_at,
            self.thrown,
        )

    def on(self, platforms: frozenset[int]) -> "State":
        """A copy that runs on `platforms` only."""
        other = self.copy()
        other.platforms = platforms
        other.thrown = frozenset()
        return other

    def is_like(self, other: "State") -> bool:
        """Whether both say the same. What is identical is quickly compared, and paths share most of their values."""
        return self is other or (
            self.credible is other.credible
            and (self.in_flight is other.in_flight or self.in_flight == other.in_flight)
            and (self.platforms is other.platforms or self.platforms == other.platforms)
            and (self.marks is other.marks or self.marks == other.marks)
            and self.registers == other.registers
            and self.variables == other.variables
            and (self.facts is other.facts or self.facts == other.facts)
            and (self.closed is other.closed or self.closed == other.closed)
            and (self.heap is other.heap or self.heap == other.heap)
            and self.deferred == other.deferred
            and (self.streams is other.streams or self.streams == other.streams)
            and self.forked == other.forked
            and self.children == other.children
            and (self.ends is other.ends or self.ends == other.ends)
            and self.locks == other.locks
            and self.swept == other.swept
        )

    def shape(self) -> Hashable:
        """What is worth keeping apart longest: what became of the descriptors."""
        marks = frozenset(self.marks.items()) if self.marks else None
        return marks, self.in_flight, self.streams, self.forked, self.platforms, self.credible

    def shape_with_things(self) -> Hashable:
        """The same, and what is surely closed, locked or swept by now, and what became of ends."""
        return self.shape(), frozenset(self.closed) if self.closed else None, self.ends, self.locks, self.swept

    def shape_with_facts(self) -> Hashable:
        """The same, and the answers that questions got."""
        return self.shape_with_things(), frozenset(self.facts.items()) if self.facts else None

    @property
    def is_plain(self) -> bool:
        """Whether nothing has become of a descriptor yet."""
        return not self.marks and not self.deferred

    # Objects

    def put(self, cell: Cell, value: Value) -> None:
        """`cell` holds `value` from now on."""
        self.heap = {**self.heap, cell: value}

    def drop(self, cell: Cell) -> None:
        """Nothing is known any more of what `cell` holds."""
        if cell in self.heap:
            self.heap = {each: value for each, value in self.heap.items() if each != cell}

    def contents(self, container: Value) -> Value | None:
        """What a list, set or dict of the program holds; None where that is not known."""
        if isinstance(container, ObjectRef):
            return self.heap.get((container, CONTENTS))
        return container if isinstance(container, (SequenceValue, PartialSequence, DictValue)) else None

    def forget_answers(self, about: ObjectRef) -> None:
        """What was answered of a thing, or of what it holds, is no longer true."""
        self.facts = {question: answer for question, answer in self.facts.items() if not mentions(question, about)}

    def age(self, origin: Made | Instance) -> None:
        """`origin` makes another object: what is known of its last one is true of an older one."""
        swap = Aging(origin)
        self.variables, self.registers = swap.changed(self.variables), swap.changed(self.registers)
        self.heap = swap.changed(self.heap)
        if any(swap.reference(owner) is not owner for owner, _ in self.heap):
            heap: dict[Cell, Value] = {}
            for (owner, step), value in self.heap.items():
                cell = swap.reference(owner), step
                heap[cell] = joined_contents(heap[cell], value) if cell in heap else value
            self.heap = heap
        if any(swap.reference(owner) is not owner for owner, _ in self.marks):
            marks: dict[tuple[ObjectRef, cst.CSTNode], InheritableMark] = {}
            for (owner, node), mark in self.marks.items():
                key = swap.reference(owner), node
                marks[key] = marks[key].joined(mark) if key in marks else mark
            self.marks = marks
        self.forget_answers(ObjectRef(origin))
        self.closed = {each: by for each, by in self.closed.items() if each.origin != origin}
        self.deferred = frozenset(each for each in self.deferred if each.origin != origin)
        self.ends = self.ends.mapped(swap.reference) if self.ends.tracked else self.ends
        self.locks = frozenset(lock for lock in self.locks if lock[0].origin != origin)
        self.swept = frozenset(each for each in self.swept if each[0].origin != origin)

    # Descriptors

    def make_inheritable(self, thing: ObjectRef, node: cst.CSTNode, *, sure: bool = True) -> None:
        """Children can get `thing` from now on, by `node`."""
        base = thing.base
        if any(covers(each, base) for each in self.deferred):
            return
        before = self.marks.get((base, node))
        if before is None and any(
            owner == base and mark.is_surely_inheritable for (owner, _), mark in self.marks.items()
        ):
            return  # it is so already: who did it first is who did it
        again = base in self.closed
        mark = made_inheritable(before, self.forked, sure=sure, after_reset=again)
        self.marks = {**self.marks, (base, node): mark}
        self.closed = {each: by for each, by in self.closed.items() if not covers(each, base)}
        self.thrown = frozenset()

    def adopt(self, thing: ObjectRef, node: cst.CSTNode) -> None:
        """`thing` may be a descriptor that the parent process left open; `node` takes it over."""
        base = thing.base
        if base not in self.closed and not any(covers(each, base) for each in self.deferred):
            mark = InheritableMark(frozenset([Inheritance.INHERITABLE]), forked=self.forked, adopted=True)
            self.marks = {**self.marks, (base, node): mark}

    def close(self, thing: ObjectRef, by: cst.CSTNode) -> None:
        """`thing` is closed or made non-inheritable by `by`; so is all that it holds."""
        base = thing.base
        self.closed = {**self.closed, base: by}
        one = base.is_element
        self.marks = {
            (owner, node): mark.reset(by, one=one) if mark.is_inheritable and covers(base, owner) else mark
            for (owner, node), mark in self.marks.items()
        }
        self.thrown = frozenset()

    def is_marked_by(self, node: cst.CSTNode) -> bool:
        """Whether `node` made something inheritable, or may have."""
        return any(by is node for _, by in self.marks)

    def next_element(self, element: ObjectRef, *, first: bool) -> None:
        """A loop comes to the `first` element of something, or to another one, which is not the one before."""
        if any(mark.passed is first and covers(element, owner) for (owner, _), mark in self.marks.items()):
            self.marks = {
                (owner, node): replace(mark, passed=not first) if covers(element, owner) else mark
                for (owner, node), mark in self.marks.items()
            }

    def unlock(self, thing: ObjectRef) -> None:
        """`thing` is not locked any more, or another descriptor keeps the lock."""
        self.locks = frozenset(lock for lock in self.locks if not covers(thing.base, lock[0]))

    def defer_close(self, thing: ObjectRef) -> None:
        """`thing` will be closed or made non-inheritable whatever happens."""
        self.deferred |= {thing.base}
        self.thrown = frozenset()

    def start(self, child: cst.CSTNode) -> None:
        """A child starts now: it may get what is inheritable."""
        self.children |= {child}
        self.marks = {key: mark.started(child) for key, mark in self.marks.items()}

    @property
    def inheritable(self) -> frozenset[ObjectRef]:
        """What a program that is started now would get, if nothing closes it."""
        marked = (owner for (owner, _), mark in self.marks.items() if mark.is_inheritable and not mark.adopted)
        return frozenset(marked)


def join(one: State, other: State) -> State:
    """The least state that covers both: what only one of them knows of a cell is unknown, but for what a container may
    hold that only one of them has."""
    result = State(platforms=one.platforms | other.platforms, credible=one.credible)
    result.variables = one.variables | other.variables
    for name, a, b in _different(one.variables, other.variables):
        result.variables[name] = a if b is None else joined(a, b)
    result.registers = dict(one.registers)
    for register, a, b in _different(one.registers, other.registers):
        if b is None:
            del result.registers[register]
        else:
            result.registers[register] = joined(a, b)
    result.heap = one.heap if one.heap is other.heap else _joined_heap(one.heap, other.heap)
    result.marks = one.marks
    if one.marks is not other.marks:
        keys = one.marks | other.marks
        result.marks = {key: one.marks.get(key, ABSENT).joined(other.marks.get(key, ABSENT)) for key in keys}
    result.facts = one.facts
    if one.facts is not other.facts:
        result.facts = {about: answer for about, answer in one.facts.items() if other.facts.get(about) is answer}
    result.closed = one.closed
    if one.closed is not other.closed:
        result.closed = {thing: by for thing, by in one.closed.items() if thing in other.closed}
    result.deferred = one.deferred & other.deferred
    result.streams = one.streams.joined(other.streams)
    result.forked = one.forked & other.forked
    result.children = one.children | other.children
    result.ends = one.ends.joined(other.ends)
    result.locks = one.locks & other.locks
    result.swept = one.swept & other.swept
    result.in_flight = _either(one.in_flight, other.in_flight)
    result.left_at = one.left_at
    return result


def _joined_heap(one: dict[Cell, Value], other: dict[Cell, Value]) -> dict[Cell, Value]:
    """What both know of a cell, or one of them of what a container may hold."""
    result = dict(one)
    lost = False
    for cell, a, b in _different(one, other):
        if b is not None:
            result[cell] = joined_contents(a, b) if cell[1] == CONTENTS else joined(a, b)
            continue
        lost = True
        if cell[1] == CONTENTS and (kept := partly_known(a)) is not None:
            result[cell] = kept
        else:
            del result[cell]
    if lost or len(one) != len(other):
        for cell, b in other.items():
            if cell[1] == CONTENTS and cell not in one and (kept := partly_known(b)) is not None:
                result[cell] = kept
    return result


def _different(ones: dict[K, Value], others: dict[K, Value]) -> list[tuple[K, Value, Value | None]]:
    """What holds another value in `others` than in `ones`, and both values; None for the second where there is none.

    Paths that part hold the same keys in the same order, and then nothing is looked up: a key is slow to hash."""
    if len(ones) == len(others) and all(map(is_, ones, others)):
        pairs = zip(ones.items(), others.values(), strict=True)
        return [(key, a, b) for (key, a), b in pairs if a is not b]
    return [(key, a, b) for key, a in ones.items() if (b := others.get(key)) is not a]


def _either(one: InFlight | None, other: InFlight | None) -> InFlight | None:
    if one == other or one is None or other is None:
        return one or other
    return in_flight(probable=one.probable or other.probable)
