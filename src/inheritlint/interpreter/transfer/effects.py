"""What the calls do that have a row among the known ones: one function for each effect."""

from collections.abc import Callable

import libcst as cst

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Numbered
from inheritlint.domain.standard_streams import STREAMS, number_of
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import ANYTHING, NONE, ConstantValue, FlagBits, ObjectRef, QualifiedName, Value
from inheritlint.interpreter import environment, forks, waits
from inheritlint.interpreter.containers import made, names_of, snapshot
from inheritlint.interpreter.frame import PARENT_OF, Frame, Results, Site
from inheritlint.interpreter.numbers import names_a_descriptor
from inheritlint.interpreter.records import Argument, Arguments, CallRecord
from inheritlint.interpreter.results import Forked
from inheritlint.interpreter.transfer import handles, marking
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import OBSERVED_EFFECTS, STARTING, CallSpec, Effect, Kind
from inheritlint.knowledge.flags import CONSTANTS, LOCKING, UNLOCKING
from inheritlint.knowledge.workers import SENT

_PAIRS = (Kind.PAIR, Kind.SOCKETS, Kind.CONNECTIONS)
#: What lands on the lowest free number.
LANDING = (Kind.DESCRIPTOR, Kind.FILE, Kind.SOCKET)


def apply(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """The states after a call that does what `spec` says."""
    caught = spec.effect is Effect.HANDLE_FLAG and frame.catches("AttributeError")
    if spec.effect in (Effect.HANDLE_FLAG, Effect.CREATE_HANDLE):
        site = handles.with_inheritance(site, spec, state)
    if name != "fcntl.fcntl.F_DUPFD" or spec.effect is Effect.CREATE_WITH_FLAGS:
        observe(frame, name, spec, site, state, caught=caught)
    effect = _EFFECTS.get(spec.effect, _create)
    results = effect(frame, name, spec, site, state)
    if state.ends.tracked and spec.makes in _PAIRS:
        for way, pair in results:
            if isinstance(pair, ObjectRef):
                waits.created(frame, name, spec, site.arguments.bind(spec), pair, way)
    return results


def observe(frame: Frame, name: str, spec: CallSpec, site: Site, state: State, *, caught: bool = False) -> None:
    """Show a call that rules listen to."""
    if spec.effect not in OBSERVED_EFFECTS or not isinstance(site.node, cst.Call):
        return
    starts = spec.effect in STARTING
    variables, is_ours = environment.given_to(site, spec, state) if starts else ((), False)
    frame.observe(
        CallRecord(
            site.node,
            name,
            spec,
            site.arguments.mapped(lambda value: snapshot(value, state)),
            state.platforms,
            caught,
            state.forked,
            state.streams,
            state.inheritable,
            variables,
            tuple(names_of(state)) if starts else (),
            state.credible,
            is_trial=site.is_trial,
            handle_list=handles.listed_for(site, spec, state) if starts else None,
            locks=state.locks if starts else frozenset(),
            closed=frozenset(state.closed) if spec.effect is Effect.EXEC else frozenset(),
            has_our_environment=is_ours,
        )
    )


# Children, and the end of the process


def _replace(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    frame.file.lost_at_exec |= state.streams.private
    frame.replace_process(state)
    failed = state.copy()
    for thing in failed.inheritable:  # it stays so, and need not be reset
        failed.close(thing, site.node)
        failed.unlock(thing)
    frame.throw(failed, "OSError")
    frame.end_process(state)
    return []


def _end(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    frame.end_process(state)
    frame.stop(state)
    waits.broken_off(frame, state)
    forks.ending(frame, state)
    if not name.endswith(("_exit", "abort")):
        frame.throw(state, "SystemExit", probable=False)
    return []


def _start(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    frame.throw(state, None)
    state.start(site.node)
    waits.given(site.node, spec, site.arguments.bind(spec), state)
    if (written := dict(site.arguments.named).get("input")) is not None:
        observe(frame, "process.input", SENT, site.with_arguments(Arguments(named=(("message", written),))), state)
    return [(state, made(frame, state, site.node, spec.makes))]


# Creations


def _create(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """An ordinary creation: children do not get it."""
    frame.throw(state, "OSError")
    if spec.makes is Kind.ENVIRONMENT:
        return [(state, _variable(frame, site, spec, state))]
    if spec.makes in LANDING and state.streams.closed:
        return [(state, landed(frame, site, spec.makes, state))]
    return [(state, made(frame, state, site.node, spec.makes))]


def _variable(frame: Frame, site: Site, spec: CallSpec, state: State) -> Value:
    """A variable of the environment is read."""
    key = site.arguments.bind(spec).get("key")
    known = None
    if key is not None and isinstance(key.value, ConstantValue):
        frame.file.variables_read.add(str(key.value.value))
        known = environment.value_of(key.value, state)
    kind = spec.makes if key is not None and names_a_descriptor(key.value) else None
    if site.name.endswith(".pop"):
        environment.remove(frame, key.value if key is not None else ANYTHING, state)
    return known or made(frame, state, site.node, kind)


def landed(frame: Frame, site: Site, kind: Kind | None, state: State) -> Value:
    """What is created after 0, 1 or 2 was closed has the lowest free number."""
    state.streams, number = state.streams.reopening(site.node)
    return FlagBits(number) if kind is Kind.DESCRIPTOR else ObjectRef(Numbered(number), (), kind)


def _create_inheritable(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """What a call makes or receives is inheritable, unless a flag keeps it from children, or cannot be read."""
    if spec.effect is not Effect.LIBC_CREATE:  # the C library raises nothing
        frame.throw(state, "OSError")
    thing = made(frame, state, site.node, spec.makes)
    flags = site.arguments.bind(spec).get("flags")
    if spec.flag in CONSTANTS:
        private = flags is None or not as_bits(flags.value).holds(CONSTANTS[spec.flag]).is_false
    else:
        private = name.startswith("recvmsg") or (spec.makes is None and spec.effect is Effect.LIBC_CREATE)
    ends = [thing.step("[0]"), thing.step("[1]")] if spec.makes is Kind.PAIR else [thing]
    for end in ends if not private else ():
        state.make_inheritable(end, site.node)
    return [(state, thing)]


def _duplicate_onto(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """`os.dup2(fd, fd2)`: what `fd2` was is closed, and it is inheritable unless told otherwise."""
    source, target, wanted = (site.arguments.bind(spec).get(each) for each in ("fd", "fd2", "inheritable"))
    frame.throw(state, "OSError")
    if target is None:
        return [(state, made(frame, state, site.node))]
    if source is not None and source.value == target.value:
        return [(state, target.value)]
    leaks = wanted is None or truth(wanted.value) is True
    _onto_stream(site, source, target.value, state, leaks=leaks)
    things = references(target.value, state.platforms)
    if isinstance(target.value, FlagBits) and target.value.number is not None:
        things = [ObjectRef(Numbered(target.value.number))]
    for thing in (*things, *(references(source.value, state.platforms) if source is not None else ())):
        state.unlock(thing)
    for thing in things:
        state.close(thing, site.node)
        state.ends = state.ends.released(thing.base)
    if leaks and len(things) == 1 and not things[0].is_anything:
        state.make_inheritable(things[0], site.node)
    return [(state, target.value)]


def _onto_stream(site: Site, source: Argument | None, target: Value, state: State, *, leaks: bool) -> None:
    number = number_of(target)
    if number not in STREAMS or (source is not None and number_of(source.value) == number):
        return
    streams = state.streams
    state.streams = streams.replaced(number) if leaks else streams.made_non_inheritable(number, site.node)


def _fork_terminal(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """`pty.fork()`: a child on a new terminal; its master, the second of the pair, is inheritable in the parent
    (gh-139184)."""
    frame.throw(state, "OSError")
    pair = made(frame, state, site.node)
    results: Results = []
    for way, pid in forked(frame, site, state):
        if way.forked == state.forked:
            way.make_inheritable(pair.step("[1]"), site.node)
        way.put((pair, "[0]"), pid)
        way.put((pair, "[1]"), pair.step("[1]", Kind.DESCRIPTOR))
        results.append((way, pair))
    return results


def forked(frame: Frame, site: Site, state: State) -> Results:
    """fork(2) returns twice: some number in the parent, 0 in the child."""
    frame.file.forks = True
    frame.file.forked_at.setdefault(site.node, Forked())
    waits.give(site.node, state.ends.open, state)
    child = state.copy()
    child.forked |= {site.node}
    state.facts = {**state.facts, (PARENT_OF, site.node): True}
    return [(state, FlagBits(_SOME_PROCESS)), (child, FlagBits(0))]


_SOME_PROCESS = 0x7FFF_0001  # a number that no program compares with


# fcntl


def _command(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """`fcntl.fcntl(fd, cmd, arg)`."""
    results: Results = []
    command = site.value(1, "cmd")
    options = list(alternatives(command, state.platforms)) if command is not None else [NONE]
    for option in options:
        way = state if len(options) == 1 else state.copy()
        results += _commanded(frame, option.name if isinstance(option, QualifiedName) else "", site, way)
    return results


def _commanded(frame: Frame, name: str, site: Site, state: State) -> Results:
    if name == "fcntl.F_DUPFD":
        for thing in references(site.value(0, "fd") or NONE, state.platforms):
            state.unlock(thing)
        return apply(frame, "fcntl.fcntl.F_DUPFD", CALLS["fcntl.fcntl.F_DUPFD"], site, state)
    before = state.copy()
    if name == "fcntl.F_SETFL":
        waits.set_blocking(site.value(0, "fd"), None, state)
    elif not name:
        waits.released_with_others([site.value(0, "fd") or NONE], state)
    if name == "fcntl.F_SETFD":
        marking.set_flags(frame, site, state)
    elif "CLOEXEC" in name and name != "fcntl.F_DUPFD_CLOEXEC":
        frame.close(state, site.value(0, "fd") or NONE, site.node, reset=True)
    failed = before if state.inheritable - before.inheritable else state
    if name == "fcntl.F_SETFD":
        frame.doubt(failed, "OSError")
    else:
        frame.throw(failed, "OSError", probable=not name.startswith("fcntl.F_GET"))
    kind = Kind.DESCRIPTOR if name == "fcntl.F_DUPFD_CLOEXEC" else None
    if name == "fcntl.F_GETFD":
        return [(state, FlagBits(0, -1))]
    return [(state, made(frame, state, site.node, kind))]


def _lock(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """flock(2): what is locked stays so until it is unlocked or closed."""
    frame.throw(state, "OSError")
    arguments = site.arguments.bind(spec)
    operation = as_bits(arguments["operation"].value if "operation" in arguments else NONE)
    things = references(arguments["fd"].value, state.platforms) if "fd" in arguments else []
    for thing in things:
        state.unlock(thing)
        if operation.holds(LOCKING).is_true and operation.holds(UNLOCKING).is_false and len(things) == 1:
            state.locks |= {(thing.base, site.node)}
    return [(state, NONE)]


# Messages and workers


def _speak(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    frame.throw(state, None)
    return [(state, made(frame, state, site.node, spec.makes))]


_EFFECTS: dict[Effect, Callable[..., Results]] = {
    Effect.SET_INHERITABLE: marking.mark_row,
    Effect.HANDLE_FLAG: marking.handle,
    Effect.CREATE_HANDLE: handles.create,
    Effect.EXEC: _replace,
    Effect.EXIT: _end,
    Effect.SUBPROCESS: _start,
    Effect.SPAWN: _start,
    Effect.CREATE_WITH_FLAGS: _create_inheritable,
    Effect.RECEIVE_FDS: _create_inheritable,
    Effect.LIBC_CREATE: _create_inheritable,
    Effect.DUP2: _duplicate_onto,
    Effect.FORKPTY: _fork_terminal,
    Effect.FCNTL: _command,
    Effect.CLOSE: marking.close_row,
    Effect.CLOSERANGE: marking.close_range,
    Effect.SEND_MESSAGE: _speak,
    Effect.LOCK: _lock,
    Effect.START_WORKER: _speak,
    Effect.SERVE: _speak,
    Effect.DECODE: _speak,
    Effect.ASK: _speak,
}
