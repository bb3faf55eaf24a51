"""Where names of which none says anything alone meet: in one function, or in several that share what they make."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from inheritlint.knowledge.triggers import DESCRIPTOR_VARIABLE, LEAVING, METHODS, OF_OS, RUNNING, CoOccurrence, words_of
from inheritlint.source.leads import leading
from inheritlint.source.name_uses import NameUses
from inheritlint.source.units import Unit
from inheritlint.source.value_flow import Flows

#: Calls that are followed up to where a process runs them.
_CALLS = 2


class Meetings:
    """The units of one file, the names that it imports, and those by which it calls `os`."""

    def __init__(self, units: Sequence[Unit], imported: frozenset[str], system: frozenset[str]) -> None:
        self._units, self._imported, self._system = units, imported, system
        self._flows = Flows(units)

    def of(self, pair: CoOccurrence) -> set[Unit]:
        """The units in which a name of `pair` meets one of the others: in that unit, in one that calls it, or by way of
        an attribute, of a variable of the module, of the environment."""
        named = {unit for unit in self._units if self._holds(unit, pair.names, pair)}
        if pair.anywhere:
            return leading(self._units, pair, named) if pair.leads else named
        others = {unit for unit in self._units if self._holds(unit, pair.others, pair)} if named else set()
        if not others:
            return set()
        met = self._flowing(named, others, pair) if pair.flows else self._together(named, others, pair)
        met |= self._by_environment(named, others, pair)
        if "Process" in pair.names:  # in one of its processes `sys.stdin` has another number
            asking = {unit for unit in met if unit.names.numbered_streams}
            for _ in range(_CALLS):
                asking |= self._callers(asking)
            met |= asking
        return met

    def _together(self, named: set[Unit], others: set[Unit], pair: CoOccurrence) -> set[Unit]:
        """The units in which both stand, or of which one calls the other."""
        met = named & others
        for some, rest in ((named - met, others - met), (others - met, named - met)):
            called = {unit.name for unit in some} & {name for unit in rest for name in unit.names.called_names}
            met |= {unit for unit in some if unit.name in called}
            met |= {unit for unit in rest if not unit.names.called_names.isdisjoint(called)}
        return met

    def _flowing(self, named: set[Unit], others: set[Unit], pair: CoOccurrence) -> set[Unit]:
        """The units in which what comes from one of the others of `pair` may be given to one of its names: in them,
        or by way of one that it calls, of an attribute, or of a variable of the module."""
        met = {unit for unit in named & others if self._reaches(unit, pair.others, pair)}
        sources, sinks = self._given_to(named, others, pair.others), {each.name for each in named if each.is_definition}
        for unit in named:
            called = unit.names.called_names & sources.keys()
            if called and self._reaches(unit, _union(sources[name] for name in called) | pair.others, pair):
                met |= {unit, *(each for each in others if each.name in called)}
        for unit in others:
            called = unit.names.called_names & sinks
            if called and self._flows[unit].reaches(pair.others, called):
                met |= {unit, *(each for each in named if each.name in called)}
        if pair.shared:
            users = {unit for unit in named if self._holds(unit, pair.names - {"open"}, pair)}
            met |= self._by_attributes(users, others, pair)
            stored = _union(unit.names.stores & self._made(unit, pair) for unit in others if _is_of_module(unit))
            met |= {unit for unit in users if self._is_given(unit, stored, pair)}
            helpers = self._callers(others)
            told = _union(self._given_to(helpers, others, pair.others).values()) | pair.others
            between = _union(self._given_to(users, helpers, told).values())
            helped = users & self._callers(helpers) if between else set()
            met |= {unit for unit in helped if self._reaches(unit, between | pair.others, pair)}
        return met

    def _given_to(self, callers: Iterable[Unit], units: Iterable[Unit], sources: Set[str]) -> dict[str, set[str]]:
        """By what `callers` get from `units` what comes from one of `sources`, by the name of each that gives it."""
        called = _union(unit.names.called_names for unit in callers)
        found: defaultdict[str, set[str]] = defaultdict(set)
        for unit in units:
            if unit.name in called and (given := self._flows[unit].given_away(sources)):
                found[unit.name] |= given
        return found

    def _reaches(self, unit: Unit, sources: Set[str], pair: CoOccurrence) -> bool:
        return self._flows[unit].reaches(sources, pair.names, used=pair.used)

    def _made(self, unit: Unit, pair: CoOccurrence) -> set[str]:
        """The names of `unit` that may stand for what came from one of the others of `pair`."""
        flow = self._flows[unit]
        return flow.names_for(pair.others) - flow.inner_parameters

    def _is_given(self, unit: Unit, names: set[str], pair: CoOccurrence) -> bool:
        """Whether `unit` gives what one of `names` stands for to one of the names of `pair`."""
        if unit.words.isdisjoint(names) or unit.names.all.isdisjoint(names):
            return False
        return self._reaches(unit, names, pair)

    def _callers(self, called: Iterable[Unit]) -> set[Unit]:
        names = {unit.name for unit in called if unit.is_definition}
        return {
            unit
            for unit in self._units
            if not unit.words.isdisjoint(names) and not unit.names.called_names.isdisjoint(names)
        }

    def _by_environment(self, named: set[Unit], others: set[Unit], pair: CoOccurrence) -> set[Unit]:
        """What is left in the environment is found by what is started later."""
        if not pair.kept_in_environment:
            return set()
        leaving = {unit for unit in self._units if not unit.words.isdisjoint(LEAVING) and _names_a_variable(unit)}
        by_module = any(_is_of_module(unit) for unit in others) and any(map(_is_of_module, leaving))
        return named | others | self._callers(named | others) if others & leaving or by_module else set()

    def _by_attributes(self, named: set[Unit], others: set[Unit], pair: CoOccurrence) -> set[Unit]:
        """Methods of one class, or of its heirs, too, of which some use, by themselves or by another one, what others
        leave in attributes."""
        met: set[Unit] = set()
        keeping = {
            unit: unit.names.kept & self._made(unit, pair)
            for unit in others
            if unit.owner is not None and unit.names.kept
        }
        for owner in {unit.owner for unit in keeping if unit.owner is not None}:
            heirs = {
                unit
                for unit in self._units
                if pair.kept_in_environment and unit.is_head and owner.name in unit.names.loads
            }
            family = {owner, *heirs}
            keepers = {unit for unit, kept in keeping.items() if unit.owner is owner and kept}
            kept = _union(keeping[unit] for unit in keepers)
            around = [unit for unit in self._units if unit.owner in family and not unit.words.isdisjoint(kept)]
            asking = [unit for unit in around if not kept.isdisjoint(name for _, name in unit.names.own)]
            told = self._given_to(named, asking, kept)
            asked = kept | _union(told.values())
            users = {
                unit
                for unit in named
                if unit.owner in family
                and not unit.names.attributes.isdisjoint(kept | told.keys())
                and self._reaches(unit, asked | pair.others, pair)
            }
            met |= users | keepers if users else set()
        return met

    def running(self, chosen: Iterable[Unit], left: Iterable[Unit]) -> list[Unit]:
        """Those of `left` that hand a function of `chosen` to a process or a server which runs it."""
        names = {unit.name for unit in chosen if unit.is_definition}
        return [
            unit
            for unit in left
            if not unit.words.isdisjoint(RUNNING)
            and not unit.names.all.isdisjoint(RUNNING)
            and not names.isdisjoint(unit.names.loads | unit.names.attributes)
        ]

    def _holds(self, unit: Unit, names: frozenset[str], pair: CoOccurrence) -> bool:
        """Whether one of `names` stands in a unit, as what `pair` means."""
        if unit.words.isdisjoint(words_of(names)):
            return False
        return self._may_be_known(unit.names, names) if pair.known else not unit.names.all.isdisjoint(names)

    def _may_be_known(self, names: NameUses, wanted: frozenset[str]) -> bool:
        """Whether one of `wanted` stands after the name of a module, is imported, or may be a method."""
        if names.all.isdisjoint(wanted):
            return False
        return (
            not names.attributes.isdisjoint(wanted & METHODS)
            or any(
                name in wanted and base in (self._system if name in OF_OS else self._imported)
                for base, name in names.members
            )
            or not names.loads.isdisjoint(wanted & self._imported)
        )


def _union(several: Iterable[Set[str]]) -> set[str]:
    return set[str]().union(*several)


def _names_a_variable(unit: Unit) -> bool:
    """Whether the name of a variable stands in a unit in which programs put the number of a descriptor."""
    return any(map(DESCRIPTOR_VARIABLE.search, unit.words))


def _is_of_module(unit: Unit) -> bool:
    """Whether a unit runs when the module does."""
    return unit.owner is None and not unit.is_definition
