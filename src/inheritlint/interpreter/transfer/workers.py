"""Processes that call a function: `multiprocessing`, its contexts and start methods."""

from collections.abc import Callable
from dataclasses import replace

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    NONE,
    ConstantValue,
    DictValue,
    LocalCallable,
    ObjectRef,
    QualifiedName,
    SequenceValue,
    Value,
)
from inheritlint.flow.blocks import Function
from inheritlint.interpreter import waits
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.results import Forked
from inheritlint.interpreter.transfer import effects
from inheritlint.interpreter.transfer.handing import worker_site
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.workers import CONTEXTS, FORKING, MODULES, PROCESS

Transfer = Callable[[Frame, Site, State], Results]
#: Cells of a process that is not started yet: what it calls, with what, and whether it is forked.
_CARRIED = (Kind.QUEUE, Kind.CONNECTION, Kind.SOCKET)
_TARGET, _GIVEN, _FORKED = "<target>", "<given>", "<forked>"


def _context(frame: Frame, site: Site, state: State) -> Results:
    """`multiprocessing.get_context(method)`: the same functions; with `fork` a number stays valid."""
    if site.value(0, "method") == ConstantValue("fork"):
        frame.file.forks = True
        return [(state, QualifiedName(FORKING))]
    return [(state, QualifiedName("multiprocessing.<context>"))]


def _set_start_method(frame: Frame, site: Site, state: State) -> Results:
    """`multiprocessing.set_start_method(method)`: with `fork` numbers stay valid in the children."""
    method = site.value(0, "method")
    frame.file.forks |= method == ConstantValue("fork")
    frame.file.start_methods.add(method)
    return [(state, NONE)]


def _process(name: str) -> Transfer:
    def process(frame: Frame, site: Site, state: State) -> Results:
        """`Process(target=f, args=…)`: `f` runs in another process."""
        results = effects.apply(frame, name, CALLS[name], site, state)
        for way, worker in results:
            start_there(
                frame, site.value(*PROCESS.function), replace(worker_site(site, PROCESS, way), is_apart=True), way
            )
            _note_kinds(frame, site, way)
            _note(name, site, worker, way)
        return results

    return process


def start_there(frame: Frame, function: Value | None, call: Site, state: State) -> None:
    """A worker process is given `function`: one that starts a child starts it there. How it does so is said here; what
    it tells the child is of another process, and so is what this one has made inheritable."""
    spec = CALLS.get(function.name) if isinstance(function, QualifiedName) else None
    if function is not None and spec is not None and spec.effect is Effect.SUBPROCESS:
        there = state.copy()
        there.marks = {}
        frame.call(function, call.with_arguments(replace(call.arguments, positional=())), there)


def _note_kinds(frame: Frame, site: Site, state: State) -> None:
    """What the target of a process gets is what it is given here."""
    target = site.value(1, "target")
    if not isinstance(target, LocalCallable) or not isinstance(target.target, Function):
        return
    function = target.target
    frame.file.worker_targets.add(function)
    names = function.parameters[1 if target.receiver is not None else 0 :]
    positional, named = (state.contents(value) if value is not None else None for value in _given(site))
    items = positional.items if isinstance(positional, SequenceValue) else ()
    entries = named.entries if isinstance(named, DictValue) else ()
    for name, value in (*zip(names, items, strict=False), *((str(name), value) for name, value in entries)):
        if isinstance(value, ObjectRef) and value.kind in _CARRIED:
            frame.file.note_given(function, name, value.kind)


def _given(site: Site) -> tuple[Value | None, Value | None]:
    return site.value(3, "args"), site.value(4, "kwargs")


def _note(name: str, site: Site, worker: Value, state: State) -> None:
    """`Process(target=f, args=…)` made `worker`, which is started later."""
    if not state.ends.tracked or not isinstance(worker, ObjectRef):
        return
    state.put((worker, _TARGET), site.value(1, "target") or NONE)
    arguments = [site.value(3, "args") or NONE, site.value(4, "kwargs") or NONE]
    state.put((worker, _GIVEN), SequenceValue(tuple(state.contents(each) or each for each in arguments)))
    state.put((worker, _FORKED), ConstantValue(name.startswith(FORKING)))


def _start(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`process.start()`."""
    given = state.heap.get((base, _GIVEN))
    if not isinstance(given, SequenceValue) or site.arguments.positional:
        return None
    frame.throw(state, None)
    target, (positional, named) = state.heap.get((base, _TARGET)), given.items
    items = positional.items if isinstance(positional, SequenceValue) else ()
    entries = named.entries if isinstance(named, DictValue) else ()
    things = [each for item in (*items, *(value for _, value in entries)) for each in alternatives(item)]
    if state.heap.get((base, _FORKED)) == ConstantValue(True) or _always_forks(frame):
        for option in alternatives(target) if target is not None else ():
            if isinstance(option, LocalCallable) and isinstance(option.target, Function):
                arguments = dict(zip(option.target.parameters, items, strict=False))
                arguments |= {str(name): value for name, value in entries}
                waits.forked_worker(frame, option.target, arguments, site.node, state)
        frame.file.forked_workers.setdefault(site.node, Forked())
    waits.give(site.node, [each for each in things if isinstance(each, ObjectRef)], state)
    return [(state, NONE)]


def _always_forks(frame: Frame) -> bool:
    """Whether the program sets `fork`, and nothing else, as the start method of all processes."""
    return frame.file.start_methods == {ConstantValue("fork")}


METHODS = {"start": _start}
FUNCTIONS: dict[str, Transfer] = {
    **{f"{module}.get_context": _context for module in MODULES},
    **{f"{module}.set_start_method": _set_start_method for module in MODULES},
    **{f"{context}.Process": _process(f"{context}.Process") for context in CONTEXTS},
}
