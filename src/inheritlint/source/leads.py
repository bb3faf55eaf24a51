"""What leads from where a file reads its standard input to where it starts a child: loops, and calls inside them."""

from collections.abc import Iterable, Sequence, Set

from inheritlint.knowledge.triggers import ASKING, DECODING, READING, CoOccurrence
from inheritlint.source.units import Unit

_LOOPS = frozenset(["for", "while"])
#: Calls that are followed, from a loop down, and up to a loop.
_DEEPEST, _HIGHEST = 4, 2


def leading(units: Sequence[Unit], pair: CoOccurrence, starts: Set[Unit]) -> set[Unit]:
    """The units that hold `starts`, one of the others of `pair`, or lead from these to those; nothing where nothing is
    started."""
    if not starts:
        return set()
    known = [unit for unit in units if mentions(unit, pair.others)]
    shared = set[str]().union(*(unit.names.kept for unit in known))
    shared |= set().union(*(unit.names.stores for unit in known if unit.owner is None and not unit.is_definition))
    reads = {*known, *(unit for unit in units if mentions(unit, shared) and not unit.words.isdisjoint(READING))}
    callers = _callers(units, reads, _HIGHEST)
    loops = reads | {unit for unit in callers if not unit.words.isdisjoint(_LOOPS)}
    aims = {unit for unit in units if unit in starts or mentions(unit, DECODING)}
    found = loops | starts | {unit for unit in units if pair.also and mentions(unit, ASKING)}
    return found | _reached(loops, aims | _callers(units, aims, _DEEPEST))


def mentions(unit: Unit, names: Set[str]) -> bool:
    """Whether one of `names` stands in `unit` as a name."""
    return not unit.words.isdisjoint(names) and not unit.names.all.isdisjoint(names)


def _callers(units: Sequence[Unit], called: Iterable[Unit], calls: int) -> set[Unit]:
    """The units from which so many calls lead to one of `called`."""
    found: set[Unit] = set()
    latest = set(called)
    for _ in range(calls):
        names = {unit.name for unit in latest if unit.is_definition and not unit.name.startswith("__")}
        latest = {unit for unit in units if unit not in found and mentions(unit, names)}
        found |= latest
    return found


def _reached(origins: Iterable[Unit], candidates: Set[Unit]) -> set[Unit]:
    """Those of `candidates` to which calls lead from `origins`, by way of other candidates alone."""
    found: set[Unit] = set()
    latest = set(origins)
    while latest:
        left = candidates - found
        latest = {unit for unit in left if unit.name and any(mentions(each, {unit.name}) for each in latest)}
        found |= latest
    return found
