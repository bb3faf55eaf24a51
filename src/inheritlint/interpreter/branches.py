"""Where the end of a block leads, and what is known there."""

from collections.abc import Callable, Hashable

from inheritlint.domain.alternatives import options_of
from inheritlint.domain.operations import compared
from inheritlint.domain.state import State, in_flight
from inheritlint.domain.truth import truth
from inheritlint.domain.values import ANYTHING, NONE, Iteration, ObjectRef, PartialSequence, PerPlatform, Value
from inheritlint.flow import ends as flow
from inheritlint.interpreter import contexts, forks, waits
from inheritlint.interpreter.assumptions import assume
from inheritlint.interpreter.containers import element_of, none_of
from inheritlint.interpreter.exceptions import CATCHING_CALLS, caught
from inheritlint.interpreter.frame import Frame
from inheritlint.interpreter.narrowing import narrow
from inheritlint.interpreter.platform_guards import compared_with_platform


def _jump(frame: Frame, end: flow.Jump, state: State) -> None:
    frame.flow(end.target, state)


def _branch(frame: Frame, end: flow.Branch, state: State) -> None:
    value = state.registers.get(end.condition, ANYTHING)
    for outcome, target in ((True, end.then), (False, end.other)):
        way = assume(state, value, outcome)
        if way is not None:
            narrow(frame.block, end, state, way, outcome)
            if state.ends.reading:
                waits.tested(frame, value, outcome, way)
            frame.flow(target, way)
        elif isinstance(value, PerPlatform) and (never := frame.file.never_true.get(value.compared)) is not None:
            frame.file.dead_edges.append((frame.function, target, never))


def _iterate(frame: Frame, end: flow.Iterate, state: State) -> None:
    value = state.registers.get(end.iterator, ANYTHING)
    options = options_of(value)
    for option in options:
        if isinstance(option, Iteration) and option.items is not None:
            _next_item(frame, end, option, state)
        else:
            _some_item(frame, end, option, state)


def _next_item(frame: Frame, end: flow.Iterate, iteration: Iteration, state: State) -> None:
    items = iteration.items or ()
    way = state.copy()
    if iteration.position < len(items):
        way.registers[end.iterator] = Iteration(items, iteration.over, iteration.position + 1)
        way.registers[end.dst] = items[iteration.position]
        frame.flow(end.then, way)
        return
    frame.flow(end.other, way)
    if not items:  # what fills it may do so out of sight
        doubt = state.copy()
        doubt.credible = False
        doubt.registers[end.dst] = element_of(iteration.over, state)
        frame.flow(end.then, doubt)


def _some_item(frame: Frame, end: flow.Iterate, option: Value, state: State) -> None:
    frame.throw(state, None, probable=False)  # a generator may raise, a list may not
    over = option
    while isinstance(over, Iteration):
        over = over.over
    started = isinstance(option, Iteration) and option.position > 0
    about = _whether_any(over)
    known = state.facts.get(about) if about is not None else None
    inside = state.copy()
    inside.registers[end.iterator] = Iteration(None, over, 1)
    item = element_of(over, state)
    inside.registers[end.dst] = item
    if isinstance(item, ObjectRef):
        inside.forget_answers(item)
        inside.next_element(item, first=not started)
    inside.credible = state.credible and known is not False
    outside = state.copy()
    if state.ends.tracked:
        waits.iterated(frame, over, end.node, inside, outside)
    if about is not None:
        inside.facts = {**inside.facts, about: True}
    if about is not None and not started:
        filled = truth(state.contents(over) or over) is True
        outside.credible = state.credible and known is not True and not filled
        outside.facts = {about: False, **outside.facts}
        none_of(outside, over)
    frame.flow(end.then, inside)
    frame.flow(end.other, outside)


def _whether_any(over: Value) -> Hashable | None:
    """The question whether an iteration over the same gives anything; None where it is not known what over."""
    known = isinstance(over, PartialSequence) or (isinstance(over, ObjectRef) and not over.is_anything)
    return (over, "any") if known else None


def _match(frame: Frame, end: flow.Match, state: State) -> None:
    if not end.values:
        frame.flow(end.then, state.copy())
        if not end.certain:
            frame.flow(end.other, state)
        return
    subject = state.registers.get(end.subject, ANYTHING)
    rest: State | None = state
    entered = False
    for register in end.values:
        if rest is None:
            break
        value = compared("Equal", subject, state.registers.get(register, ANYTHING), end.node)
        if isinstance(value, PerPlatform):
            wanted = state.registers.get(register, ANYTHING)
            compared_with_platform(frame, end.node, "Equal", subject, wanted, value)
        way = assume(rest, value, True)
        if way is not None:
            entered = True
            frame.flow(end.then, way)
        rest = assume(rest, value, False) if end.certain else rest
    if not entered and (never := frame.file.never_true.get(end.node)) is not None:
        frame.file.dead_edges.append((frame.function, end.then, never))
    if rest is not None:
        frame.flow(end.other, rest)


def _catch(frame: Frame, end: flow.Catch, state: State) -> None:
    flying = state.in_flight or in_flight()
    may, must = caught(flying, end.types)
    if may:
        way = state.copy()
        way.in_flight = way.left_at = None
        if end.raises and not flying.probable:  # raised again, it is no more to be expected than before
            way.credible = False
        frame.flow(end.then, way)
    if must:
        return
    if flying.name is None and CATCHING_CALLS.intersection(end.types):
        # What calls raise is what handlers for errors of the system are there to catch.
        state.in_flight = in_flight(probable=False)
    frame.flow(end.other, state)


def _suppress(frame: Frame, end: flow.Suppress, state: State) -> None:
    swallowed = contexts.swallowed(frame, state.registers.get(end.manager, ANYTHING), state)
    flying = state.in_flight or in_flight()
    may, must = (False, False) if swallowed is None else caught(flying, swallowed)
    way = state.copy()
    way.in_flight = way.left_at = None
    way.credible = state.credible and may
    frame.flow(end.then, way)
    if not must:
        if swallowed and flying.name is None and CATCHING_CALLS.intersection(swallowed):
            state.in_flight = in_flight(probable=False)
        frame.flow(end.other, state)


def _return(frame: Frame, end: flow.Return, state: State) -> None:
    value = NONE if end.src is None else state.registers.get(end.src, ANYTHING)
    state.in_flight, state.left_at = None, end.node
    frame.file.surviving_parents |= frame.parents_in(state)
    waits.left(frame, state)
    forks.leaving(frame, state)
    if frame.function.parent is None:
        frame.file.note_module_left(state)
    frame.leave(frame.exits.returned, state, value)


def _raise(frame: Frame, end: flow.Raise, state: State) -> None:
    state.thrown = frozenset()
    waits.broken_off(frame, state)
    if end.exc is None and end.name is None:
        flying = state.in_flight or in_flight(probable=state.credible)
        frame.at = state.left_at or end.node
        frame.throw(state, flying.name, probable=flying.probable)
        return
    frame.stop(state)
    if end.name in ("SystemExit", "KeyboardInterrupt"):
        frame.end_process(state)
        frame.throw(state, end.name, probable=False)
        return
    state.in_flight = None
    frame.throw(state, end.name, probable=state.credible)


ENDS: dict[type, Callable[..., None]] = {
    flow.Jump: _jump,
    flow.Branch: _branch,
    flow.Iterate: _iterate,
    flow.Match: _match,
    flow.Catch: _catch,
    flow.Suppress: _suppress,
    flow.Return: _return,
    flow.Raise: _raise,
}
