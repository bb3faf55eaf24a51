"""One function while it is solved: its blocks' states, its exits, and what the calls in it ask for."""

import heapq
from collections.abc import Callable, Hashable, Iterable
from dataclasses import field, replace

import libcst as cst

from inheritlint.domain.alternatives import references
from inheritlint.domain.disjuncts import Disjuncts
from inheritlint.domain.mentions import leave_origins, origins_in
from inheritlint.domain.origins import Instance, Made, Origin, Receiver, Variable
from inheritlint.domain.reachable import reachable_heap
from inheritlint.domain.state import Cell, State, in_flight
from inheritlint.domain.values import ObjectRef, Value
from inheritlint.findings.classes import distinct, frozen
from inheritlint.flow.blocks import Block, Class, Function
from inheritlint.flow.ends import Catch, Raise, Suppress
from inheritlint.interpreter.exceptions import SAME_EXCEPTION, is_passing
from inheritlint.interpreter.exits import Exits
from inheritlint.interpreter.records import Arguments, CallRecord, Wait
from inheritlint.interpreter.results import FileResults
from inheritlint.interpreter.surroundings import Moments
from inheritlint.interpreter.thrown import Thrown

#: What a call, or any other instruction, ends in: states, each with the value in it. None where no path goes on.
Results = list[tuple[State, Value]]

#: The facts that this is the parent of a fork, and not its child, and that a generator came by one of its `yield`s.
PARENT_OF, CAME_BY = "parent of", "came by"
_LASTING = (Receiver, Variable)  # they can be asked about anywhere
FREE = "<free>"  # what a function is told of the standard streams that are closed when it is called
WRAPPED = "<wrapped>"  # what a function is told of the one that it stands for, as a decorator has made it
RETURNED = 0  # the register that holds what a function returns, in the states of its exits


@distinct
class Summary:
    """What a call of `function` does: how it is left, and what it calls on the way, in its own words.

    `relayed` are calls of functions of the file, with what these call in the end, `waits` what is read to its end,
    `exposed` what code got that is not known, by the calls of it; `missing` what reads functions of the module `os`
    that only Windows has, with the platforms, where nothing catches that.
    `ends` says that some way out is an exit or an exception, `may_raise` that something in it may, `may_raise_first`
    that this comes before its first `yield`, `replaces` that
    another program may take the place of this one, `reads` that it reads a piece of standard input, `is_abstract` that
    others are expected to override it; `is_whole` is false where it could not be followed to its end.
    """

    function: Function
    exits: Exits
    records: dict[cst.Call, list[CallRecord]]
    relayed: dict[cst.CSTNode, list[CallRecord]]
    entry_heap: dict[Cell, Value]
    may_raise: bool
    ends: bool
    is_abstract: bool
    replaces: bool
    is_whole: bool
    may_raise_first: bool = False
    reads: bool = False
    reached: frozenset[int] = frozenset()  # the blocks that some state reached
    waits: tuple[Wait, ...] = ()
    exposed: dict[cst.CSTNode, set[ObjectRef]] = field(default_factory=dict)
    missing: dict[cst.CSTNode, tuple[str, frozenset[int]]] = field(default_factory=dict)


@frozen
class Site:
    """A call with its evaluated arguments. `receiver` is the object whose method is called, `dropped` says that nothing
    keeps the result, `is_trial` that the call is yet to come, `is_apart` that it runs in a thread meanwhile."""

    node: cst.CSTNode
    arguments: Arguments
    name: str = ""
    receiver: Value | None = None
    dropped: bool = False
    is_trial: bool = False
    is_apart: bool = False

    def value(self, position: int, name: str = "") -> Value | None:
        """What is given for a parameter, None where it is left out."""
        return self.arguments.value(position, name)

    def called(self, name: str, receiver: Value | None) -> "Site":
        """The same place, where it is known what is called."""
        return Site(self.node, self.arguments, name, receiver, self.dropped, self.is_trial, self.is_apart)

    def with_arguments(self, arguments: Arguments, name: str = "") -> "Site":
        """The same place with other arguments: those that a known callable is passed on with."""
        return replace(self, arguments=arguments, name=name, receiver=None, dropped=False)


class Frame:
    """What is known of one function so far, and how to go on from a state."""

    def __init__(self, file: FileResults, function: Function) -> None:
        self.file, self.function = file, function
        self.exits = Exits()
        self.entries: dict[int, Disjuncts] = {}
        self.block: Block = function.blocks[0]
        self.at: cst.CSTNode = function.node
        self.steps = 0
        self.records: dict[cst.Call, list[CallRecord]] = {}
        self.relayed: dict[cst.CSTNode, list[CallRecord]] = {}
        self.waits: dict[Wait, None] = {}
        self.exposed: dict[cst.CSTNode, set[ObjectRef]] = {}
        self.missing: dict[cst.CSTNode, tuple[str, frozenset[int]]] = {}
        self.moments = Moments(function)
        self.may_raise = self.ends = self.is_abstract = self.replaces = self.reads = False
        self.may_raise_first: bool | None = None
        self.borrowed: frozenset[Origin] = frozenset()  # of objects that the caller is known to give
        self.brought: set[Origin] = set()  # what functions made that it called
        self.renewed: set[Origin] = set()  # what a loop has made so far: no path knows another one
        self.wrapped: Value | None = None  # what it stands for
        self._asked: dict[Hashable, list[Origin]] = {}  # the objects that each question is about
        self._queue: list[tuple[int, int, int, State]] = []
        self._count = 0
        self._thrown = Thrown(function)
        self._catches: dict[int | None, frozenset[str]] = {}

    # Provided by the solver

    call: Callable[[Value, Site, State], Results]
    load_attribute: Callable[[Value, str, State], Results]
    summary: Callable[[Function, dict[str, Value]], Summary | None]

    # Where states go

    def flow(self, number: int, state: State) -> None:
        """`state` reaches block `number`: what is not read there is forgotten."""
        function = self.function
        live, kept = function.live[number], function.kept
        state.variables = {
            name: value for name, value in state.variables.items() if type(name) is tuple or name in live
        }
        state.registers = {key: value for key, value in state.registers.items() if key in kept}
        state.thrown = frozenset()
        if state.facts:
            self._forget_facts(state)
        if number in function.endless and number <= self.block.number:
            self.leave(self.exits.unreturned, state.copy(), None)
        for fresh in self.entries.setdefault(number, Disjuncts()).add(state):
            self._count += 1
            heapq.heappush(self._queue, (function.order[number], number, self._count, fresh))

    def _forget_facts(self, state: State) -> None:
        """A question is only remembered while it can be asked again."""
        lost: set[Origin] = set()
        for about in state.facts:
            if about not in self._asked:
                self._asked[about] = [each for each in origins_in(about) if not isinstance(each, _LASTING)]
            lost.update(self._asked[about])
        if not lost:
            return
        for values in (state.variables.values(), state.registers.values()):
            if lost:
                leave_origins(values, lost)
        if not lost:
            return
        state.facts = {about: answer for about, answer in state.facts.items() if lost.isdisjoint(self._asked[about])}

    def next_state(self) -> tuple[Block, State] | None:
        """A block that a new state reached, in the order of the program; None where nothing is left to do."""
        while self._queue:
            _, number, _, state = heapq.heappop(self._queue)
            if state in self.entries[number]:  # else joined with another one meanwhile
                return self.function.blocks[number], state.copy()
        return None

    def renew(self, origin: Made | Instance, state: State) -> None:
        """`origin` makes an object here: in a loop the one that it made before becomes an older one."""
        if self.block.number in self.function.looped:
            if origin in self.renewed or origin in self.borrowed:
                state.age(origin)
            self.renewed.add(origin)

    # Exceptions

    def throw(self, state: State, name: str | None = None, *, probable: bool = True) -> None:
        """An edge to the landing pad, with what is known before the instruction took effect. Whatever may raise reaches
        a handler that is there; only a probable exception is a way out of the function, and none is while an improbable
        one is in flight."""
        probable = probable and (state.in_flight is None or state.in_flight.probable)
        self.may_raise |= probable
        pad = self.block.pad
        handled = pad is not None and pad in self.function.handled
        flying = in_flight(name if handled else None, probable=probable)
        if flying in state.thrown or (not handled and not probable):
            return
        if pad is None and not state.marks:
            return
        state.thrown |= {flying}
        if pad is not None and self._thrown.is_known(pad, flying, state):
            return
        way = state.copy()
        way.in_flight, way.left_at = flying, self.at
        if way.ends.reading and not is_passing(self.names_caught()):
            way.ends = replace(way.ends, reading=frozenset())  # an error ends all reading
        if pad is None:
            self.file.surviving_parents |= self.parents_in(way)
            self.leave(self.exits.raised, way, None)
        else:
            self.flow(pad, way)

    def doubt(self, state: State, name: str) -> None:
        """What hardly ever raises keeps the handler alive, and no more: no judgement of a path rests on it."""
        if self.block.pad is not None and self.block.pad in self.function.handled:
            way = state.copy()
            way.credible, way.thrown = False, frozenset()
            self.throw(way, name, probable=False)

    def absent(self, state: State, platforms: frozenset[int], name: str, telling: bool = True) -> bool:
        """Only `platforms` have what is asked for: elsewhere the handler of `name` goes on, and there as well unless
        the absence is `telling`. Narrows `state`; false where nothing is left of it."""
        without = state.platforms - platforms if telling else state.platforms
        if without and self.catches(name):
            self.throw(state.on(without), name, probable=False)
        if state.platforms & platforms:
            state.platforms &= platforms
            return True
        return not self.catches(name)

    def catches(self, name: str) -> bool:
        """Whether a handler around the instruction at hand catches `name`."""
        caught = self._caught_from(self.block.pad)
        return bool(caught & {"", "Exception", "BaseException", name, SAME_EXCEPTION.get(name, name)}) or (
            name == "ModuleNotFoundError" and "ImportError" in caught
        )

    def names_caught(self) -> frozenset[str]:
        """The names of all that handlers around the instruction at hand catch; an empty one for everything."""
        return self._caught_from(self.block.pad)

    def _caught_from(self, pad: int | None) -> frozenset[str]:
        """The names of all that handlers catch which an exception can reach that lands on `pad`."""
        if pad is None:
            return frozenset()
        if pad not in self._catches:
            self._catches[pad] = frozenset()
            found: set[str] = set()
            seen, pending = {pad}, [pad]
            while pending:
                block = self.function.blocks[pending.pop()]
                following: list[int] = []
                match block.end:
                    case Catch(types=types, other=other):
                        found |= set(types) or {""}
                        following = [other]
                    case Suppress(other=other, manager=manager):
                        found |= set(self._kept_in(manager))
                        following = [other]
                    case Raise(exc=None, name=None):
                        found |= self._caught_from(block.pad)
                    case end if end is not None:
                        following = list(end.targets)
                pending += [each for each in following if each not in seen]
                seen |= set(following)
            self._catches[pad] = frozenset(found)
        return self._catches[pad]

    def _kept_in(self, manager: int) -> tuple[str, ...]:
        """The exceptions that the manager in a register keeps in, as far as it was made by now."""
        made = (each.node for block in self.function.blocks for each in block.instructions if each.dst == manager)
        node = next(made, None)
        known = self.file.managers.items()
        return next((types for origin, (_, types) in known if getattr(origin, "node", None) is node), ("?",))

    # Ways out

    def leave(self, exits: Disjuncts, state: State, value: Value | None) -> None:
        """`state` leaves the function with `value`."""
        if exits is self.exits.returned:  # what a generator gave is used before it returns
            self.moments.note(self.block.number, state, final=self.function.is_generator)
        state.variables = {name: each for name, each in state.variables.items() if not isinstance(name, str)}
        state.registers = {} if value is None else {RETURNED: value}
        state.thrown = frozenset()
        if self.function.parent is not None:
            state.heap = reachable_heap(state, self.function, self.brought)
        exits.add(state)

    def stop(self, state: State) -> None:
        """The function ends here on purpose, and does not return: children may have got what it has taken over."""
        marks = {key: mark for key, mark in state.marks.items() if mark.adopted and mark.children}
        if (marks or (state.streams.private and state.children)) and state.credible:
            way = state.copy()
            way.marks = marks
            self.leave(self.exits.unreturned, way, None)

    def parents_in(self, state: State) -> set[cst.CSTNode]:
        """The forks of which this is the parent."""
        return {about[1] for about in state.facts if isinstance(about, tuple) and about[0] == PARENT_OF}

    # What is seen

    def observe(self, record: CallRecord) -> None:
        """A call that rules listen to was reached."""
        seen = self.records.setdefault(record.node, [])
        if record not in seen and len(seen) < MAX_RECORDS:
            seen.append(record)

    def relay(self, site: cst.CSTNode, record: CallRecord) -> None:
        """A function of the file that is called at `site` makes a call."""
        seen = self.relayed.setdefault(site, [])
        if record not in seen and len(seen) < MAX_RECORDS:
            seen.append(record)

    def expose(self, site: Site) -> None:
        """Code that is not known gets the arguments of `site`."""
        if things := site.arguments.things():
            self.exposed.setdefault(site.node, set()).update(things)

    def wait(self, wait: Wait) -> None:
        """Something is read to its end."""
        if len(self.waits) < MAX_RECORDS:
            self.waits[wait] = None

    def read_input(self, node: cst.CSTNode, *, again: bool = False) -> None:
        """`node` reads a piece of standard input, or (`again`) a loop goes through it, which reads one each time."""
        self.reads = True
        self.file.reads[node] = again or self.file.reads.get(node, False)

    def replace_process(self, state: State) -> None:
        """Another program may take the place of this process: it gets what is inheritable."""
        self.replaces = True
        for (_, node), mark in state.marks.items():
            if mark.is_inheritable and not (mark.forked or state.forked):
                known = self.file.exec_marks.get(node, frozenset())
                self.file.exec_marks[node] = known | mark.children

    def end_process(self, state: State) -> None:
        """The process ends here, or becomes another program."""
        self.ends = True
        self.moments.note(self.block.number, state, final=True)
        if self.function.parent is None:
            self.file.note_module_left(state)

    def close(self, state: State, value: Value, by: cst.CSTNode, *, reset: bool = False) -> None:
        """What `value` stands for is closed, or made non-inheritable, by `by`."""
        for thing in references(value, state.platforms):
            if thing.is_anything:
                continue
            state.close(thing, by)
            if not reset:
                state.ends = state.ends.released(thing.base)
                state.unlock(thing)
            self._note_closed(thing.base, by, reset=reset)

    def defer_close(self, state: State, things: Iterable[Value], by: cst.CSTNode) -> None:
        """What `things` stand for will be closed, or made non-inheritable, whatever happens."""
        for value in things:
            for thing in references(value, state.platforms):
                if not thing.is_anything:
                    state.defer_close(thing)
                    state.ends = state.ends.released(thing.base)
                    self._note_closed(thing.base, by, reset=False)

    def _note_closed(self, thing: ObjectRef, by: cst.CSTNode, *, reset: bool) -> None:
        """What the caller gives is closed by him: he notes it where he calls."""
        if reset:
            self.file.resets.add(by)
        if thing.origin not in self.borrowed:
            self.file.note_closed(self.function, thing, by, reset=reset)

    @property
    def owner(self) -> Class | None:
        """The class in whose method this runs."""
        return next((each.owner for each in self.function.outward() if each.owner is not None), None)


MAX_RECORDS = 48  # different records of one call
