"""A descriptor is made inheritable or not, taken over, or closed."""

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Numbered
from inheritlint.domain.standard_streams import STREAMS, closed_by_range, number_of, numbers_of
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, FlagBits, ObjectRef, Test, Value
from inheritlint.interpreter import forks
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.knowledge.effects import CallSpec
from inheritlint.knowledge.flags import FD_CLOEXEC


def mark_row(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    arguments = site.arguments.bind(spec)
    target = arguments.get("descriptor") or arguments.get("handle")
    wanted = arguments.get("inheritable")
    if target is not None and wanted is not None:
        mark(frame, site, target.value, wanted.value, state)
    return [(state, NONE)]


def mark(frame: Frame, site: Site, target: Value, wanted: Value, state: State) -> None:
    """`target` is made inheritable, or the contrary, as `wanted` says. Where that fails nothing is made inheritable,
    and nothing is left to be made non-inheritable."""
    before = state.copy()
    _mark_things(frame, site, target, wanted, state)
    frame.doubt(before if state.inheritable - before.inheritable else state, "OSError")


def _mark_things(frame: Frame, site: Site, target: Value, wanted: Value, state: State) -> None:
    answers = {truth(option) for option in alternatives(wanted, state.platforms)}
    if True not in answers and any(map(_is_state_before, alternatives(wanted, state.platforms))):
        answers = {False}  # as it was before
    number = number_of(target)
    if number in STREAMS:
        if answers == {True}:
            state.streams = state.streams.made_inheritable(number)
        elif answers == {False}:
            state.streams = state.streams.made_non_inheritable(number, site.node)
        return
    for each in numbers_of(target, state.facts).intersection(STREAMS) if answers == {False} else ():
        state.streams = state.streams.made_non_inheritable(each, site.node)
    things = list(dict.fromkeys(each.base for each in references(target, state.platforms)))  # by whichever number
    if isinstance(target, FlagBits) and target.number is not None:
        things = [ObjectRef(Numbered(target.number))]
    if True in answers:
        for thing in things:
            frame.file.shared.add(thing.origin)
            reference = ObjectRef(frame.file.origins.made(site.node)) if thing.is_anything else thing
            state.make_inheritable(reference, site.node, sure=len(things) == 1 and answers == {True})
    else:
        for thing in things:
            frame.close(state, thing, site.node, reset=True)
            if None in answers and not thing.is_anything:
                state.make_inheritable(thing, site.node, sure=False)  # it is not known that children do not get it


def _is_state_before(wanted: Value) -> bool:
    """Whether `wanted` is what `os.get_inheritable` said."""
    return isinstance(wanted, Test) and isinstance(wanted.about, tuple) and wanted.about[:1] == ("inheritable",)


def handle(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    if name.endswith(("set_handle_inheritable", "SetHandleInformation")):
        return mark_row(frame, name, spec, site, state)
    frame.doubt(state, "OSError")
    return [(state, Test(("inheritable", site.value(0, "handle"))) if name.startswith("os.get") else NONE)]


def set_flags(frame: Frame, site: Site, state: State) -> None:
    """F_SETFD: one bit counts; without it children get the descriptor (fcntl(2))."""
    target, flags = site.value(0, "fd"), site.value(2, "arg") or FlagBits(0)
    if target is None or site.arguments.has_unpacking:
        return
    answers = [as_bits(option).holds(FD_CLOEXEC) for option in alternatives(flags, state.platforms)]
    lacks = [answer.is_false for answer in answers]
    number = number_of(target)
    if number in STREAMS:
        streams = state.streams
        lost = all(lacks)
        state.streams = streams.made_inheritable(number) if lost else streams.made_non_inheritable(number, site.node)
        return
    things = references(target, state.platforms)
    if isinstance(target, FlagBits) and target.number is not None:
        things = [ObjectRef(Numbered(target.number))]
    if not any(lacks):
        for thing in things:
            frame.close(state, thing, site.node, reset=True)
        return
    for thing in things[:1]:
        frame.file.shared.add(thing.origin)
        reference = ObjectRef(frame.file.origins.made(site.node)) if thing.is_anything else thing
        state.make_inheritable(reference, site.node, sure=all(lacks))


def adopt(spec: CallSpec, site: Site, state: State) -> None:
    """A number that may have come from the parent process is taken for a descriptor."""
    bound = site.arguments.bind(spec)
    given = bound.get("fileno") or bound.get("fd")
    for option in alternatives(given.value, state.platforms) if given is not None else ():
        if isinstance(option, ObjectRef) and not option.is_anything:
            state.adopt(option, site.node)
        elif isinstance(option, FlagBits) and option.number is not None and option.number > 2:
            state.adopt(ObjectRef(Numbered(option.number)), site.node)


# Closing


def close(frame: Frame, site: Site, state: State) -> Results:
    """`os.close(fd)` and similar functions: their first argument is closed."""
    closed = site.value(0, "fd") or NONE
    state.streams = state.streams.closing(numbers_of(closed, state.facts), site.node)
    if isinstance(closed, FlagBits) and closed.number is not None:
        closed = ObjectRef(Numbered(closed.number))
    frame.close(state, closed, site.node)
    frame.doubt(state, "OSError")
    return [(state, closed if site.name == "contextlib.closing" else NONE)]


def close_object(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results:
    """`file.close()`. That of a standard stream leaves its descriptor open (Python/pylifecycle.c: closefd=False)."""
    forks.closing(frame, base, state)
    frame.close(state, base, site.node)
    frame.doubt(state, "OSError")
    return [(state, NONE)]


def close_row(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    return close(frame, site, state)


def close_range(frame: Frame, name: str, spec: CallSpec, site: Site, state: State) -> Results:
    """`os.closerange(low, high)`: every number from `low` to before `high` is closed."""
    low, high = (site.arguments.bind(spec).get(each) for each in ("fd_low", "fd_high"))
    numbers = closed_by_range(low.value if low else None, high.value if high else None)
    state.streams = state.streams.closing(numbers, site.node)
    state.ends = state.ends.all_released()
    return [(state, NONE)]
