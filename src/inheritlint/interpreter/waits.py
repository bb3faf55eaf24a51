"""Ends of pipes and the like: which of them children get, and where one is read to its end."""

from collections.abc import Iterable
from typing import Protocol

import libcst as cst

from inheritlint.domain.alternatives import references, things_in
from inheritlint.domain.ends import other_end
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Made, Parameter
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import ConstantValue, FlagBits, ObjectRef, QualifiedName, Test, Value
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.containers import snapshot
from inheritlint.interpreter.frame import RETURNED, Frame, Site, Summary
from inheritlint.interpreter.records import Argument, Wait
from inheritlint.knowledge.effects import CallSpec, Effect, Kind
from inheritlint.knowledge.ends import ONE_WAY, PAIRS
from inheritlint.knowledge.flags import CONSTANTS

#: The cell of what was read, or of a file made of a socket: the end that it comes from.
READ_FROM = "<read from>"
#: The cell of what is still to be awaited: the end that is read to its end then.
AWAITED = "<awaited>"
_STREAMS = ("stdin", "stdout", "stderr", "pass_fds", "file_actions")
_KINDS: dict[Kind | None, Kind] = {Kind.SOCKETS: Kind.SOCKET, Kind.CONNECTIONS: Kind.CONNECTION}
_READABLE = (Kind.DESCRIPTOR, Kind.SOCKET, Kind.CONNECTION, Kind.FILE, Kind.STREAM, Kind.CONNECTION_NUMBER, None)
#: What reads for others: files of sockets, streams of `asyncio`.
_READING = (Kind.FILE, Kind.STREAM)


# Both ends are made, and a child gets one


def created(
    frame: Frame, name: str, spec: CallSpec, arguments: dict[str, Argument], pair: ObjectRef, state: State
) -> None:
    """`name` made a pair of ends."""
    known = PAIRS.get(name)
    if not state.ends.tracked or known is None or not isinstance(pair.origin, Made):
        return
    read = known.read
    if "duplex" in arguments:
        answer = truth(arguments["duplex"].value)
        read = () if answer is None else read if answer else ONE_WAY
    if name.endswith("pipe2"):
        flags = arguments.get("flags")
        blocks = flags is not None and as_bits(flags.value).holds(CONSTANTS["os.O_NONBLOCK"]).is_false
        read = read if blocks else ()
    frame.file.pairs[pair.origin.node] = known._replace(read=read)
    kind = _KINDS.get(spec.makes, Kind.DESCRIPTOR)
    state.ends = state.ends.made([pair.step("[0]", kind), pair.step("[1]", kind)])


def given(node: cst.CSTNode, spec: CallSpec, arguments: dict[str, Argument], state: State) -> None:
    """A child is started at `node` and gets what it is given."""
    if state.ends.tracked and spec.effect is not Effect.EXEC:
        values = [arguments[name].value for name in _STREAMS if name in arguments]
        give(node, [thing for value in values for thing in things_in(snapshot(value, state))], state)


def give(node: cst.CSTNode, things: Iterable[ObjectRef], state: State) -> None:
    """A child that is started at `node` gets `things`, too."""
    bases = [thing.base for thing in things]
    known = [thing for thing in bases if thing in state.ends.open or isinstance(thing.origin, Parameter)]
    if known:
        state.ends = state.ends.given_to(node, known)


# What may have been closed


def released(values: Iterable[Value], state: State) -> None:
    """`values` may have been closed, or other code may close them."""
    if state.ends.tracked:
        for value in values:
            for thing in things_in(snapshot(value, state)):
                state.ends = state.ends.released(thing.base)


def made_a_file(value: Value, state: State) -> None:
    """A file was made of the number `value`, which closes it."""
    found = things_in(value) if state.ends.tracked else []
    if len(found) == 1 and found[0].kind is Kind.DESCRIPTOR:
        state.ends = state.ends.owned_by_file(found[0].base)
    else:
        released([value], state)


def released_with_others(values: Iterable[Value], state: State) -> None:
    """The same, where other code may also have changed how `values` are read: it is not known what becomes of the
    others. What is no end, as the address beside a connection, has no other one."""
    if state.ends.tracked:
        for value in values:
            for thing in things_in(snapshot(value, state)):
                state.ends = state.ends.released(thing.base)
                own = _own(thing)
                is_end = isinstance(own.origin, Parameter) or own in state.ends.known
                if is_end and (other := other_end(own)) is not None:
                    state.ends = state.ends.released(other)


def _own(thing: ObjectRef) -> ObjectRef:
    """The end of which `thing` is a method, or another face."""
    path = thing.path
    while path and path[-1].startswith("."):
        path = path[:-1]
    return ObjectRef(thing.origin, path, thing.kind, thing.old)


def set_blocking(value: Value | None, wanted: Value | None, state: State) -> None:
    """Reads of `value` wait from now on, or do not."""
    if state.ends.tracked and value is not None:
        blocks = wanted is not None and truth(wanted) is True
        for thing in things_in(value):
            state.ends = state.ends.blocking(_own(thing.base), blocks=blocks)


def shut_down(end: ObjectRef, how: Value | None, state: State) -> None:
    """shutdown(2): who reads at the other end comes to its end where nothing is written here any more; who reads here
    does so at once where nothing is read any more."""
    writes = how in (QualifiedName("socket.SHUT_WR"), FlagBits(1))
    reads = how in (QualifiedName("socket.SHUT_RD"), FlagBits(0))
    other = other_end(_own(end))
    if not reads:
        state.ends = state.ends.released(end.base)
    if not writes and other is not None:
        state.ends = state.ends.released(other)


# Reading


def end_of(frame: Frame, value: Value | None, state: State, *, awaited: bool = False) -> ObjectRef | None:
    """The end that is read by reading `value`; None where it is none, or not known, or where a read may find nothing
    yet and does not wait until there is something (as an `awaited` one does)."""
    if not state.ends.tracked or value is None:
        return None
    found = references(value)
    if len(found) != 1 or found[0].is_anything or found[0].kind not in _READABLE:
        return None
    behind = state.heap.get((found[0], READ_FROM)) if found[0].kind in _READING else None
    thing = behind if isinstance(behind, ObjectRef) else found[0]
    end, origin = thing.base, thing.origin
    if end in state.ends.unblocked and not awaited and found[0].kind is not Kind.STREAM:
        return None
    if isinstance(origin, Parameter):
        return end
    if not isinstance(origin, Made) or end.path[-1:] not in (("[0]",), ("[1]",)):
        return None
    pair = frame.file.pairs.get(origin.node)
    return end if pair is not None and int(end.path[-1][1]) in pair.read else None


def reading(frame: Frame, end: ObjectRef, state: State) -> None:
    """`end` is about to be read: the handler for its end by an error may be reached."""
    pair = frame.file.pairs.get(end.origin.node) if isinstance(end.origin, Made) else None
    if pair is not None and pair.by_error and frame.names_caught() & {"OSError", "IOError", "EnvironmentError"}:
        wait(frame, end, frame.at, state.copy(), certain=False)


def something_read(frame: Frame, end: ObjectRef, result: Value, state: State) -> None:
    """`result` is what was read of `end`, empty at its end."""
    state.ends = state.ends.reads(end, frame.at)
    if isinstance(result, ObjectRef):
        state.put((result, READ_FROM), end)


def wait(frame: Frame, end: ObjectRef, node: cst.CSTNode, state: State, *, certain: bool) -> None:
    """`end` is read to its end on this path."""
    reads = {each for thing, each in state.ends.reading if thing == end} if not certain else set()
    for read in reads or {node}:
        frame.wait(Wait(read, read, end, state.ends, state.forked, state.credible, certain))
    state.ends = state.ends.at_the_end_of(end)


def tested(frame: Frame, value: Value, outcome: bool, state: State) -> None:
    """`value` turned out to be `outcome`: where it says that what was read is empty, that was the end."""
    chunk: Value | None = None
    match value:
        case ObjectRef():
            chunk, is_empty = value, not outcome
        case Test(ObjectRef() as about, wanted):
            chunk, is_empty = about, wanted is not outcome
        case Test(("Equal", frozenset() as compared), wanted) if compared & EMPTY:
            chunk, is_empty = next(iter(compared - EMPTY), None), wanted is outcome
    if isinstance(chunk, ObjectRef) and is_empty and isinstance(chunk.origin, Made):
        end = state.heap.get((chunk, READ_FROM))
        if isinstance(end, ObjectRef):
            wait(frame, end, chunk.origin.node, state, certain=False)


#: What a read gives at the end.
EMPTY: frozenset[Value] = frozenset([ConstantValue(b""), ConstantValue(""), FlagBits(0)])


def iterated(frame: Frame, over: Value, node: cst.CSTNode, inside: State, outside: State) -> None:
    """The lines of `over`, one after the other: there is no next one at its end."""
    end = end_of(frame, over, inside)
    if end is not None and (isinstance(end.origin, Parameter) or _is_file(over)):
        inside.ends = inside.ends.reads(end, node)
        outside.ends = outside.ends.reads(end, node)
        wait(frame, end, node, outside, certain=False)


def exhausted(frame: Frame, over: Value | None, state: State) -> None:
    """All that `over` gives is asked for: its lines to the end."""
    end = end_of(frame, over, state) if state.ends.tracked else None
    if end is not None and _is_file(over):
        wait(frame, end, frame.at, state, certain=True)


def awaited(frame: Frame, value: Value, state: State) -> None:
    """What a coroutine does is done now: it may read to the end."""
    end = state.heap.get((value, AWAITED)) if isinstance(value, ObjectRef) else None
    if isinstance(end, ObjectRef):
        wait(frame, end, frame.at, state, certain=True)


def _is_file(value: Value | None) -> bool:
    return isinstance(value, ObjectRef) and value.kind in _READING


def left(frame: Frame, state: State) -> None:
    """The function is left, though what it made and read has not come to its end; the caller may read on elsewhere."""
    frame.file.bounded |= {node for thing, node in state.ends.reading if not isinstance(thing.origin, Parameter)}


def broken_off(frame: Frame, state: State) -> None:
    """The process ends, an error is raised or a value is given out, though what was read has not come to its end."""
    frame.file.bounded |= {node for _, node in state.ends.reading}


# Calls of functions of the file


class Called(Protocol):
    """A summary at a call: what the caller calls what the function calls so."""

    frame: Frame
    function: Function
    summary: Summary
    site: Site

    def renamed(self, reference: ObjectRef, state: State) -> Value: ...


def after_call(call: Called, way: State, left: State) -> None:
    """What became of ends in a function that was called, in the words of the caller."""
    ends, site = left.ends, call.site
    if not way.ends.tracked:
        return

    def renamed(thing: ObjectRef) -> list[ObjectRef]:
        return [each.base for each in references(call.renamed(thing, way)) if not each.is_anything]

    for thing in ends.let_go:
        for each in renamed(thing):
            way.ends = way.ends.released(each)
    if ends.all_let_go:
        way.ends = way.ends.all_released()
    for thing in ends.unblocked:
        for each in renamed(thing):
            way.ends = way.ends.blocking(each, blocks=False)
    result = left.registers.get(RETURNED)
    shown = things_in(snapshot(result, left)) if result is not None else []
    kept = [each for each in ends.open if not ends.is_collected(each) or any(other.base == each for other in shown)]
    way.ends = way.ends.made(each for thing in kept for each in renamed(thing))
    for thing in ends.owned.intersection(kept):
        for each in renamed(thing):
            way.ends = way.ends.owned_by_file(each)
    if site.is_apart or site.is_trial:
        return
    for thing, start in sorted(ends.given, key=lambda each: repr(each[0])):
        give(site.node if isinstance(thing.origin, Parameter) else start, renamed(thing), way)
    for thing, node in ends.reading:
        for each in renamed(thing):
            way.ends = way.ends.reads(each, node)


def relay(call: Called, state: State) -> None:
    """What a function that is called reads to its end is read at the wish of the caller."""
    site, function = call.site, call.function
    for each in call.summary.waits if state.ends.tracked else ():
        if not isinstance(each.thing.origin, Parameter):
            continue
        found = references(call.renamed(each.thing, state))
        thing = end_of(call.frame, found[0], state) if len(found) == 1 else None
        if thing is None:
            continue
        trial = state.copy()
        for let_go in each.ends.let_go:
            released(references(call.renamed(let_go, trial)), trial)
        if each.ends.all_let_go:
            trial.ends = trial.ends.all_released()
        for end, start in each.ends.given:
            give(start, references(call.renamed(end, trial)), trial)
        call.frame.wait(
            Wait(
                site.node,
                each.read,
                thing,
                trial.ends,
                each.forked | state.forked,
                each.credible and state.credible,
                each.is_certain,
                each.is_apart or site.is_apart or site.is_trial or function.is_generator or function.is_async,
                each.worker,
            )
        )


def _may_break_off(summary: Summary, wait: Wait) -> bool:
    """Whether a function may return though what it reads has not come to its end."""
    reads = (wait.thing, wait.read)
    return not wait.is_certain and any(reads in left.ends.reading for left in summary.exits.returned.states)


def forked_worker(frame: Frame, target: Function, arguments: dict[str, Value], node: cst.CSTNode, state: State) -> None:
    """A process is forked at `node` that calls `target`: what that reads to its end is read there."""
    summary = frame.summary(target, {})
    given = [thing.base for value in arguments.values() for thing in things_in(snapshot(value, state))]
    for each in summary.waits if summary is not None else ():
        if not isinstance(each.thing.origin, Parameter) or each.thing.path or each.worker or each.ends.all_let_go:
            continue
        thing = end_of(frame, arguments.get(each.thing.origin.name), state)
        other = other_end(thing) if thing is not None else None
        if summary is None or thing is None or other is None or other in given or _may_break_off(summary, each):
            continue
        credible = each.credible and state.credible
        frame.wait(Wait(node, each.read, thing, state.ends, state.forked, credible, each.is_certain, False, node))
