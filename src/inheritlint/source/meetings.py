"""Where names of which none says anything alone meet: in one function, or in several that share what they make."""

from collections.abc import Iterable, Sequence

from inheritlint.knowledge.triggers import DESCRIPTOR_VARIABLE, LEAVING, METHODS, OF_OS, RUNNING, CoOccurrence, words_of
from inheritlint.source.leads import leading
from inheritlint.source.parts import Names, Part

#: Calls that are followed up to where a process runs them.
_CALLS = 2


class Meetings:
    """The parts of one file, the names that it imports, and those by which it calls `os`."""

    def __init__(self, parts: Sequence[Part], imported: frozenset[str], system: frozenset[str]) -> None:
        self._parts, self._imported, self._system = parts, imported, system

    def of(self, pair: CoOccurrence) -> set[Part]:
        """The parts in which a name of `pair` meets one of the others: in that part, in one that calls it, or by way of
        an attribute, of a variable of the module, of the environment."""
        named = {part for part in self._parts if self._holds(part, pair.names, pair)}
        if pair.anywhere:
            return leading(self._parts, pair, named) if pair.leads else named
        others = {part for part in self._parts if self._holds(part, pair.others, pair)} if named else set()
        if not others:
            return set()
        met = named & others
        for some, rest in ((named - met, others - met), (others - met, named - met)):
            called = {part.name for part in some} & {name for part in rest for name in part.names.called_names}
            met |= {part for part in some if part.name in called}
            met |= {part for part in rest if not part.names.called_names.isdisjoint(called)}
        if pair.shared:
            users = {part for part in named if self._holds(part, pair.names - {"open"}, pair)}
            met |= _by_attributes(self._parts, users, others, inherited=pair.kept_in_environment)
            met |= _by_variables(users, others)
            met |= users & self._callers(self._callers(others))  # by way of a helper
        met |= self._by_environment(named, others, pair)
        if "Process" in pair.names:  # in one of its processes `sys.stdin` has another number
            asking = {part for part in met if part.names.numbered_streams}
            for _ in range(_CALLS):
                asking |= self._callers(asking)
            met |= asking
        return met

    def _callers(self, called: Iterable[Part]) -> set[Part]:
        names = {part.name for part in called if part.is_definition}
        return {
            part
            for part in self._parts
            if not part.words.isdisjoint(names) and not part.names.called_names.isdisjoint(names)
        }

    def _by_environment(self, named: set[Part], others: set[Part], pair: CoOccurrence) -> set[Part]:
        """What is left in the environment is found by what is started later."""
        if not pair.kept_in_environment:
            return set()
        leaving = {part for part in self._parts if not part.words.isdisjoint(LEAVING) and _names_a_variable(part)}
        by_module = any(_is_of_module(part) for part in others) and any(map(_is_of_module, leaving))
        return named | others | self._callers(named | others) if others & leaving or by_module else set()

    def running(self, chosen: Iterable[Part], left: Iterable[Part]) -> list[Part]:
        """Those of `left` that hand a function of `chosen` to a process or a server which runs it."""
        names = {part.name for part in chosen if part.is_definition}
        return [
            part
            for part in left
            if not part.words.isdisjoint(RUNNING)
            and not part.names.all.isdisjoint(RUNNING)
            and not names.isdisjoint(part.names.loads | part.names.attributes)
        ]

    def _holds(self, part: Part, names: frozenset[str], pair: CoOccurrence) -> bool:
        """Whether one of `names` stands in a part, as what `pair` means."""
        if part.words.isdisjoint(words_of(names)):
            return False
        return self._may_be_known(part.names, names) if pair.known else not part.names.all.isdisjoint(names)

    def _may_be_known(self, names: Names, wanted: frozenset[str]) -> bool:
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


def _names_a_variable(part: Part) -> bool:
    """Whether the name of a variable stands in a part in which programs put the number of a descriptor."""
    return any(map(DESCRIPTOR_VARIABLE.search, part.words))


def _is_of_module(part: Part) -> bool:
    """Whether a part runs when the module does."""
    return part.owner is None and not part.is_definition


def _by_attributes(parts: Sequence[Part], named: set[Part], others: set[Part], *, inherited: bool) -> set[Part]:
    """Methods of one class, or of its heirs, too, of which some use, by themselves or by another one, what others leave
    in attributes."""
    met: set[Part] = set()
    keeping = [part for part in others if part.owner is not None and part.names.kept]
    for owner in {part.owner for part in keeping if part.owner is not None}:
        heirs = {part for part in parts if inherited and part.is_head and owner.name in part.names.loads}
        family = {owner, *heirs}
        keepers = {part for part in keeping if part.owner is owner}
        kept = set[str]().union(*(part.names.kept for part in keepers))
        around = [part for part in parts if part.owner in family and not part.words.isdisjoint(kept)]
        asking = [part for part in around if not kept.isdisjoint(name for _, name in part.names.own)]
        asked = kept | {part.name for part in asking if part.is_definition}
        users = {part for part in named if part.owner in family and not part.names.attributes.isdisjoint(asked)}
        met |= users | keepers if users else set()
    return met


def _by_variables(named: set[Part], others: set[Part]) -> set[Part]:
    """Functions that use what the module leaves in variables."""
    stored = set[str]().union(*(part.names.stores for part in others if _is_of_module(part)))
    return {part for part in named if not part.words.isdisjoint(stored) and not part.names.loads.isdisjoint(stored)}
