"""Of a concerned file, the units that can matter.

LibCST reads half a megabyte a second and visits as slowly; `ast.parse` is ten times faster. So `ast` says which
functions and methods hold, call or serve something that a rule could report, and only those reach LibCST, with what
stands around them. Sound: whatever is left out changes no finding (`tests/source/test_slicing.py`).
"""

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise

from inheritlint.findings import LineTable
from inheritlint.knowledge.calls import CALLS, CLOSING_WORDS, REGISTERING_WORDS
from inheritlint.knowledge.effects import Effect
from inheritlint.knowledge.triggers import (
    DISTINCTIVE_NAMES,
    INHERITANCE_NAMES,
    INHERITED,
    LOCKED,
    OS_MODULES,
    SPAWNING,
    CoOccurrence,
)
from inheritlint.source.call_names import (
    NAMES_NEEDING_MODULE,
    aliases,
    imported_names,
    imports_of,
    names_of_calls,
    other_names,
)
from inheritlint.source.changes import CHANGING, changed_names, changing_functions
from inheritlint.source.families import ends_another, share, uses
from inheritlint.source.forking import called_after_fork
from inheritlint.source.meetings import Meetings
from inheritlint.source.name_uses import NameUses
from inheritlint.source.needs import called_by, decorating
from inheritlint.source.redirections import REDIRECTING, only_redirects
from inheritlint.source.units import Function, Unit, split_units

_STARTING = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.effect is Effect.SUBPROCESS)
_REPLACING = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.effect is Effect.EXEC)
#: Methods that are called without their name.
_CALLED_BY_PYTHON = frozenset("__init__ __new__ __post_init__ __call__ __del__".split()) | {
    f"__{prefix}{way}__" for prefix in ("", "a") for way in ("enter", "exit")
}
#: Where one of these is part of a word, a method may end what another one has begun.
_ENDING = re.compile(
    "|".join(sorted({word[:5] for word in CLOSING_WORDS | REGISTERING_WORDS} | {"inherit", "fcntl"})), re.IGNORECASE
)
#: Statements of a function that is followed for its value alone. LibCST counts more of them than `ast` in one text.
MAX_STATEMENTS = 12
#: Statements of a function that does in its caller's name what another one does in its own; the `def` is one of them.
MIN_STATEMENTS = 3
#: Functions of one file that are followed into one another.
MAX_DEPTH = 3


def relevant_units(pairs: Iterable[CoOccurrence], text: str, lines: LineTable, module: ast.Module) -> list[Unit]:
    """What of `text` can matter, in order; nothing where nothing is relevant. `pairs` are those of which the file has
    the sign, `module` is what `ast` made of the text."""
    return _Slicer(split_units(module, text, lines), pairs).made()


class _Slicer:
    """Which units of one file are kept: those that are concerned, what is no definition, and what serves either."""

    def __init__(self, units: list[Unit], pairs: Iterable[CoOccurrence]) -> None:
        self._units = units
        imports = imports_of(units)
        self._call_names = names_of_calls(units, imports)
        self._modules = frozenset(name[1:] for name in self._call_names if name.startswith("."))
        words = frozenset[str]().union(*(unit.words for unit in units))
        pairs = [pair for pair in pairs if words & pair.words and words & pair.others]
        known = (_STARTING, _REPLACING, SPAWNING)
        spoken = DISTINCTIVE_NAMES.union(*known, *(each.words | each.others for each in pairs))
        self._others = other_names(units, imports, spoken & words)
        self._call_names |= self._also(DISTINCTIVE_NAMES)
        self._starting, self._replacing, self._spawning = map(self._also, known)
        self._imported = frozenset(imported_names(imports)).union({"os", "_os"}, *self._others.values())
        self._classes = frozenset(unit.name for unit in units if unit.is_head)
        self._sys = {"", "sys", "_sys", *aliases(imports, "sys")}
        self._closes = any("close_fds" in unit.words and "close_fds" in unit.names.all for unit in units)
        self._pairs = [pair._replace(names=self._also(pair.names), others=self._also(pair.others)) for pair in pairs]
        self._inherits = not {*INHERITED}.isdisjoint(pairs)
        self._telling = self._call_names | NAMES_NEEDING_MODULE | {"close"}
        self._telling |= frozenset().union(*(pair.words for pair in self._pairs))
        self._telling |= self._spawning if self._inherits else frozenset()
        system = frozenset({*OS_MODULES, "_os", *aliases(imports, *OS_MODULES)})
        self._meetings = Meetings(units, self._imported, system)
        self._met = frozenset().union(*(self._meetings.of(pair) for pair in self._pairs))
        self._idle = {REDIRECTING} if REDIRECTING in words and self._redirects_only() else set()
        self._marks = LOCKED in pairs or not words.isdisjoint(INHERITANCE_NAMES - self._idle)
        self._chosen: set[Unit] = set()
        # Names of the module, and names after dots, as what is concerned and what serves it use them: each with the
        # number of calls that lead there.
        self._needed: dict[str, int] = {}
        self._attributes: dict[str, int] = {}
        self._asked: set[str] = set()  # either, as a caller of what is concerned uses them
        self._private: set[str] = set()
        self._decorating = decorating(units)
        self._forked: frozenset[str] = frozenset()
        self._ends: dict[Unit, bool] = {}
        self._changed: dict[Unit, set[str]] = {}
        self._shared: defaultdict[Unit, set[str]] = defaultdict(set)  # attributes of a class that are concerned
        self._shown: set[Unit] = set()  # classes whose objects get other names
        self._using: dict[Unit, set[str]] = {}  # methods that use one of them

    def _also(self, names: frozenset[str]) -> frozenset[str]:
        """`names`, and what else the file calls those."""
        return names.union(*(others for name, others in self._others.items() if name in names))

    def _redirects_only(self) -> bool:
        """Whether the file has a `dup2`, and each says nothing: where standard streams are closed, their numbers are no
        longer theirs."""
        holding = [unit for unit in self._units if REDIRECTING in unit.words and REDIRECTING in unit.names.all]
        if any(self._closes_a_stream(unit.names) for unit in self._units if "close" in unit.words):
            return False
        return all(isinstance(unit.node, (ast.Import, ast.ImportFrom)) or only_redirects(unit) for unit in holding)

    def made(self) -> list[Unit]:
        """The kept units, in order."""
        outside = [unit for unit in self._units if unit.owner is None and not unit.is_definition]
        whole = {unit for unit in self._units if unit.is_head and self._starts(unit)}
        concerned = {unit for unit in self._units if unit.owner in whole or unit in whole or self._is_concerned(unit)}
        if not concerned:
            return []
        self._forked = called_after_fork(self._units)
        for unit in self._units:
            if unit in concerned or self._replaces(unit):
                self._choose(unit, 0)
                self._private |= unit.names.private if unit.is_definition else set()
                if unit.is_definition and (unit.name in self._forked or self._closes_a_stream(unit.names)):
                    self._private.add(unit.name)  # it may run in a child only; what is created next lands there
                if unit.owner is not None:
                    self._share(unit.owner, unit)
        if self._shared:
            self._shown, self._using = share(self._units, self._shared, self._classes)
        for unit in outside:
            self._chosen.add(unit)
            self._need(self._needed, called_by(unit, self._needed.keys()), 0)
        self._close({name for unit in outside for name in unit.names.stores})
        # A class of which nothing is kept but its head needs a body.
        filled = {unit.owner for unit in self._chosen}
        bodies = {after for head, after in pairwise(self._units) if head.is_head and head not in filled}
        return [unit for unit in self._units if unit in self._chosen or (unit in bodies and unit.owner in self._chosen)]

    def _share(self, owner: Unit, unit: Unit) -> None:
        """What a concerned method uses of its object may be changed or closed by another one."""
        names = unit.names
        self._shared[owner].update(names.attributes if unit.shows_object else names.of_object(self._classes))

    def _choose(self, unit: Unit, calls: int) -> None:
        """Keep `unit`, to which so many calls lead."""
        self._chosen.add(unit)
        if calls < MAX_DEPTH:
            self._need(self._needed, unit.names.loads, calls)
            self._need(self._attributes, unit.names.attributes, calls)
        if unit.owner is not None and unit.owner not in self._chosen:
            self._choose(unit.owner, calls)

    def _need(self, needs: dict[str, int], names: Iterable[str], calls: int) -> None:
        for name in names:
            needs[name] = min(needs.get(name, calls), calls)

    def _choose_caller(self, unit: Unit) -> None:
        """`unit` uses what is concerned: only where and how it does matters of it."""
        self._chosen.add(unit)
        self._asked |= unit.names.loads | unit.names.attributes
        self._private |= unit.names.private if unit.is_definition else set()
        if unit.owner is None and isinstance(unit.node, Function) and unit.names.statements <= MIN_STATEMENTS:
            self._private.add(unit.name)
        if unit.is_definition and unit.name in self._forked:
            self._private.add(unit.name)
        if unit.owner is not None and unit.owner not in self._chosen:
            self._choose(unit.owner, 0)

    def _close(self, variables: set[str]) -> None:
        """Choose what serves what is chosen: what it calls, who calls its private functions, who changes its variables,
        or the attributes of its object."""
        grown = True
        while grown:
            shared = variables & (self._needed.keys() | self._asked)
            left = [unit for unit in self._units if unit not in self._chosen]
            callers = [unit for unit in left if self._calls_back(unit)] + self._meetings.running(self._chosen, left)
            serving = [(unit, self._calls_to(unit, shared)) for unit in left]
            for unit in callers:
                self._choose_caller(unit)
            for unit, calls in serving:
                if calls is not None:
                    self._choose(unit, calls)
            grown = bool(callers) or any(calls is not None for _, calls in serving)

    def _calls_back(self, unit: Unit) -> bool:
        """Whether `unit` uses a private function that is concerned."""
        return not unit.words.isdisjoint(self._private) and bool(unit.names.all & self._private)

    def _calls_to(self, unit: Unit, shared: set[str]) -> int | None:
        """How many calls lead to `unit`, if it serves what is chosen; 0 where none is needed."""
        if unit.name in self._decorating and unit.name in self._needed:
            return self._needed[unit.name] + 1
        if unit.owner is None:
            if unit.name in self._needed and self._may_be_followed(unit):
                return self._needed[unit.name] + 1
            if unit.name in self._asked and self._may_be_followed(unit):
                return 1
        elif unit.owner in self._chosen:
            if not unit.is_definition:
                return 0
            if unit.name in _CALLED_BY_PYTHON and self._may_be_followed(unit):
                return 1
            if unit.name in self._attributes and self._may_be_followed(unit):
                return self._attributes[unit.name] + 1
            if unit.name in self._asked and self._may_be_followed(unit):
                return 1
        if self._may_change(unit) or self._may_end_for(unit):
            return 1
        return 1 if not unit.words.isdisjoint(shared) and self._changes(unit, shared) else None

    @cached_property
    def _changing(self) -> frozenset[str]:
        return changing_functions(self._units)

    @cached_property
    def _shared_names(self) -> frozenset[str]:
        """The names of the classes of which attributes are concerned, once these are known."""
        return frozenset(owner.name for owner in self._shared)

    @cached_property
    def _ending_for_others(self) -> frozenset[Unit]:
        """Functions and methods that may be given an object that is concerned, and close it, or what that keeps; with
        the functions that call one."""
        attributes = frozenset().union(*self._shared.values())
        giving = [unit for unit in self._units if self._gives(unit)] if attributes and self._marks else []
        if not giving:
            return frozenset()
        functions = self._named_in(giving)
        found = {unit for unit in functions if self._has_ending(unit) and ends_another(unit, attributes, _ENDING)}
        functions = [unit for unit in functions if unit.owner is None]
        latest = found
        while latest:
            names = {unit.name for unit in latest}
            calling = (unit for unit in functions if not unit.words.isdisjoint(names))
            latest = {unit for unit in calling if not unit.names.all.isdisjoint(names)} - found
            found |= latest
        reached: set[Unit] = set()
        latest = set(giving)
        while latest:
            named = frozenset().union(*(unit.names.all for unit in latest))
            latest = {unit for unit in found if unit.name in named} - reached
            reached |= latest
        return frozenset(reached)

    def _named_in(self, units: list[Unit]) -> list[Unit]:
        """The functions and methods of which the names stand in `units`, or in one of these."""
        left = {unit for unit in self._units if isinstance(unit.node, Function)}
        found: list[Unit] = []
        while units:
            words = frozenset[str]().union(*(unit.words for unit in units))
            units = [unit for unit in left if unit.name in words]
            left.difference_update(units)
            found += units
        return found

    @cached_property
    def _enders(self) -> frozenset[str]:
        """The names of those."""
        return frozenset(unit.name for unit in self._ending_for_others)

    def _gives(self, unit: Unit) -> bool:
        """Whether a function, or a method, may give an object that is concerned to another one."""
        if not unit.is_definition:
            return False
        if unit.owner in self._shown and unit.shows_object:
            return True
        if unit.words.isdisjoint(self._shared_names):
            return False
        made = {name for name, called in unit.names.made if called in self._shared_names}
        return not unit.names.given.isdisjoint(self._shared_names | made)

    def _changes(self, unit: Unit, shared: set[str]) -> bool:
        """Whether `unit` may change, or close, a variable of the module that relevant code reads."""
        names = unit.names
        if "global" in names.all and names.all & shared:
            return True
        seen = (names.loads & shared) - names.stores
        if not seen or not (names.all & CHANGING or names.has_items_set):
            return False
        if unit not in self._changed:
            self._changed[unit] = changed_names(unit, self._changing)
        return not seen.isdisjoint(self._changed[unit])

    def _may_be_followed(self, unit: Unit) -> bool:
        """Whether the calls of a function are followed: for its value, or for what it does to a descriptor."""
        return (
            not isinstance(unit.node, Function)
            or hasattr(builtins, unit.name)
            or unit.names.statements <= MAX_STATEMENTS
            or self._may_end(unit)
        )

    def _may_end(self, unit: Unit) -> bool:
        """Whether a function may close a descriptor that is inheritable, or reset it."""
        return self._marks and self._has_ending(unit)

    def _has_ending(self, unit: Unit) -> bool:
        """Whether a word of a unit is about closing or inheritance."""
        if unit not in self._ends:
            self._ends[unit] = _ENDING.search(" ".join(unit.words)) is not None
        return self._ends[unit]

    def _may_change(self, unit: Unit) -> bool:
        """Whether a method may assign an attribute of its object that is concerned, close it or reset it."""
        owner = unit.owner
        if owner is None or not unit.is_definition or owner not in self._shared:
            return False
        attributes = self._shared[owner]
        is_shown = owner in self._shown
        if self._marks and self._ends_itself(unit):
            return True
        if not unit.words.isdisjoint(attributes) and uses(unit, attributes, self._classes, by_any_name=is_shown):
            return bool(unit.names.kept & attributes) or (self._marks and "with" in unit.words) or self._may_end(unit)
        using = self._using.get(owner, set())
        if unit.words.isdisjoint(using) or not any(name in using for _, name in unit.names.asked):
            return False
        return self._may_end(unit)

    def _ends_itself(self, unit: Unit) -> bool:
        """Whether a method may close its object as a whole, by what its file does not define."""
        if "with" in unit.words and not unit.names.entered.isdisjoint(unit.names.receivers):
            return True
        if not self._has_ending(unit):
            return False
        if unit.shows_object:
            return True
        if not any(_ENDING.search(word) and word not in self._methods for word in unit.words):
            return False
        names = unit.names
        ended = {name for base, name in names.asked | names.own if base in names.receivers and _ENDING.search(name)}
        return not ended <= self._methods

    @cached_property
    def _methods(self) -> frozenset[str]:
        """The names of all methods."""
        return frozenset(unit.name for unit in self._units if unit.owner is not None and unit.is_definition)

    def _may_end_for(self, unit: Unit) -> bool:
        """Whether a function may have an object of a class that is concerned, and close what that keeps, or give it to
        one that does."""
        if unit in self._ending_for_others:
            return True
        enders = self._enders
        if not unit.words.isdisjoint(enders) and self._gives(unit) and not unit.names.all.isdisjoint(enders):
            return True
        if unit.words.isdisjoint(self._shared_names):
            return False
        names = unit.names
        owners = [owner for owner in self._shared if owner.name in names.loads]
        return self._has_ending(unit) and any(not names.attributes.isdisjoint(self._shared[owner]) for owner in owners)

    def _starts(self, head: Unit) -> bool:
        """Whether a class may be a `Popen` of its own: its methods make up one whole then."""
        return not head.words.isdisjoint(self._starting | self._call_names) and bool(
            head.names.all & (self._starting | (self._call_names - DISTINCTIVE_NAMES))
        )

    def _is_concerned(self, unit: Unit) -> bool:
        if unit in self._met:
            return True
        if unit.words.isdisjoint(self._telling):
            return False
        names = unit.names
        spoken = names.all & (self._call_names - self._starting) - self._idle
        # A constant matters where it is read: not where a file defines it, or asks for it by `getattr`.
        spoken -= {name for name in spoken if name.isupper()} - names.loads - names.attributes
        if spoken or self._closes_a_stream(names):
            return True
        if self._inherits and names.all & self._spawning:
            return True
        members = {name for base, name in names.members if base in self._modules and name in NAMES_NEEDING_MODULE}
        if members - self._starting - self._idle:
            return True
        starts = members or names.all & self._call_names
        if not starts:
            return False
        return names.has_eight_arguments or (
            self._closes and (names.has_forwarding or "close_fds" in names.all or "partial" in names.all)
        )

    def _replaces(self, unit: Unit) -> bool:
        """Whether another program may take the place of this one, and get what is inheritable by then."""
        return not unit.words.isdisjoint(self._replacing) and not unit.names.all.isdisjoint(self._replacing)

    def _closes_a_stream(self, names: NameUses) -> bool:
        """Whether a unit may close a standard stream by its number."""
        return names.closes_a_stream or ("close" in names.all and not names.numbered_streams.isdisjoint(self._sys))
