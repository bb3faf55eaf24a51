"""What is known of one file, as it is filled by solving its functions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import field
from functools import cached_property

import libcst as cst

from inheritlint.domain.alternatives import references
from inheritlint.domain.joins import one_of, pieced, softened
from inheritlint.domain.origins import Instance, Made, Origin, Origins, Receiver, Variable
from inheritlint.domain.state import Cell, State
from inheritlint.domain.values import MAX_OPTIONS, LocalCallable, ObjectRef, Value
from inheritlint.findings.classes import distinct, frozen, with_cached_properties
from inheritlint.flow.blocks import Class, Function
from inheritlint.interpreter.annotations import Annotations
from inheritlint.interpreter.names import of_nobody
from inheritlint.interpreter.records import CallRecord, Wait
from inheritlint.interpreter.skips import unskipped
from inheritlint.interpreter.surroundings import Surroundings
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.ends import Pair
from inheritlint.knowledge.platforms import EVERYWHERE


@frozen
class NeverTrue:
    """A comparison that holds on no platform: `reads` is what is compared, `written` the values that it never has."""

    node: cst.CSTNode
    reads: str
    written: tuple[str, ...]


@frozen
class Closing:
    """`function` closes `thing`, or makes it non-inheritable (`reset`), by `node`."""

    function: Function
    thing: ObjectRef
    node: cst.CSTNode
    reset: bool


@distinct
class Forked:
    """What became of sockets on both sides of a fork. `listening` are those that the child surely has when it ends and
    never used, `closed` those that the parent closes, `accepted` connections that the parent surely has when it waits
    for the next one, with the variables that hold anything there. `is_let_go` says that on some path it has none,
    `used` are the listening sockets that a child closes or uses. `asleep` are those that it has while it sleeps, which
    tells something where it does not go on elsewhere (`is_left`)."""

    listening: dict[ObjectRef, frozenset[tuple[str, ObjectRef]]] = field(default_factory=dict)
    closed: set[ObjectRef] = field(default_factory=set)
    used: set[ObjectRef] = field(default_factory=set)
    accepted: dict[ObjectRef, frozenset[tuple[str, ObjectRef]]] = field(default_factory=dict)
    is_let_go: bool = False
    asleep: dict[ObjectRef, frozenset[tuple[str, ObjectRef]]] = field(default_factory=dict)
    is_left: bool = False


@with_cached_properties
class FileResults:
    """What the functions of a file share, and what was seen in them.

    `variables` holds what the variables of a function, or of the module, were given, by any code; `members` what
    class bodies define; `used_on` on which platforms whom uses which function, `reached` where each runs in the end.
    `closed_by_callers` are closings of what a function made that was called, by what that made there.
    `closed_by_partials` is what a call of each `functools.partial` closes, by what made that.
    `forwarded` are the places that make inheritable what their callers give, with those calls; `exposed` the origins of
    objects that code which is not known got, `exposed_things` these objects, `exposed_by` the functions that gave them
    away, with the calls that did; `exec_marks` the places whose targets another program gets, each with the children
    that got them before. `pairs` are the places that make two ends of one thing, `waits` what each function reads to
    its end, and `bounded` the reads that something else may end.
    """

    module: Function
    annotations: Annotations
    platforms: frozenset[int] = EVERYWHERE
    spawners: tuple[str, ...] = ()
    origins: Origins = field(default_factory=Origins)
    stars: set[str] = field(default_factory=set)
    records: dict[cst.Call, list[CallRecord]] = field(default_factory=dict)
    relayed: dict[cst.Call, list[CallRecord]] = field(default_factory=dict)
    variables: dict[tuple[Function, str], Value] = field(default_factory=dict)
    surroundings: Surroundings = field(default_factory=Surroundings)
    reached: dict[Function, frozenset[int]] = field(default_factory=dict)
    module_ends: list[State] = field(default_factory=list)
    changed: set[Cell] = field(default_factory=set)  # of the module, by functions
    members: dict[Class, dict[str, Value]] = field(default_factory=dict)
    _pieces: dict[Class, dict[tuple[bool, frozenset[int]], list[dict[str, Value]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    assigned: dict[Class, dict[str, Value]] = field(default_factory=lambda: defaultdict(dict))
    bases: dict[Class, list[Class]] = field(default_factory=dict)
    outside_bases: dict[Class, list[str]] = field(default_factory=dict)
    defaults: dict[Function, dict[str, Value]] = field(default_factory=dict)
    defined_on: dict[Function, frozenset[int]] = field(default_factory=dict)
    #: What decorators of the file put around a function, and which changes its arguments; the innermost is first.
    wrappers: dict[Function, tuple[Function, ...]] = field(default_factory=dict)
    used_on: dict[Function, dict[Function, frozenset[int]]] = field(default_factory=lambda: defaultdict(dict))
    #: In the child of which forks whom surely uses which function.
    used_after: dict[Function, dict[Function, frozenset[cst.CSTNode]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    called_partials: set[cst.CSTNode] = field(default_factory=set)
    closed_by_partials: dict[cst.CSTNode, set[ObjectRef]] = field(default_factory=dict)
    contexts: dict[Origin, tuple[Function, tuple[tuple[str, Value], ...]]] = field(default_factory=dict)
    managers: dict[Origin, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    closings: dict[Origin, dict[Closing, None]] = field(default_factory=lambda: defaultdict(dict))
    resets: set[cst.CSTNode] = field(default_factory=set)  # what makes something non-inheritable
    closed_by_callers: dict[Origin, dict[Closing, None]] = field(default_factory=lambda: defaultdict(dict))
    forwarded: dict[cst.CSTNode, set[cst.CSTNode]] = field(default_factory=lambda: defaultdict(set))
    exposed: set[Origin] = field(default_factory=set)
    exposed_things: set[ObjectRef] = field(default_factory=set)
    exposed_by: dict[tuple[Function, cst.CSTNode], set[Origin]] = field(default_factory=lambda: defaultdict(set))
    given_kinds: dict[tuple[Function, str], Kind | None] = field(default_factory=dict)  # of parameters
    transported: set[ObjectRef] = field(default_factory=set)  # sent to another process as descriptors
    exec_marks: dict[cst.CSTNode, frozenset[cst.CSTNode]] = field(default_factory=dict)
    shared: set[Origin] = field(default_factory=set)
    has_ends: bool = False  # it may make pairs
    pairs: dict[cst.CSTNode, Pair] = field(default_factory=dict)
    accepting: set[cst.CSTNode] = field(default_factory=set)  # the calls that accept connections
    listening: set[ObjectRef] = field(default_factory=set)
    waits: dict[Function, tuple[Wait, ...]] = field(default_factory=dict)
    bounded: set[cst.CSTNode] = field(default_factory=set)
    forked_workers: dict[cst.CSTNode, Forked] = field(default_factory=dict)  # by what starts them
    worker_targets: set[Function] = field(default_factory=set)  # what runs in processes of multiprocessing
    start_methods: set[object] = field(default_factory=set)  # of multiprocessing, for the whole process
    surviving_parents: set[cst.CSTNode] = field(default_factory=set)
    never_true: dict[cst.CSTNode, NeverTrue] = field(default_factory=dict)
    dead_edges: list[tuple[Function, int, NeverTrue]] = field(default_factory=list)
    #: The flags of open(2) that are read where nothing catches their absence, with the platforms: where a path is
    #: credible, and where none is.
    flag_reads: dict[cst.CSTNode, tuple[str, frozenset[int], frozenset[int]]] = field(default_factory=dict)
    #: What reads functions of the module `os` that only Windows has, with the platforms that reach it.
    missing: dict[cst.CSTNode, tuple[str, frozenset[int]]] = field(default_factory=dict)
    #: The variables of the environment: those that are read, or taken out; those that are set, each with the first
    #: place.
    variables_read: set[str] = field(default_factory=set)
    variables_set: dict[str, list[cst.CSTNode]] = field(default_factory=dict)
    put_by_functions: set[Cell] = field(default_factory=set)  # variables of the environment: it is not known when
    taken_out: set[str | None] = field(default_factory=set)  # of the environment; None for what is not known
    options: set[str] = field(default_factory=set)  # of the command line
    #: The tuples that are file actions of `os.posix_spawn`, by their values.
    file_actions: dict[Value, dict[cst.CSTNode, None]] = field(default_factory=lambda: defaultdict(dict))
    replaced_streams: set[str] = field(default_factory=set)  # standard streams that may be another file: `sys.stdout`
    forked_at: dict[cst.CSTNode, Forked] = field(default_factory=dict)  # by the calls of fork(2)
    #: What reads a piece of standard input, and whether it is gone through: that reads one in each round.
    reads: dict[cst.CSTNode, bool] = field(default_factory=dict)
    #: What a daemon's context closes, by the call that made the context, with its name; and who uses it afterwards.
    swept: dict[cst.CSTNode, dict[ObjectRef, str]] = field(default_factory=dict)
    #: What it leaves open on some path is there by the same call.
    preserved: dict[cst.CSTNode, set[ObjectRef]] = field(default_factory=lambda: defaultdict(set))
    used_when_swept: dict[tuple[cst.CSTNode, ObjectRef], cst.CSTNode] = field(default_factory=dict)
    #: The numbers of sockets, by the calls of a socket's own `fileno` that give them.
    socket_numbers: dict[cst.CSTNode, set[ObjectRef]] = field(default_factory=lambda: defaultdict(set))
    forks: bool = False  # numbers of descriptors are valid in both processes
    lost_at_exec: set[tuple[int, cst.CSTNode, cst.CSTNode | None]] = field(default_factory=set)

    def note_closed(self, function: Function, thing: ObjectRef, node: cst.CSTNode, *, reset: bool) -> None:
        """`function` closes or resets `thing` on some path: what an instance has is what methods of its class know."""
        self.closings[thing.origin][Closing(function, thing, node, reset)] = None
        origin = thing.origin
        if isinstance(origin, Instance) and thing.path:
            own = ObjectRef(Receiver(origin.definition), thing.path, thing.kind)
            self.closings[own.origin][Closing(function, own, node, reset)] = None
        elif isinstance(origin, Made) and origin.via:
            inner = self.origins.made(origin.node, origin.part, origin.maker)
            own = ObjectRef(inner, thing.path, thing.kind, thing.old)
            self.closed_by_callers[own.origin][Closing(function, own, node, reset)] = None

    def expose(self, function: Function, node: cst.CSTNode, things: Iterable[ObjectRef]) -> None:
        """`function` gives `things` to code that is not known, by `node`."""
        for thing in things:
            self.exposed.add(thing.origin)
            self.exposed_things.add(thing.base)
            self.exposed_by[function, node].add(thing.origin)

    def note_members(self, definition: Class, members: dict[str, Value], state: State) -> None:
        """What one path through the body of a class leaves in it: each platform has its own, and no other path counts
        where one is credible."""
        pieces = self._pieces[definition]
        seen = pieces.setdefault((state.credible, state.platforms), [])
        if members in seen:
            return
        seen[:] = [*seen[1 - MAX_OPTIONS :], members]
        kept = [each for each in pieces if each[0]] or list(pieces)
        found: dict[str, list[tuple[frozenset[int], Value]]] = defaultdict(list)
        for credible, platforms in kept:
            for each in pieces[credible, platforms]:
                for name, value in each.items():
                    found[name].append((platforms, value))
        self.members[definition] = {name: pieced(values) for name, values in found.items()}

    def note_given(self, function: Function, name: str, kind: Kind | None) -> None:
        """A function that another process runs, or a server calls, is given something of `kind`."""
        key = function, name
        self.given_kinds[key] = kind if self.given_kinds.get(key, kind) is kind else None

    def note_flag(self, node: cst.CSTNode, flag: str, state: State) -> None:
        """`node` reads a flag of open(2) in `state`, and nothing catches its absence."""
        _, sure, doubted = self.flag_reads.get(node, (flag, frozenset(), frozenset()))
        if state.credible:
            sure |= state.platforms
        else:
            doubted |= state.platforms
        self.flag_reads[node] = flag, sure, doubted

    def note_used(self, value: Value, by: Function, state: State) -> None:
        """`by` reads a name that stands for a function of the file, in `state`."""
        if isinstance(value, LocalCallable) and isinstance(value.target, Function):
            uses, after = self.used_on[value.target], self.used_after[value.target]
            uses[by] = uses.get(by, frozenset()) | state.platforms
            after[by] = after.get(by, state.forked) & state.forked

    def remember(self, owner: Function, name: str, value: Value) -> None:
        """A variable that several functions see was given `value`."""
        key = owner, name
        before = self.variables.get(key)
        after = value if before is None else one_of([before, value])
        if after != before:
            self.variables[key] = after

    def variable(self, owner: Function, name: str, function: Function) -> Value:
        """What `function` finds in a variable of another one, or of the module: one of what it was given, where only
        its own function assigns it, and it is not known when `function` runs."""
        if owner is self.module and name in self.globals:
            found: Value | None = self.globals[name]
        else:
            found = self.surroundings.variable(owner, name, function) or self.variables.get((owner, name))
        if found is None and owner is self.module:
            return of_nobody(name, self.stars)
        if found is None or name in owner.rebound:
            kinds = {thing.kind for thing in references(found)} if found is not None else set()
            kind = kinds.pop() if len(kinds) == 1 else None
            return ObjectRef(Variable(owner, name), (), kind)
        return softened(found)

    def note_module_left(self, state: State) -> None:
        """One way to the end of the module body: functions may be called after it."""
        self.module_ends.append(state.copy())
        for cached in ("globals", "module_heap"):
            self.__dict__.pop(cached, None)

    @property
    def _ends(self) -> list[State]:
        return [state for state in self.module_ends if state.credible] or self.module_ends

    @cached_property
    def globals(self) -> dict[str, Value]:
        """What the variables of the module are at its end, platform by platform."""
        found: dict[str, list[tuple[frozenset[int], Value]]] = defaultdict(list)
        for state in self._ends:
            for name, value in state.variables.items():
                if isinstance(name, str):
                    found[name].append((state.platforms, value))
        return {name: pieced(pieces) for name, pieces in found.items()}

    @cached_property
    def module_heap(self) -> dict[Cell, Value]:
        """What the objects of the module hold at its end, as far as all ways there agree on what is known."""
        ends = self._ends
        if not ends:
            return {}
        common = set(ends[0].heap).intersection(*(state.heap for state in ends))
        known = {cell: one_of(state.heap[cell] for state in ends) for cell in ends[0].heap if cell in common}
        return {cell: value for cell, value in known.items() if cell not in self.changed | self.put_by_functions}

    @cached_property
    def platforms_after(self) -> frozenset[int]:
        """The platforms on which the module body comes to an end, and its tests are not left out."""
        ends = frozenset().union(*(state.platforms for state in self._ends))
        return unskipped(self.globals.get("pytestmark"), ends or self.platforms)
