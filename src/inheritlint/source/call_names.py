"""The names by which a file calls what rules check."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set

from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import EFFECTS_NEEDING_MODULE
from inheritlint.knowledge.triggers import COMMANDS, DISTINCTIVE_NAMES
from inheritlint.source.bindings import assignments, last_name
from inheritlint.source.units import Unit
from inheritlint.source.walking import base_of, walk

#: Last names of calls that are told from others by the module in front of them.
NAMES_NEEDING_MODULE = frozenset(
    name.rpartition(".")[2] for name, call in CALLS.items() if call.effect in EFFECTS_NEEDING_MODULE
)
MODULES = frozenset(
    part for name, call in CALLS.items() if call.effect in EFFECTS_NEEDING_MODULE for part in name.split(".")[:-1]
)


def imports_of(units: Sequence[Unit]) -> list[ast.Import | ast.ImportFrom]:
    """Every import of the file, anywhere."""
    statements = (node for unit in units if "import" in unit.words for node in unit.statements())
    return [node for node in statements if isinstance(node, (ast.Import, ast.ImportFrom))]


def imported_names(imports: Iterable[ast.Import | ast.ImportFrom]) -> Iterator[str]:
    """Names that an import binds."""
    for node in imports:
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]


def aliases(imports: Iterable[ast.Import | ast.ImportFrom], *modules: str) -> Iterator[str]:
    """The other names under which `modules` are imported."""
    for node in imports:
        if isinstance(node, ast.Import):
            yield from (alias.asname for alias in node.names if alias.asname and alias.name in modules)


def other_names(
    units: Sequence[Unit], imports: Iterable[ast.Import | ast.ImportFrom], known: Set[str]
) -> dict[str, set[str]]:
    """What else a file calls what is `known` by its last name: as what it imports it, the variables and attributes that
    it assigns it to, the classes of which it is a base."""
    named: defaultdict[str, set[str]] = defaultdict(set)
    for each in imports:
        for alias in each.names if isinstance(each, ast.ImportFrom) else ():
            if alias.asname and alias.asname != alias.name:
                named[alias.name].add(alias.asname)
    words = known | {other for others in named.values() for other in others}
    for unit in units:
        if unit.words.isdisjoint(words):
            continue
        if unit.is_head and isinstance(unit.node, ast.ClassDef):
            for base in unit.node.bases:
                named[last_name(base)].add(unit.name)
        elif "=" in unit.text:
            for node in unit.statements():
                for target, value in assignments(node) if isinstance(node, (ast.Assign, ast.AnnAssign)) else ():
                    if name := last_name(value):
                        named[name] |= {*_targets(target)} - {name}
    found: dict[str, set[str]] = {}
    for name in known & named.keys():
        others: set[str] = set()
        latest = named[name]
        while latest:
            others |= latest
            latest = {new for old in latest if old in named for new in named[old]} - others
        if others:
            found[name] = others
    return found


def names_of_calls(units: Sequence[Unit], imports: Iterable[ast.Import | ast.ImportFrom]) -> frozenset[str]:
    """Names that stand for a call that rules check, under any alias; with a dot before it, for a module that has
    one."""
    found = set(DISTINCTIVE_NAMES)
    modules = set(MODULES) | {"_os"}
    for each in imports:
        if isinstance(each, ast.Import):
            modules |= {alias.asname for alias in each.names if alias.asname and MODULES & set(alias.name.split("."))}
        else:
            for alias in each.names:
                if alias.name in NAMES_NEEDING_MODULE and each.module and set(each.module.split(".")) & MODULES:
                    found.add(alias.asname or alias.name)
                elif alias.name in MODULES:
                    modules.add(alias.asname or alias.name)
                elif alias.name == "*" and each.module in MODULES:
                    found |= NAMES_NEEDING_MODULE
    assigned: dict[Unit, list[tuple[ast.Assign, set[str]]]] = {}
    for _ in range(3):  # aliases of aliases
        spoken = found | NAMES_NEEDING_MODULE | {"os", "subprocess"}
        for unit in units:
            if unit.words.isdisjoint(spoken):
                continue
            if unit not in assigned:
                statements = [node for node in unit.statements() if isinstance(node, ast.Assign)]
                assigned[unit] = [(node, _words(node.value)) for node in statements]
            for node, words in assigned[unit]:
                if not words.isdisjoint(spoken) and _names_call(node.value, found, modules):
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


def _names_call(value: ast.expr, found: set[str], modules: set[str]) -> bool:
    """Whether `value` is, or holds outside of a call's function, a name of such a call, or a command of one."""
    nodes = list(walk([value]))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    called |= {id(node.args[0]) for node in nodes if isinstance(node, ast.Call) and _asks_for_another(node)}
    before = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in NAMES_NEEDING_MODULE and base_of(node) & modules)
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
    """Whether `call` asks a module for something that no rule checks: `getattr(os, "O_CLOEXEC", 0)`."""
    match call:
        case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[ast.Name(), ast.Constant(value=name), *_]):
            return isinstance(name, str) and name not in NAMES_NEEDING_MODULE
    return False
