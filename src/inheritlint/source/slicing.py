"""Of a concerned file, the units that can matter.

LibCST reads half a megabyte a second and visits as slowly; `ast.parse` is ten times faster. So `ast` says which
functions and methods hold, call or serve something that a rule could report, and only those reach LibCST, with what
stands around them. Sound: whatever is left out changes no finding (`tests/source/test_slicing.py`).
"""

import ast
import builtins
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import pairwise

from inheritlint.findings import LineTable
from inheritlint.knowledge.calls import CALLS, CLOSING_WORDS
from inheritlint.knowledge.effects import EFFECTS_NEEDING_MODULE, Effect
from inheritlint.knowledge.triggers import (
    COMMANDS,
    DISTINCTIVE_NAMES,
    INHERITANCE_NAMES,
    INHERITED,
    OS_MODULES,
    SPAWNING,
    CoOccurrence,
)
from inheritlint.source.changes import CHANGING, changed_names, changing_functions
from inheritlint.source.families import families_of, share, uses
from inheritlint.source.meetings import Meetings
from inheritlint.source.units import Function, NameUses, Unit, base_of, names_in, split_units, walk

#: Last names of calls that are told from others by the module in front of them.
_SPOKEN_NAMES = frozenset(
    name.rpartition(".")[2] for name, call in CALLS.items() if call.effect in EFFECTS_NEEDING_MODULE
)
_MODULES = frozenset(
    part for name, call in CALLS.items() if call.effect in EFFECTS_NEEDING_MODULE for part in name.split(".")[:-1]
)
_STARTING = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.effect is Effect.SUBPROCESS)
_REPLACING = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.effect is Effect.EXEC)
#: Methods that are called without their name.
_CALLED_BY_PYTHON = frozenset("__init__ __new__ __post_init__ __call__ __del__".split()) | {
    f"__{prefix}{way}__" for prefix in ("", "a") for way in ("enter", "exit")
}
#: Where one of these is part of a word, a method may end what another one has begun.
_ENDING = re.compile("|".join(sorted({word[:5] for word in CLOSING_WORDS} | {"inherit", "fcntl"})), re.IGNORECASE)
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


def ranges_of(kept: Iterable[Unit], lines: LineTable) -> list[tuple[int, int]]:
    """The stretches of text that are `kept`, as offsets in characters."""
    ranges: list[tuple[int, int]] = []
    for unit in kept:
        start, end = lines.offset(unit.first), lines.offset(unit.last + 1)
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


class _Slicer:
    """Which units of one file are kept: those that are concerned, what is no definition, and what serves either."""

    def __init__(self, units: list[Unit], pairs: Iterable[CoOccurrence]) -> None:
        self._units = units
        imports = _imports(units)
        self._spoken = _spoken(units, imports)
        self._modules = frozenset(name[1:] for name in self._spoken if name.startswith("."))
        words = frozenset().union(*(unit.words for unit in units))
        self._imported = frozenset(_imported(imports)) | {"os", "_os"}
        self._classes = frozenset(unit.name for unit in units if unit.is_head)
        self._sys = {"", "sys", "_sys", *_aliases(imports, "sys")}
        self._closes = any("close_fds" in unit.words and "close_fds" in unit.names.all for unit in units)
        self._pairs = [pair for pair in pairs if words & pair.words and words & pair.others]
        self._inherits = not {*INHERITED}.isdisjoint(self._pairs)
        self._telling = self._spoken | _SPOKEN_NAMES | _REPLACING | {"close"}
        self._telling |= frozenset().union(*(pair.words for pair in self._pairs))
        self._telling |= SPAWNING if self._inherits else frozenset()
        self._meetings = Meetings(
            units, self._imported, frozenset({*OS_MODULES, "_os", *_aliases(imports, *OS_MODULES)})
        )
        self._met = frozenset().union(*(self._meetings.of(pair) for pair in self._pairs))
        self._marks = not words.isdisjoint(INHERITANCE_NAMES)
        self._chosen: set[Unit] = set()
        # Names of the module, and names after dots, as what is concerned and what serves it use them: each with the
        # number of calls that lead there.
        self._needed: dict[str, int] = {}
        self._attributes: dict[str, int] = {}
        self._asked: set[str] = set()  # either, as a caller of what is concerned uses them
        self._private: set[str] = set()
        self._ends: dict[Unit, bool] = {}
        self._changed: dict[Unit, set[str]] = {}
        self._shared: defaultdict[Unit, set[str]] = defaultdict(set)  # attributes of a class that are concerned
        self._using: dict[Unit, set[str]] = {}  # methods that use one of them

    def made(self) -> list[Unit]:
        """The kept units, in order."""
        outside = [unit for unit in self._units if unit.owner is None and not unit.is_definition]
        whole = {unit for unit in self._units if unit.is_head and self._starts(unit)}
        for unit in self._units:
            if unit.owner in whole or unit in whole or self._is_concerned(unit):
                self._choose(unit, 0)
                self._private |= unit.names.private if unit.is_definition else set()
                if unit.is_definition and self._closes_a_stream(unit.names):
                    self._private.add(unit.name)  # what is created next lands there
                if unit.owner is not None:
                    self._shared[unit.owner].update(unit.names.of_object(self._classes))
        if not self._chosen:
            return []
        if self._shared:
            methods = [unit for unit in self._units if unit.owner is not None and isinstance(unit.node, Function)]
            self._using = share(families_of(self._units), methods, self._shared)
        for unit in outside:
            self._chosen.add(unit)
            self._need(self._needed, _called_by(unit, self._needed.keys()), 0)
        self._close({name for unit in outside for name in unit.names.stores})
        # A class of which nothing is kept but its head needs a body.
        filled = {unit.owner for unit in self._chosen}
        bodies = {after for head, after in pairwise(self._units) if head.is_head and head not in filled}
        return [unit for unit in self._units if unit in self._chosen or (unit in bodies and unit.owner in self._chosen)]

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
        if not unit.words.isdisjoint(attributes) and uses(unit, attributes, self._classes):
            return bool(unit.names.kept & attributes) or (self._marks and "with" in unit.words) or self._may_end(unit)
        using = self._using.get(owner, set())
        return not unit.words.isdisjoint(using) and not unit.names.asked.isdisjoint(using) and self._may_end(unit)

    def _may_end_for(self, unit: Unit) -> bool:
        """Whether a function may have an object of a class that is concerned, and close what that keeps."""
        if unit.words.isdisjoint(self._shared_names):
            return False
        owners = [owner for owner in self._shared if owner.name in unit.names.loads]
        kept = [owner for owner in owners if not unit.names.attributes.isdisjoint(self._shared[owner])]
        return bool(kept) and self._has_ending(unit)

    def _starts(self, head: Unit) -> bool:
        """Whether a class may be a `Popen` of its own: its methods make up one whole then."""
        return not head.words.isdisjoint(_STARTING | self._spoken) and bool(
            head.names.all & (_STARTING | (self._spoken - DISTINCTIVE_NAMES))
        )

    def _is_concerned(self, unit: Unit) -> bool:
        if unit in self._met:
            return True
        if unit.words.isdisjoint(self._telling):
            return False
        names = unit.names
        spoken = names.all & (self._spoken - _STARTING)
        # A constant matters where it is read: not where a file defines it, or asks for it by `getattr`.
        spoken -= {name for name in spoken if name.isupper()} - names.loads - names.attributes
        if spoken or names.all & _REPLACING or self._closes_a_stream(names):
            return True
        if self._inherits and names.all & SPAWNING:
            return True
        members = {name for base, name in names.members if base in self._modules and name in _SPOKEN_NAMES}
        if members - _STARTING:
            return True
        starts = members or names.all & self._spoken
        if not starts:
            return False
        return names.has_eight_arguments or (
            self._closes and (names.has_forwarding or "close_fds" in names.all or "partial" in names.all)
        )

    def _closes_a_stream(self, names: NameUses) -> bool:
        """Whether a unit may close a standard stream by its number."""
        return names.closes_a_stream or ("close" in names.all and not names.numbered_streams.isdisjoint(self._sys))


def _imports(units: Sequence[Unit]) -> list[ast.Import | ast.ImportFrom]:
    """Every import of the file, anywhere."""
    statements = (node for unit in units if "import" in unit.words for node in unit.statements())
    return [node for node in statements if isinstance(node, (ast.Import, ast.ImportFrom))]


def _imported(imports: Iterable[ast.Import | ast.ImportFrom]) -> Iterator[str]:
    """Names that an import binds."""
    for node in imports:
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]


def _aliases(imports: Iterable[ast.Import | ast.ImportFrom], *modules: str) -> Iterator[str]:
    """The other names under which `modules` are imported."""
    for node in imports:
        if isinstance(node, ast.Import):
            yield from (alias.asname for alias in node.names if alias.asname and alias.name in modules)


def _spoken(units: Sequence[Unit], imports: Iterable[ast.Import | ast.ImportFrom]) -> frozenset[str]:
    """Names that stand for a call that rules check, under any alias; with a dot before it, for a module that has
    one."""
    found = set(DISTINCTIVE_NAMES)
    modules = set(_MODULES) | {"_os"}
    for each in imports:
        if isinstance(each, ast.Import):
            modules |= {alias.asname for alias in each.names if alias.asname and _MODULES & set(alias.name.split("."))}
        else:
            for alias in each.names:
                if alias.name in _SPOKEN_NAMES and each.module and set(each.module.split(".")) & _MODULES:
                    found.add(alias.asname or alias.name)
                elif alias.name in _MODULES:
                    modules.add(alias.asname or alias.name)
                elif alias.name == "*" and each.module in _MODULES:
                    found |= _SPOKEN_NAMES
    assigned: dict[Unit, list[tuple[ast.Assign, set[str]]]] = {}
    for _ in range(3):  # aliases of aliases
        spoken = found | _SPOKEN_NAMES | {"os", "subprocess"}
        for unit in units:
            if unit.words.isdisjoint(spoken):
                continue
            if unit not in assigned:
                statements = [node for node in unit.statements() if isinstance(node, ast.Assign)]
                assigned[unit] = [(node, _words(node.value)) for node in statements]
            for node, words in assigned[unit]:
                if not words.isdisjoint(spoken) and _speaks(node.value, found, modules):
                    found |= {name for target in node.targets for name in _targets(target)}
    return frozenset(found | {f".{name}" for name in modules})


def _words(value: ast.expr) -> set[str]:
    """The names and attributes in an expression."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in walk([value])
        if isinstance(node, (ast.Name, ast.Attribute))
    }


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _targets(element)


def _speaks(value: ast.expr, found: set[str], modules: set[str]) -> bool:
    """Whether `value` is, or holds outside of a call's function, a call that is spoken of, or a command of one."""
    nodes = list(walk([value]))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    called |= {id(node.args[0]) for node in nodes if isinstance(node, ast.Call) and _asks_for_another(node)}
    before = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _SPOKEN_NAMES and base_of(node) & modules)
        or (
            isinstance(node, ast.Name)
            and id(node) not in before
            and node.id in (found - DISTINCTIVE_NAMES | {"os", "subprocess"})
        )
        or (isinstance(node, ast.Attribute) and node.attr in COMMANDS)
        or (isinstance(node, ast.Name) and node.id in COMMANDS)
        for node in nodes
        if id(node) not in called
    )


def _asks_for_another(call: ast.Call) -> bool:
    """Whether `call` asks a module for something that is not spoken of: `getattr(os, "O_CLOEXEC", 0)`."""
    match call:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[ast.Name(), ast.Constant(value=name), *_]):
            return isinstance(name, str) and name not in _SPOKEN_NAMES
    return False


def _called_by(unit: Unit, used: Set[str]) -> set[str]:
    """Names that a statement of the module needs: all where it makes what is used, else those of its condition."""
    if unit.names.stores & used:
        return unit.names.loads
    if isinstance(unit.node, ast.If):
        return names_in([unit.node.test])
    return set()
