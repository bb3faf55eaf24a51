"""Of a concerned file, the parts that can matter.

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
from inheritlint.knowledge.triggers import COMMANDS, INHERITED, MARKING, OPENING, RARE, SPAWNING, CoOccurrence
from inheritlint.source.changes import CHANGING, changed_names, changing_functions
from inheritlint.source.families import families_of, share, uses
from inheritlint.source.meetings import Meetings
from inheritlint.source.parts import Function, Names, Part, base_of, names_in, parts_of, walk

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
LONGEST = 12
#: Statements of a function that does in its caller's name what another one does in its own; the `def` is one of them.
SHORTEST = 3
#: Functions of one file that are followed into one another.
DEEPEST = 3


def kept_parts(pairs: Iterable[CoOccurrence], text: str, lines: LineTable, module: ast.Module) -> list[Part]:
    """What of `text` can matter, in order; nothing where nothing is relevant. `pairs` are those of which the file has
    the sign, `module` is what `ast` made of the text."""
    return _Choice(parts_of(module, text, lines), pairs).made()


def ranges_of(kept: Iterable[Part], lines: LineTable) -> list[tuple[int, int]]:
    """The stretches of text that are `kept`, as offsets in characters."""
    ranges: list[tuple[int, int]] = []
    for part in kept:
        start, end = lines.offset(part.first), lines.offset(part.last + 1)
        if ranges and start <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
        else:
            ranges.append((start, end))
    return ranges


class _Choice:
    """Which parts of one file are kept: those that are concerned, what is no definition, and what serves either."""

    def __init__(self, parts: list[Part], pairs: Iterable[CoOccurrence]) -> None:
        self._parts = parts
        imports = _imports(parts)
        self._spoken = _spoken(parts, imports)
        self._modules = frozenset(name[1:] for name in self._spoken if name.startswith("."))
        words = frozenset().union(*(part.words for part in parts))
        self._imported = frozenset(_imported(imports)) | {"os", "_os"}
        self._classes = frozenset(part.name for part in parts if part.is_head)
        self._sys = {"", "sys", "_sys", *_aliases(imports, "sys")}
        self._closes = any("close_fds" in part.words and "close_fds" in part.names.all for part in parts)
        self._pairs = [pair for pair in pairs if words & pair.words and words & pair.others]
        self._inherits = not {*INHERITED}.isdisjoint(self._pairs)
        self._telling = self._spoken | _SPOKEN_NAMES | _REPLACING | {"close"}
        self._telling |= frozenset().union(*(pair.words for pair in self._pairs))
        self._telling |= SPAWNING if self._inherits else frozenset()
        self._meetings = Meetings(parts, self._imported, frozenset({*OPENING, "_os", *_aliases(imports, *OPENING)}))
        self._met = frozenset().union(*(self._meetings.of(pair) for pair in self._pairs))
        self._marks = not words.isdisjoint(MARKING)
        self._chosen: set[Part] = set()
        # Names of the module, and names after dots, as what is concerned and what serves it use them: each with the
        # number of calls that lead there.
        self._needed: dict[str, int] = {}
        self._attributes: dict[str, int] = {}
        self._asked: set[str] = set()  # either, as a caller of what is concerned uses them
        self._private: set[str] = set()
        self._ends: dict[Part, bool] = {}
        self._changed: dict[Part, set[str]] = {}
        self._shared: defaultdict[Part, set[str]] = defaultdict(set)  # attributes of a class that are concerned
        self._using: dict[Part, set[str]] = {}  # methods that use one of them

    def made(self) -> list[Part]:
        """The kept parts, in order."""
        outside = [part for part in self._parts if part.owner is None and not part.is_definition]
        whole = {part for part in self._parts if part.is_head and self._starts(part)}
        for part in self._parts:
            if part.owner in whole or part in whole or self._is_concerned(part):
                self._choose(part, 0)
                self._private |= part.names.private if part.is_definition else set()
                if part.is_definition and self._closes_a_stream(part.names):
                    self._private.add(part.name)  # what is created next lands there
                if part.owner is not None:
                    self._shared[part.owner].update(part.names.of_object(self._classes))
        if not self._chosen:
            return []
        if self._shared:
            methods = [part for part in self._parts if part.owner is not None and isinstance(part.node, Function)]
            self._using = share(families_of(self._parts), methods, self._shared)
        for part in outside:
            self._chosen.add(part)
            self._need(self._needed, _called_by(part, self._needed.keys()), 0)
        self._close({name for part in outside for name in part.names.stores})
        # A class of which nothing is kept but its head needs a body.
        filled = {part.owner for part in self._chosen}
        bodies = {after for head, after in pairwise(self._parts) if head.is_head and head not in filled}
        return [part for part in self._parts if part in self._chosen or (part in bodies and part.owner in self._chosen)]

    def _choose(self, part: Part, calls: int) -> None:
        """Keep `part`, to which so many calls lead."""
        self._chosen.add(part)
        if calls < DEEPEST:
            self._need(self._needed, part.names.loads, calls)
            self._need(self._attributes, part.names.attributes, calls)
        if part.owner is not None and part.owner not in self._chosen:
            self._choose(part.owner, calls)

    def _need(self, needs: dict[str, int], names: Iterable[str], calls: int) -> None:
        for name in names:
            needs[name] = min(needs.get(name, calls), calls)

    def _choose_caller(self, part: Part) -> None:
        """`part` uses what is concerned: only where and how it does matters of it."""
        self._chosen.add(part)
        self._asked |= part.names.loads | part.names.attributes
        self._private |= part.names.private if part.is_definition else set()
        if part.owner is None and isinstance(part.node, Function) and part.names.statements <= SHORTEST:
            self._private.add(part.name)
        if part.owner is not None and part.owner not in self._chosen:
            self._choose(part.owner, 0)

    def _close(self, variables: set[str]) -> None:
        """Choose what serves what is chosen: what it calls, who calls its private functions, who changes its variables,
        or the attributes of its object."""
        grown = True
        while grown:
            shared = variables & (self._needed.keys() | self._asked)
            left = [part for part in self._parts if part not in self._chosen]
            callers = [part for part in left if self._calls_back(part)] + self._meetings.running(self._chosen, left)
            serving = [(part, self._calls_to(part, shared)) for part in left]
            for part in callers:
                self._choose_caller(part)
            for part, calls in serving:
                if calls is not None:
                    self._choose(part, calls)
            grown = bool(callers) or any(calls is not None for _, calls in serving)

    def _calls_back(self, part: Part) -> bool:
        """Whether `part` uses a private function that is concerned."""
        return not part.words.isdisjoint(self._private) and bool(part.names.all & self._private)

    def _calls_to(self, part: Part, shared: set[str]) -> int | None:
        """How many calls lead to `part`, if it serves what is chosen; 0 where none is needed."""
        if part.owner is None:
            if part.name in self._needed and self._may_be_followed(part):
                return self._needed[part.name] + 1
            if part.name in self._asked and self._may_be_followed(part):
                return 1
        elif part.owner in self._chosen:
            if not part.is_definition:
                return 0
            if part.name in _CALLED_BY_PYTHON and self._may_be_followed(part):
                return 1
            if part.name in self._attributes and self._may_be_followed(part):
                return self._attributes[part.name] + 1
            if part.name in self._asked and self._may_be_followed(part):
                return 1
        if self._may_change(part) or self._may_end_for(part):
            return 1
        return 1 if not part.words.isdisjoint(shared) and self._changes(part, shared) else None

    @cached_property
    def _changing(self) -> frozenset[str]:
        return changing_functions(self._parts)

    @cached_property
    def _shared_names(self) -> frozenset[str]:
        """The names of the classes of which attributes are concerned, once these are known."""
        return frozenset(owner.name for owner in self._shared)

    def _changes(self, part: Part, shared: set[str]) -> bool:
        """Whether `part` may change, or close, a variable of the module that relevant code reads."""
        names = part.names
        if "global" in names.all and names.all & shared:
            return True
        seen = (names.loads & shared) - names.stores
        if not seen or not (names.all & CHANGING or names.has_items_set):
            return False
        if part not in self._changed:
            self._changed[part] = changed_names(part, self._changing)
        return not seen.isdisjoint(self._changed[part])

    def _may_be_followed(self, part: Part) -> bool:
        """Whether the calls of a function are followed: for its value, or for what it does to a descriptor."""
        return (
            not isinstance(part.node, Function)
            or hasattr(builtins, part.name)
            or part.names.statements <= LONGEST
            or self._may_end(part)
        )

    def _may_end(self, part: Part) -> bool:
        """Whether a function may close a descriptor that is inheritable, or reset it."""
        return self._marks and self._has_ending(part)

    def _has_ending(self, part: Part) -> bool:
        """Whether a word of a part is about closing or inheritance."""
        if part not in self._ends:
            self._ends[part] = _ENDING.search(" ".join(part.words)) is not None
        return self._ends[part]

    def _may_change(self, part: Part) -> bool:
        """Whether a method may assign an attribute of its object that is concerned, close it or reset it."""
        owner = part.owner
        if owner is None or not part.is_definition or owner not in self._shared:
            return False
        attributes = self._shared[owner]
        if not part.words.isdisjoint(attributes) and uses(part, attributes, self._classes):
            return bool(part.names.kept & attributes) or (self._marks and "with" in part.words) or self._may_end(part)
        using = self._using.get(owner, set())
        return not part.words.isdisjoint(using) and not part.names.asked.isdisjoint(using) and self._may_end(part)

    def _may_end_for(self, part: Part) -> bool:
        """Whether a function may have an object of a class that is concerned, and close what that keeps."""
        if part.words.isdisjoint(self._shared_names):
            return False
        owners = [owner for owner in self._shared if owner.name in part.names.loads]
        kept = [owner for owner in owners if not part.names.attributes.isdisjoint(self._shared[owner])]
        return bool(kept) and self._has_ending(part)

    def _starts(self, head: Part) -> bool:
        """Whether a class may be a `Popen` of its own: its methods make up one whole then."""
        return not head.words.isdisjoint(_STARTING | self._spoken) and bool(
            head.names.all & (_STARTING | (self._spoken - RARE))
        )

    def _is_concerned(self, part: Part) -> bool:
        if part in self._met:
            return True
        if part.words.isdisjoint(self._telling):
            return False
        names = part.names
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

    def _closes_a_stream(self, names: Names) -> bool:
        """Whether a part may close a standard stream by its number."""
        return names.closes_a_stream or ("close" in names.all and not names.numbered_streams.isdisjoint(self._sys))


def _imports(parts: Sequence[Part]) -> list[ast.Import | ast.ImportFrom]:
    """Every import of the file, anywhere."""
    statements = (node for part in parts if "import" in part.words for node in part.statements())
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


def _spoken(parts: Sequence[Part], imports: Iterable[ast.Import | ast.ImportFrom]) -> frozenset[str]:
    """Names that stand for a call that rules check, under any alias; with a dot before it, for a module that has
    one."""
    found = set(RARE)
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
    assigned: dict[Part, list[tuple[ast.Assign, set[str]]]] = {}
    for _ in range(3):  # aliases of aliases
        spoken = found | _SPOKEN_NAMES | {"os", "subprocess"}
        for part in parts:
            if part.words.isdisjoint(spoken):
                continue
            if part not in assigned:
                statements = [node for node in part.statements() if isinstance(node, ast.Assign)]
                assigned[part] = [(node, _words(node.value)) for node in statements]
            for node, words in assigned[part]:
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
        or (isinstance(node, ast.Name) and id(node) not in before and node.id in (found - RARE | {"os", "subprocess"}))
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


def _called_by(part: Part, used: Set[str]) -> set[str]:
    """Names that a statement of the module needs: all where it makes what is used, else those of its condition."""
    if part.names.stores & used:
        return part.names.loads
    if isinstance(part.node, ast.If):
        return names_in([part.node.test])
    return set()
