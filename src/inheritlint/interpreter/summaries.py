"""What each function of a file does: its module body first, then every function, each solved for any caller."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import field, replace

import libcst as cst

from inheritlint.domain.ends import Ends
from inheritlint.domain.joins import one_of
from inheritlint.domain.mentions import origins_in
from inheritlint.domain.origins import Parameter, Receiver
from inheritlint.domain.platform_names import well_known
from inheritlint.domain.standard_streams import StandardStreams
from inheritlint.domain.state import CONTENTS, Cell, State
from inheritlint.domain.values import (
    DictValue,
    FlagBits,
    LocalCallable,
    ObjectRef,
    PartialSequence,
    SequenceValue,
    Value,
)
from inheritlint.findings.classes import distinct
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.attributes import load_attribute, starter_of
from inheritlint.interpreter.calls import call
from inheritlint.interpreter.changes import changed_variables, leads_to, readers
from inheritlint.interpreter.exits import Exits
from inheritlint.interpreter.frame import FREE, WRAPPED, Summary
from inheritlint.interpreter.reach import forked_code, functions_in, reach
from inheritlint.interpreter.records import CallRecord
from inheritlint.interpreter.results import FileResults
from inheritlint.interpreter.solver import Solver

#: Summaries of one function for known arguments, beside the general one.
MAX_CONTEXTS = 7
#: Calls inside calls that are followed.
MAX_DEPTH = 10
#: Rounds in which a function that calls itself is solved again.
MAX_ROUNDS = 6

_Key = tuple[Function, frozenset[tuple[str, Value]]]


@distinct
class _Running:
    """A function that is being solved: what is known of its exits so far. `rests_on` is the outermost function that is
    being solved and whose exits it asked for, `is_asked` says that its own were asked for; `provisional` are the
    summaries that rest on them."""

    key: _Key
    depth: int
    rests_on: int
    is_asked: bool = False
    exits: Exits = field(default_factory=Exits)
    provisional: dict[_Key, Summary] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether it rests on nothing that is being solved, itself included."""
        return self.rests_on > self.depth


@distinct
class Summaries:
    """Solves the functions of a file and keeps what each does. `lower` turns a function into blocks."""

    file: FileResults
    lower: Callable[[Function], object]
    _summaries: dict[_Key, Summary] = field(default_factory=dict)
    _running: list[_Running] = field(default_factory=list)
    _contexts: Counter[Function] = field(default_factory=Counter)
    _users: dict[_Key, set[_Key]] = field(default_factory=lambda: defaultdict(set))  # whose answers rest on it

    def run(self) -> None:
        """Solve the module body, then every function of the file."""
        module = self.file.module
        first = self.summary(module, {})
        self._collect_exposed()
        self._summaries.clear()  # functions that ran with it have seen names that were not yet there
        self._contexts.clear()
        if first is not None:
            self._summaries[module, frozenset()] = first
        foreseen, given = self._foresee_changes(), dict(self.file.given_kinds)
        self._solve_functions()
        while (unforeseen := self.file.changed - foreseen) or self.file.given_kinds != given:
            asked = {key[0] for key, kind in self.file.given_kinds.items() if given.get(key) is not kind}
            foreseen, given = foreseen | unforeseen, dict(self.file.given_kinds)
            self._forget_readers(unforeseen, asked)
            self._solve_functions()
        self._collect()

    def _forget_readers(self, changed: set[Cell], others: set[Function]) -> None:
        """Forget the summaries of `others`, and those that may rest on `changed` cells of the module."""
        origins = {owner.origin for owner, _ in changed}
        self.file.surroundings.changed_cells |= changed
        self.file.surroundings.forget()
        seeing = readers(self.file, functions_in(self.file.module), changed) | others
        self.file.__dict__.pop("module_heap", None)
        stale: set[_Key] = set()
        latest = {
            key for key in self._summaries if key[0] in seeing or any(leads_to(value, origins) for _, value in key[1])
        }
        while latest:
            stale |= latest
            latest = {user for key in latest for user in self._users.get(key, ())} - stale
        stale = {key for key in stale if key[0] is not self.file.module}
        self._summaries = {key: known for key, known in self._summaries.items() if key not in stale}
        self._contexts = Counter(function for function, context in self._summaries if context)

    def _foresee_changes(self) -> set[Cell]:
        """Note which containers of the module a function changes, as far as its instructions say so."""
        functions = list(functions_in(self.file.module))
        for function in functions:
            if not function.blocks:
                self.lower(function)
        held = [self.file.globals.get(name) for name in changed_variables(self.file.module, functions)]
        self.file.changed |= {(each, CONTENTS) for each in held if isinstance(each, ObjectRef)}
        self.file.__dict__.pop("module_heap", None)
        around = [function for function in functions if function.inner]
        self.file.surroundings.changed = {
            function: changed_variables(function, functions_in(function)) for function in around
        }
        self.file.surroundings.forget()
        return set(self.file.changed)

    def _solve_functions(self) -> None:
        for function in functions_in(self.file.module):
            self.summary(function, {})

    def _note_changed(self, function: Function, exits: Exits) -> None:
        """Which containers of the module, or of the functions around it, a function changes."""
        heap = self._heap_around(function)
        for state in (*exits.returned.states, *exits.raised.states):
            self.file.changed |= {cell for cell, value in heap.items() if state.heap.get(cell, value) != value}

    def summary_of(self, function: Function) -> Summary | None:
        """The general summary of a function that was solved."""
        return self._summaries.get((function, frozenset()))

    def _collect_exposed(self) -> None:
        """Note what code got that is not known, in calls of whatever kind."""
        for (function, _), summary in self._summaries.items():
            for node, things in summary.exposed.items():
                self.file.expose(function, node, things)

    def _collect(self) -> None:
        self._collect_exposed()
        reached, forked = reach(self.file), forked_code(self.file)
        self.file.reached = reached
        for (function, context), summary in self._summaries.items():
            if context:
                continue
            self.file.waits[function] = summary.waits
            on, forks = reached[function], forked.get(function, frozenset())
            self.file.missing |= {node: (name, where & on) for node, (name, where) in summary.missing.items()}
            for found, records in ((self.file.records, summary.records), (self.file.relayed, summary.relayed)):
                for node, seen in records.items():
                    kept = [
                        replace(each, platforms=each.platforms & on, forked=each.forked | forks)
                        for each in seen
                        if each.platforms & on
                    ]
                    if node in self.file.called_partials:
                        kept = [each for each in kept if not each.is_trial]
                    if kept and isinstance(node, cst.Call):
                        found.setdefault(node, []).extend(_credible(kept))

    def summary(self, function: Function, context: dict[str, Value]) -> Summary | None:
        """What a call of `function` does where the parameters of `context` have these values; None where that cannot be
        said, for calls are too deep. What a function is known to do while it is still being solved is what its exits
        so far say."""
        key = function, frozenset(context.items())
        if self._running:
            self._users[key].add(self._running[-1].key)
        known = self._summaries.get(key)
        if known is not None:
            return known
        for running in self._running:
            if key in running.provisional or running.key == key:
                running.is_asked = True
                top = self._running[-1]
                top.rests_on = min(top.rests_on, running.depth)
                return running.provisional.get(key) or _unfinished(function, running.exits)
        if context and any(running.key[0] is function for running in self._running):
            return self.summary(function, {})  # of a call in itself the arguments may be others each time
        if len(self._running) > MAX_DEPTH:
            return None
        if context:
            if self._contexts[function] >= MAX_CONTEXTS:
                return self.summary(function, {WRAPPED: context[WRAPPED]} if context.keys() > {WRAPPED} else {})
            self._contexts[function] += 1
        return self._solved(key, context)

    def _solved(self, key: _Key, context: dict[str, Value]) -> Summary:
        function = key[0]
        if not function.blocks:
            self.lower(function)
        depth = len(self._running)
        running = _Running(key, depth, MAX_DEPTH + 2)
        for _ in range(MAX_ROUNDS):
            solver = self._solver(function, context)
            entry = self._entry(solver, function, context)
            heap = dict(entry.heap)
            running.provisional.clear()
            self._running.append(running)
            exits = solver.solve(entry)
            self._running.pop()
            if not running.is_asked:
                break
            covering = running.exits.widened(exits)
            if covering.is_like(running.exits):
                break
            running.exits = covering
        self._note_changed(function, exits)
        summary = Summary(
            function,
            exits,
            solver.records,
            solver.relayed,
            heap,
            solver.may_raise,
            solver.ends,
            solver.is_abstract,
            solver.replaces,
            is_whole=bool(exits.returned.states) or running.is_final,
            may_raise_first=solver.may_raise if solver.may_raise_first is None else solver.may_raise_first,
            reads=solver.reads,
            reached=frozenset(solver.entries),
            waits=tuple(solver.waits),
            exposed=solver.exposed,
            missing=solver.missing,
        )
        found = {**running.provisional, key: summary}
        if not context and self.file.surroundings.take(solver.moments):
            self._forget_inner(function, found)
        self._keep(running, found)
        return summary

    def _forget_inner(self, function: Function, found: dict[_Key, Summary]) -> None:
        """What functions inside `function` do that ran meanwhile: they have not seen what its variables are."""
        inner = set(functions_in(function))
        for summaries in (self._summaries, found):
            for key in [key for key in summaries if key[0] in inner]:
                del summaries[key]
        for each in inner:
            self._contexts.pop(each, None)

    def _keep(self, solved: _Running, found: dict[_Key, Summary]) -> None:
        """Keep summaries; only for as long as the answer on which they rest, where that is not final."""
        if solved.rests_on >= solved.depth:
            self._summaries.update(found)
            return
        self._running[solved.rests_on].provisional.update(found)
        around = self._running[-1]
        around.rests_on = min(around.rests_on, solved.rests_on)

    def _solver(self, function: Function, context: dict[str, Value]) -> Solver:
        solver = Solver(self.file, function)
        solver.wrapped = context.get(WRAPPED)
        solver.borrowed = frozenset(origin for value in context.values() for origin in origins_in(value))
        solver.call = lambda func, site, state: call(solver, func, site, state)
        solver.load_attribute = lambda base, name, state: load_attribute(solver, base, name, state)
        solver.summary = self.summary
        return solver

    # What a function begins with

    def _entry(self, solver: Solver, function: Function, context: dict[str, Value]) -> State:
        on = self.file.platforms
        # Before the module is solved it does not have all ways to a definition, nor to its end.
        if self.summary_of(self.file.module) is not None:
            on = on & self.file.defined_on.get(function, on) & self.file.platforms_after
        shared = frozenset(ObjectRef(Parameter(function, name)) for name in function.shared)
        state = State(platforms=on, heap=self._heap_around(function), ends=Ends(self.file.has_ends, let_go=shared))
        free = context.get(FREE)
        if isinstance(free, SequenceValue):
            state.streams = StandardStreams(frozenset(each.ones for each in free.items if isinstance(each, FlagBits)))
        for position, name in enumerate(function.parameters):
            value = self._parameter(solver, function, position, name)
            self._give(state, function, name, value, context.get(name))
        if function.star is not None:
            given = context.get(function.star)
            self._give(state, function, function.star, ObjectRef(Parameter(function, function.star)), given)
        if function.double_star is not None:
            reference = ObjectRef(Parameter(function, function.double_star))
            state.put((reference, CONTENTS), DictValue((), whole=False))
            self._give(state, function, function.double_star, reference, context.get(function.double_star))
        for name in function.shared:
            if (held := state.variables.get(name)) is not None:
                self.file.remember(function, name, held)
        return state

    def _heap_around(self, function: Function) -> dict[Cell, Value]:
        """What is known of the containers of the module, and of the functions around `function`."""
        around = self.file.surroundings.heap(function)
        return self.file.module_heap | around if around else self.file.module_heap

    def _give(self, state: State, function: Function, name: str, symbol: Value, given: Value | None) -> None:
        if given is None:
            state.variables[name] = symbol
        elif isinstance(given, (SequenceValue, PartialSequence, DictValue)) and isinstance(symbol, ObjectRef):
            state.variables[name] = given if name == function.star else symbol
            state.put((symbol, CONTENTS), given)
        else:
            state.variables[name] = given

    def _parameter(self, solver: Solver, function: Function, position: int, name: str) -> Value:
        if position == 0 and function.owner is not None and "staticmethod" not in function.decorators:
            is_class = "classmethod" in function.decorators or function.name in ("__new__", "__init_subclass__")
            owner = function.owner
            return LocalCallable(owner) if is_class else ObjectRef(Receiver(owner))
        kind = self.file.annotations.of_parameter(function, name) or self.file.given_kinds.get((function, name))
        value = well_known(name) or ObjectRef(Parameter(function, name), (), kind)
        default = self.file.defaults.get(function, {}).get(name)
        starts = name == "close_fds" and function.owner is not None and starter_of(solver, function.owner) is not None
        if starts and default is not None:
            return one_of([value, default])  # what everybody gets who does not ask
        return value


def _credible(records: list[CallRecord]) -> list[CallRecord]:
    """The records of paths that are certain, where there are any."""
    return [each for each in records if each.credible] or records


def _unfinished(function: Function, exits: Exits) -> Summary:
    whole = bool(exits.returned.states or exits.raised.states)
    return Summary(function, exits, {}, {}, {}, True, True, False, False, is_whole=whole)
