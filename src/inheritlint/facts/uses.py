"""Which of the children that are started gets a descriptor, and by what means."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.facts.observation import Observation, things_in
from inheritlint.facts.program import Program
from inheritlint.facts.state import same_or_inside
from inheritlint.facts.values import Constant, Thing, truth
from inheritlint.knowledge.deeds import Deed

_STREAMS = ("stdin", "stdout", "stderr")


def starts_of(program: Program, child: cst.CSTNode) -> list[Observation]:
    """What was seen of a call that starts a child behind `close_fds`; nothing where it is another one."""
    seen = program.observations.get(child, []) if isinstance(child, cst.Call) else []
    return seen if all(each.known.deed is Deed.STARTS for each in seen) else []


def is_handed(program: Program, child: cst.CSTNode, thing: Thing) -> bool:
    """Whether `child` gets `thing` whatever its mark is: by `pass_fds`, or as a standard stream."""
    seen = starts_of(program, child)
    return bool(seen) and all(any(_same(thing, given) for given in _given(each)) for each in seen)


def lacks(program: Program, child: cst.CSTNode, thing: Thing) -> bool:
    """Whether `child` surely does not get `thing`, marked or not: it closes descriptors and is not given this one."""
    seen = starts_of(program, child)
    return bool(seen) and all(_closes(each) and not any(_same(thing, g) for g in _given(each)) for each in seen)


def _given(observation: Observation) -> Iterator[Thing]:
    arguments = observation.arguments
    for name in ("pass_fds", *_STREAMS):
        if name in arguments:
            yield from things_in(arguments[name].value)


def _closes(observation: Observation) -> bool:
    arguments = observation.arguments
    if observation.may_hold_more or _is_unknown(observation) or "preexec_fn" in arguments:
        return False
    return "close_fds" not in arguments or truth(arguments["close_fds"].value) is True


def _is_unknown(observation: Observation) -> bool:
    """Whether the call names descriptors, or handles, that cannot be read."""
    arguments = observation.arguments
    passed = arguments.get("pass_fds")
    if passed is not None and passed.value != Constant(None) and not things_in(passed.value):
        return True
    return "startupinfo" in arguments


def _same(thing: Thing, given: Thing) -> bool:
    return same_or_inside(thing, given.owner) or same_or_inside(given.owner, thing)


def any_exposed(program: Program, things: Iterable[Thing]) -> bool:
    """Whether code that is not known gets one of `things`."""
    return any(thing.root in program.exposed for thing in things)
