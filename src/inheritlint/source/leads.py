"""What leads from where a file reads its standard input to where it starts a child: loops, and calls inside them."""

from collections.abc import Iterable, Sequence, Set

from inheritlint.knowledge.triggers import ASKING, DECODING, READING, CoOccurrence
from inheritlint.source.parts import Part

_LOOPS = frozenset(["for", "while"])
#: Calls that are followed, from a loop down, and up to a loop.
_DEEPEST, _HIGHEST = 4, 2


def leading(parts: Sequence[Part], pair: CoOccurrence, starts: Set[Part]) -> set[Part]:
    """The parts that hold `starts`, one of the others of `pair`, or lead from these to those; nothing where nothing is
    started."""
    if not starts:
        return set()
    known = [part for part in parts if mentions(part, pair.others)]
    shared = set[str]().union(*(part.names.kept for part in known))
    shared |= set().union(*(part.names.stores for part in known if part.owner is None and not part.is_definition))
    reads = {*known, *(part for part in parts if mentions(part, shared) and not part.words.isdisjoint(READING))}
    callers = _callers(parts, reads, _HIGHEST)
    loops = reads | {part for part in callers if not part.words.isdisjoint(_LOOPS)}
    aims = {part for part in parts if part in starts or mentions(part, DECODING)}
    found = loops | starts | {part for part in parts if pair.also and mentions(part, ASKING)}
    return found | _reached(loops, aims | _callers(parts, aims, _DEEPEST))


def mentions(part: Part, names: Set[str]) -> bool:
    """Whether one of `names` stands in `part` as a name."""
    return not part.words.isdisjoint(names) and not part.names.all.isdisjoint(names)


def _callers(parts: Sequence[Part], called: Iterable[Part], calls: int) -> set[Part]:
    """The parts from which so many calls lead to one of `called`."""
    found: set[Part] = set()
    latest = set(called)
    for _ in range(calls):
        names = {part.name for part in latest if part.is_definition and not part.name.startswith("__")}
        latest = {part for part in parts if part not in found and mentions(part, names)}
        found |= latest
    return found


def _reached(origins: Iterable[Part], candidates: Set[Part]) -> set[Part]:
    """Those of `candidates` to which calls lead from `origins`, by way of other candidates alone."""
    found: set[Part] = set()
    latest = set(origins)
    while latest:
        left = candidates - found
        latest = {part for part in left if part.name and any(mentions(each, {part.name}) for each in latest)}
        found |= latest
    return found
