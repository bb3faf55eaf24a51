"""What `with` binds, what it does at its end, and which exceptions it keeps in."""

from collections.abc import Hashable

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.joins import one_of
from inheritlint.domain.origins import Made
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, NONE, LocalCallable, ObjectRef, QualifiedName, Value
from inheritlint.flow import instructions as flow
from inheritlint.interpreter import forks
from inheritlint.interpreter.application import Application
from inheritlint.interpreter.asking import ask
from inheritlint.interpreter.attributes import class_of
from inheritlint.interpreter.daemons import daemonise
from inheritlint.interpreter.environment import withdraw
from inheritlint.interpreter.frame import CAME_BY, RETURNED, Frame, Results, Site, Summary
from inheritlint.interpreter.records import Argument, Arguments
from inheritlint.knowledge.effects import Kind

#: Managers that expect their body to raise, and those that keep what they are given from leaving it.
_EXPECTING = frozenset(["pytest.raises", "assertRaises", "assertRaisesRegex"])
_SUPPRESSING = frozenset(["contextlib.suppress"])


def enter(frame: Frame, each: flow.Enter, state: State) -> Results:
    """`with manager as value`."""
    manager = state.registers.get(each.manager, ANYTHING)
    ask(frame, manager, state)
    results: Results = []
    for option in alternatives(manager):
        results += _entered(frame, each, option, state.copy())
    return results


def _entered(frame: Frame, each: flow.Enter, manager: Value, state: State) -> Results:
    if isinstance(manager, ObjectRef):
        if manager.kind is Kind.DAEMON:
            daemonise(frame, manager, state)
        if (found := _generator(frame, manager)) is not None:
            return _first_half(frame, each, *found, state)
        if class_of(manager) is not None:
            results = frame.load_attribute(manager, "__enter__", state)
            bound = one_of(value for _, value in results)
            if isinstance(bound, LocalCallable):
                return frame.call(bound, Site(each.node, Arguments()), state)
    return [(state, manager)]


def _generator(frame: Frame, manager: ObjectRef) -> tuple[Summary, dict[str, Value]] | None:
    """The function of the file, and the arguments, behind a manager that `contextlib.contextmanager` made."""
    known = frame.file.contexts.get(manager.origin) if not manager.path else None
    if known is None:
        return None
    function, arguments = known
    summary = frame.summary(function, {})
    return None if summary is None else (summary, dict(arguments))


def _first_half(frame: Frame, each: flow.Enter, summary: Summary, actual: dict[str, Value], state: State) -> Results:
    """Up to its `yield`."""
    call = Application(frame, summary, Site(each.node, Arguments()), actual)
    results: Results = []
    if summary.may_raise_first:
        frame.throw(state, None)
    for left in summary.exits.suspended.states:
        if (way := call.after(state, left)) is not None:
            before = {about: answer for about, answer in way.facts.items() if not _is_of(about, each.node)}
            way.facts = before | {(CAME_BY, each.node, by): True for by in _yields(left)}
            results.append((way, call.translated(left.registers.get(RETURNED, NONE), way)))
    return results or [(state, ANYTHING)]


def _is_of(about: Hashable, node: object) -> bool:
    """Whether a fact says by which `yield` the manager of a `with` was entered."""
    return isinstance(about, tuple) and about[:2] == (CAME_BY, node)


def _yields(left: State) -> frozenset[object]:
    """The `yield`s by which a generator came to a state."""
    passed = (about for about in left.facts if isinstance(about, tuple) and about[0] == CAME_BY and len(about) == 2)
    return frozenset(about[1] for about in passed)


def _is_closed(thing: ObjectRef, summary: Summary, ways: list[list[State]]) -> bool:
    """Whether a generator closes `thing` after each of its `yield`s, or after those before which it made it."""
    others = [ends for ends in ways if not all(thing in left.closed for left in ends)]
    if not others:
        return True
    is_own = isinstance(thing.origin, Made) and thing.origin.maker is summary.function
    return is_own and len(others) < len(ways) and not any(thing in left.closed for ends in others for left in ends)


def leave(frame: Frame, each: flow.Leave, state: State) -> Results:
    """The end of a `with`: what the manager holds is closed."""
    results: Results = []
    options = list(alternatives(state.registers.get(each.manager, ANYTHING)))
    for option in options:
        results += _left(frame, each, option, state if len(options) == 1 else state.copy())
    return results


def _left(frame: Frame, each: flow.Leave, manager: Value, state: State) -> Results:
    if not isinstance(manager, ObjectRef) or manager.is_anything:
        return [(state, NONE)]
    name = frame.file.managers.get(manager.origin, ("", ()))[0]
    if name in _EXPECTING:
        if state.in_flight is None:  # nothing was raised: the test fails here
            frame.throw(state, "AssertionError", probable=False)
            return []
        return [(state, NONE)]
    if name in _SUPPRESSING:
        return [(state, NONE)]
    if (found := _generator(frame, manager)) is not None:
        _second_half(frame, each, *found, state)
        return [(state, NONE)]
    if class_of(manager) is not None:
        results = frame.load_attribute(manager, "__exit__", state)
        bound = one_of(value for _, value in results)
        if isinstance(bound, LocalCallable):
            given = Arguments(tuple(Argument(ANYTHING) for _ in range(3)))
            flying, state.in_flight = state.in_flight, None
            after = frame.call(bound, Site(each.node, given), state)
            for way, _ in after:
                way.in_flight = flying
            return after
    forks.closing(frame, manager, state)
    frame.close(state, manager, each.node)
    return [(state, NONE)]


def _second_half(frame: Frame, each: flow.Leave, summary: Summary, actual: dict[str, Value], state: State) -> None:
    """From its `yield` on: what it closes on each of its ways out is closed now."""
    call = Application(frame, summary, Site(each.node, Arguments()), actual)
    ends = summary.exits.returned.states if state.in_flight is None else summary.exits.raised.states
    ends = ends or summary.exits.returned.states
    by = frozenset(about[2] for about in state.facts if isinstance(about, tuple) and _is_of(about, each.node))
    ways: dict[frozenset[object], list[State]] = {}
    for left in ends:
        ways.setdefault(_yields(left), []).append(left)
    ways = {by: ways[by]} if by in ways else ways
    for thing, node in {thing: node for left in ends for thing, node in left.closed.items()}.items():
        if _is_closed(thing, summary, list(ways.values())):
            frame.close(state, call.renamed(thing, state), node)
    withdraw(state, ends)


def swallowed(frame: Frame, manager: Value, state: State) -> tuple[str, ...] | None:
    """The exceptions that a manager keeps in, by their last names; None where it keeps none, or is not known."""
    for thing in references(manager):
        known = frame.file.managers.get(thing.origin)
        if known is not None:
            return known[1]
    return None


def note_manager(frame: Frame, thing: ObjectRef, name: str, arguments: Arguments) -> None:
    """`thing` is a manager that concerns exceptions, made by `name` of those classes."""
    kept = arguments.positional if name in _SUPPRESSING else arguments.positional[:1]
    types: list[str] = []
    for argument in kept:
        items = getattr(argument.value, "items", (argument.value,))
        types += [each.name.rpartition(".")[2] if isinstance(each, QualifiedName) else "?" for each in items]
    frame.file.managers[thing.origin] = name, tuple(types) or ("?",)
