"""What a call of a function of the file does here: its summary, in the words of the caller."""

from dataclasses import replace

import libcst as cst

from inheritlint.domain.alternatives import references, things_in
from inheritlint.domain.descriptor import InheritableMark
from inheritlint.domain.identity import covers
from inheritlint.domain.joins import one_of, pieced, softened
from inheritlint.domain.mapping import changed_question, mapped
from inheritlint.domain.mentions import origins_in
from inheritlint.domain.origins import Made, NumbersFrom, Parameter, Receiver, Variable
from inheritlint.domain.state import State, in_flight
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    NONE,
    ConstantValue,
    FlagBits,
    Iteration,
    LocalCallable,
    ObjectRef,
    PartialSequence,
    QualifiedName,
    Test,
    Value,
)
from inheritlint.flow.blocks import Class, Function
from inheritlint.interpreter import forks, waits
from inheritlint.interpreter.annotations import declared
from inheritlint.interpreter.assumptions import assume
from inheritlint.interpreter.containers import made, names_of, none_of, snapshot
from inheritlint.interpreter.environment import left_for
from inheritlint.interpreter.following import followed
from inheritlint.interpreter.frame import PARENT_OF, RETURNED, WRAPPED, Frame, Results, Site, Summary
from inheritlint.interpreter.known_arguments import general_summary, summary_for
from inheritlint.interpreter.parameters import bind
from inheritlint.interpreter.records import Argument, Arguments, CallRecord
from inheritlint.knowledge.effects import RELAYED, STARTING, Effect, Kind

_DEEPEST_VIA = 3


def apply(
    frame: Frame, callee: LocalCallable, site: Site, state: State, wrapped: LocalCallable | None = None
) -> Results:
    """The states after a call of a function of the file at `site`, which calls `wrapped`, if a decorator made it."""
    function = callee.target
    assert isinstance(function, Function)
    if site.dropped and (function.is_generator or function.is_async) and not function.decorators:
        return [(state, made(frame, state, site.node))]  # neither gone through nor awaited: its body never runs
    actual = bind(frame, function, callee.receiver, site, state) | ({} if wrapped is None else {WRAPPED: wrapped})
    if function.parent is frame.function:
        frame.moments.note(frame.block.number, state)
    summary = summary_for(frame, function, actual, state)
    if summary is None or not summary.is_whole:
        frame.throw(state, None)
        waits.released(actual.values(), state)
        return [(state, made(frame, state, site.node, frame.file.annotations.of_result(function)))]
    call = Application(frame, summary, site, actual)
    call.relay(state)
    if any(name.rpartition(".")[2] in ("contextmanager", "asynccontextmanager") for name in function.decorators):
        result = made(frame, state, site.node)
        frame.file.contexts[result.origin] = (function, tuple(actual.items()))
        return [(state, result)]
    if summary.replaces:
        frame.replace_process(state)
    if summary.reads:
        frame.read_input(site.node)
    if summary.may_raise:
        frame.throw(state, None)
    results: Results = []
    before = state.copy()
    returned = summary.exits.returned.states
    if summary.ends or any(left.credible for left in returned):
        returned = [left for left in returned if left.credible]  # what contradicts a constant in it is no way back
    for left in returned:
        if (way := call.after(before, left)) is not None:
            value = call.translated(left.registers.get(RETURNED, NONE), way)
            value = call.generated(site, way) if function.is_generator else softened(value)
            results.append((way, declared(value, frame.file.annotations.of_result(function))))
    for left in summary.exits.raised.states:
        call.raise_in(state, left)
    for left in () if any(left.credible for left in returned) else summary.exits.unreturned.states:
        if (way := call.after(before, left)) is not None:
            frame.leave(frame.exits.unreturned, way, None)
    results = _merged(results)
    if results or (returned and not summary.is_abstract):
        return results
    return _without_return(frame, summary, callee, site, state)


def _merged(results: Results) -> Results:
    """Ways that differ in nothing but the platforms and the value are one: its value depends on the platform."""
    merged: list[tuple[State, list[tuple[frozenset[int], Value]]]] = []
    for way, value in results:
        for known, pieces in merged:
            apart = not any(on & way.platforms for on, _ in pieces)
            if apart and _is_like_elsewhere(way, known):
                pieces.append((way.platforms, value))
                known.platforms |= way.platforms
                break
        else:
            merged.append((way, [(way.platforms, value)]))
    return [(way, pieced(pieces)) for way, pieces in merged]


def _is_like_elsewhere(way: State, known: State) -> bool:
    platforms = way.platforms
    way.platforms = known.platforms
    alike = way.is_like(known)
    way.platforms = platforms
    return alike


def _without_return(frame: Frame, summary: Summary, callee: LocalCallable, site: Site, state: State) -> Results:
    """A function that never returns ends the path, unless others override it."""
    overridden = callee.receiver is not None and summary.is_abstract
    if summary.ends and not overridden:
        frame.ends = True
        return []
    state.credible = state.credible and overridden
    return [(state, made(frame, state, site.node))]


class Application:
    """One summary at one call."""

    def __init__(self, frame: Frame, summary: Summary, site: Site, actual: dict[str, Value]) -> None:
        self.frame, self.summary, self.site, self.actual = frame, summary, site, actual
        self.function = summary.function
        general = general_summary(frame, summary.function, actual)
        self._general: dict[cst.CSTNode, list[CallRecord]] = {}
        if general is not None and general is not summary:
            seen = (*general.relayed.items(), *general.records.items())
            self._general = dict(seen)
        self._given = {origin for value in actual.values() for origin in origins_in(value)}
        first = self.function.parameters[0] if self.function.owner is not None and self.function.parameters else None
        self._this = None if first is None else actual.get(first)

    # Names

    def renamed(self, reference: ObjectRef, state: State) -> Value:
        """What the caller calls what the function calls `reference`."""
        origin = reference.origin
        match origin:
            case Parameter(function, name) if function is self.function:
                found = self.actual.get(name)
                if found is None:
                    unknown = self.frame.file.origins.made(self.site.node, name, self.frame.function)
                    return ObjectRef(unknown, reference.path, reference.kind)
                return followed(found, reference, state)
            case Receiver(definition) if self._is_this(definition):
                return followed(self._this, reference, state) if self._this is not None else reference
            case Variable(owner, name):
                held = state.variables.get(name if owner is self.frame.function else (owner, name))
                return reference if held is None else followed(held, reference, state)
            case Made(node, part, maker, via) if origin not in self._given and (via or maker is self.function):
                path = (self.site.node, *via)[:_DEEPEST_VIA]
                seen = self.frame.file.origins.made(node, part, maker, path)
                self.frame.brought.add(seen)
                return ObjectRef(seen, reference.path, reference.kind, reference.old)
        return reference

    def _is_this(self, definition: Class) -> bool:
        owner = self.function.owner
        return owner is not None and (definition is owner or definition in self.frame.file.bases.get(owner, ()))

    def translated(self, value: Value, state: State) -> Value:
        """A value of the function, as the caller sees it."""
        if isinstance(value, ObjectRef):
            return self.renamed(value, state)
        if isinstance(value, (ConstantValue, FlagBits, QualifiedName)):
            return value
        if isinstance(value, Test):
            return self._answered(value, state)
        result = mapped(value, lambda inner: self.translated(inner, state))
        options = getattr(result, "options", None)
        return one_of(options) if options is not None else result

    def _answered(self, test: Test, state: State) -> Value:
        about = changed_question(test.about, lambda value: self.translated(value, state))
        return Test(about, test.outcome)

    def generated(self, site: Site, state: State) -> Value:
        """What a generator function returns: who goes through it gets its numbers, and reads what it reads."""
        yielded = (each.registers.get(RETURNED, NONE) for each in self.summary.exits.suspended.states)
        given = [self.translated(value, state) for value in yielded]
        if given and all(isinstance(each, ObjectRef) and isinstance(each.origin, NumbersFrom) for each in given):
            return Iteration(None, PartialSequence(tuple(given)))
        return made(self.frame, state, site.node, Kind.INPUT if self.summary.reads else None)

    # States

    def after(self, before: State, left: State) -> State | None:
        """The state after the function was left as in `left`; None where that way cannot be gone from `before`."""
        platforms = before.platforms & left.platforms
        if not platforms:
            return None
        way: State | None = before.copy()
        assert way is not None
        way.platforms, way.thrown = platforms, frozenset()
        for about, answer in left.facts.items():
            way = self._knowing(way, about, answer)
            if way is None:
                return None
        self._change_heap(way, left)
        for thing, by in left.closed.items():
            is_reset, named = by in self.frame.file.resets, self.renamed(thing, way)
            for each in () if is_reset else references(named):
                forks.closing(self.frame, each, way)
            self.frame.close(way, named, by, reset=is_reset)
        for child in (self.site.node,) if left.children else ():
            way.start(child)
        self._take_marks(before, way, left)
        waits.after_call(self, way, left)
        way.deferred |= {each.base for thing in left.deferred for each in references(self.renamed(thing, way))}
        way.forked |= left.forked
        way.locks = self._locks(way, left)
        way.streams = way.streams.followed_by(left.streams)
        for name, value in left.variables.items():
            if isinstance(name, tuple):
                key = name[1] if name[0] is self.frame.function else name
                way.variables[key] = self.translated(value, way)
        return way

    def _locks(self, way: State, left: State) -> frozenset[tuple[ObjectRef, cst.CSTNode]]:
        """What is locked after the function: a file that is not known any more is closed, a number is not."""
        taken: set[tuple[ObjectRef, cst.CSTNode]] = set()
        if left.locks:
            held = {each.base for value in (*left.registers.values(), *left.heap.values()) for each in things_in(value)}
            taken.update(
                (named.base, by)
                for thing, by in left.locks
                if thing.kind is Kind.DESCRIPTOR or thing in held or isinstance(thing.origin, (Parameter, Receiver))
                for named in references(self.renamed(thing, way))
            )
        return self._still_locked(way, set()) | taken

    def _still_locked(self, state: State, closed: set[ObjectRef]) -> frozenset[tuple[ObjectRef, cst.CSTNode]]:
        """What the caller has locked, as far as the function does not unlock it, or close it before."""
        seen = (*self.summary.records.values(), *self.summary.relayed.values()) if state.locks else ()
        if any(each.spec.effect is Effect.LOCK or each.copies for records in seen for each in records):
            return frozenset()
        return frozenset(lock for lock in state.locks if not any(covers(each, lock[0]) for each in closed))

    def _knowing(self, state: State, about: object, answer: bool) -> State | None:
        if isinstance(about, tuple) and about[:1] == (PARENT_OF,):
            state.facts = {**state.facts, about: answer}
            return state
        if isinstance(about, ObjectRef):
            if not isinstance(about.origin, (Parameter, Receiver)):
                return state
            return assume(state, self.renamed(about, state), answer)
        question = changed_question(about, lambda value: self.translated(value, state))
        way = state if question == about else assume(state, Test(question), answer)
        if way is not None and not answer and isinstance(question, tuple) and question[1:] == ("any",):
            none_of(way, question[0])
            way.credible &= truth(way.contents(question[0]) or question[0]) is not True
        return way

    def _change_heap(self, way: State, left: State) -> None:
        for (owner, step), value in left.heap.items():
            if self.summary.entry_heap.get((owner, step)) is value:
                continue
            for named in references(self.renamed(owner, way)):
                if not named.is_anything:
                    way.put((named, step), self.translated(value, way))

    def _take_marks(self, before: State, way: State, left: State) -> None:
        for (owner, node), mark in left.marks.items():
            if mark.adopted:
                continue
            named = references(self.renamed(owner, way))
            place = self._place_of(owner, node, mark, left.in_flight is None)
            for each in named:
                key = each.base, place
                known = way.marks.get(key)
                after_reset = mark.after_reset or (mark.is_inheritable and each.base in before.closed)
                taken = replace(mark, forked=mark.forked | way.forked, after_reset=after_reset)
                way.marks = {**way.marks, key: taken if known is None else known.followed_by(taken)}

    def _place_of(self, owner: ObjectRef, node: cst.CSTNode, mark: InheritableMark, returned: bool) -> cst.CSTNode:
        """Where the caller sees the call: a function that only makes inheritable what it is given does his will."""
        plain = mark.is_inheritable and not mark.children and not mark.resets
        if not (plain and isinstance(self.site.node, cst.Call) and self._is_given(owner)):
            return node
        if not self._marks_by_number(node) or self._takes_back(owner, node):
            return node
        if returned:
            self.frame.file.forwarded[node].add(self.site.node)
        # Where an error came before the rest of the function, that alone does not make it one which does nothing else.
        return self.site.node if self.site.node in self.frame.file.forwarded.get(node, ()) else node

    def _is_given(self, owner: ObjectRef) -> bool:
        """Whether the caller gave the target."""
        own = isinstance(owner.origin, Parameter) and owner.origin.function is self.function
        return own or owner.origin in self._given

    def _marks_by_number(self, node: cst.CSTNode) -> bool:
        """Whether `node` is a call, or leads to one, that is given the descriptor whose flag it changes."""
        known = (self.summary.records, self.summary.relayed)
        seen = [each for records in known if isinstance(node, cst.Call) for each in records.get(node, ())]
        return all(each.name != "socket.set_inheritable" for each in seen)

    def _takes_back(self, owner: ObjectRef, node: cst.CSTNode) -> bool:
        """Whether the function resets it on some path: what becomes of it is its own matter."""
        left = self.summary.exits.returned.states
        return any(state.marks[owner, node].resets for state in left if (owner, node) in state.marks)

    def raise_in(self, before: State, left: State) -> None:
        """The function is left by an exception."""
        way = self.after(before, left)
        if way is not None:
            flying = left.in_flight or in_flight()
            self.frame.throw(way, flying.name, probable=flying.probable)

    # What is seen

    def relay(self, state: State) -> None:
        """The calls that the function makes are made at the caller's wish, where he chose what is in them."""
        for node, records in (*self.summary.records.items(), *self.summary.relayed.items()):
            for record in records:
                if record.spec.effect in RELAYED:
                    self.frame.relay(self.site.node, self._relayed(node, record, state))
        waits.relay(self, state)

    def _relayed(self, node: cst.CSTNode, record: CallRecord, state: State) -> CallRecord:
        def change(value: Value) -> Value:
            return snapshot(self.translated(value, state), state)

        chosen = frozenset(name for name, each in record.bound.items() if self._is_chosen(node, name, each.value))
        left = left_for(record, state)
        is_exec = record.spec.effect is Effect.EXEC
        closed = {each.base for thing in record.closed for each in references(self.renamed(thing, state))}
        inner = record.inner or (node if isinstance(node, cst.Call) else None)
        return replace(
            record,
            arguments=self._placed(record, chosen, state).mapped(change),
            platforms=record.platforms & state.platforms,
            inheritable=frozenset(
                each for thing in record.inheritable for each in references(self.renamed(thing, state))
            )
            | state.inheritable,
            environment=(*((name, change(value)) for name, value in record.environment), *left),
            forked=record.forked | state.forked,
            given=(chosen if record.given is None else chosen & record.given) | ({"env"} if left else set()),
            node=self.site.node if isinstance(self.site.node, cst.Call) else record.node,
            inner=inner if record.spec.effect in STARTING else None,
            credible=record.credible and state.credible,
            names=tuple(names_of(state)) if is_exec else (),
            handle_list=None if record.handle_list is None else change(record.handle_list),
            is_trial=self.site.is_trial,
            locks=self._still_locked(state, closed) if is_exec else frozenset(),
            closed=frozenset(closed.union(state.closed)) if is_exec else frozenset(),
        )

    def _placed(self, record: CallRecord, chosen: frozenset[str], state: State) -> Arguments:
        """The arguments of an inner call, where the caller wrote them."""
        written = {argument.value: argument.node for argument in self.site.arguments.given}

        def at_site(name: str, argument: Argument) -> Argument:
            node = written.get(self.translated(argument.value, state)) if name in chosen else None
            return Argument(argument.value, node)

        names = record.spec.taking(len(record.arguments.positional))
        listed = enumerate(record.arguments.positional)
        positional = [at_site(names[place] if place < len(names) else "", each) for place, each in listed]
        named = tuple((name, at_site(name, each)) for name, each in record.arguments.named)
        return replace(record.arguments, positional=tuple(positional), named=named)

    def _is_chosen(self, node: cst.CSTNode, name: str, value: Value) -> bool:
        """Whether a value inside the function is what it is because of what the caller gives."""
        if any(
            (isinstance(o, Parameter) and o.function is self.function) or o in self._given for o in origins_in(value)
        ):
            return True
        general = self._general.get(node, ())
        return bool(general) and all(each.value(name) != value for each in general)
