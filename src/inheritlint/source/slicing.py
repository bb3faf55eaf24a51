"""Of a concerned file, the top-level statements that can matter.

LibCST reads half a megabyte a second and visits as slowly; `ast.parse` is ten times faster. So `ast` says which
definitions hold, call or serve something that a rule could speak of, and only those reach LibCST, with everything
that is no definition. Sound: whatever is left out changes no finding (`tests/source/test_slicing.py`).
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inheritlint.findings import LineTable
from inheritlint.knowledge.calls import CALLS, CLOSING_METHODS
from inheritlint.knowledge.deeds import TOLD, Deed
from inheritlint.knowledge.triggers import ADOPTED, RARE, SPAWNING, WRAPPED, Together, signed

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
#: Last names of calls that are told from others by the module in front of them.
_SPOKEN_NAMES = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.deed in TOLD)
_MODULES = frozenset(part for name, call in CALLS.items() if call.deed in TOLD for part in name.split(".")[:-1])
_STARTING = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.deed is Deed.STARTS)
_REPLACING = frozenset(name.rpartition(".")[2] for name, call in CALLS.items() if call.deed is Deed.REPLACES)
#: What a function may do to a variable of its module that changes answers elsewhere.
_CHANGING = CLOSING_METHODS | {"set_inheritable", "update", "pop", "setdefault", "clear", "popitem", "append", "add"}
_SMALL = 8_000  # characters: below this LibCST is as quick as the choice


@dataclass(slots=True)
class _Part:
    """One top-level statement: its lines, what it defines, which names it holds."""

    node: ast.stmt
    first: int
    last: int
    names: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    has_forwarding: bool = False
    closes_a_stream: bool = False
    private: set[str] = field(default_factory=set)
    is_definition: bool = False
    is_concerned: bool = False


def kept_ranges(data: bytes, text: str, lines: LineTable, module: ast.Module) -> list[tuple[int, int]] | None:
    """Stretches of `text` that can matter, in order, as offsets in characters; None where all of it is to be read.
    `data` is what the text was decoded from, `module` what `ast` made of it."""
    if len(text) < _SMALL:
        return None
    parts = [_part(statement) for statement in module.body]
    spoken = _spoken(module)
    names = set().union(*(part.names for part in parts))
    pairs = [pair for pair in signed(data) if names & pair.names and names & pair.others]
    for part in parts:
        part.is_concerned = _is_concerned(part, spoken, pairs)
    kept = _closed([part for part in parts if part.is_concerned or not part.is_definition], parts)
    ranges: list[tuple[int, int]] = []
    for part in parts:
        if id(part) in kept:
            start, end = lines.offset(part.first), lines.offset(part.last + 1)
            if ranges and start <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
            else:
                ranges.append((start, end))
    return ranges


def _part(statement: ast.stmt) -> _Part:
    decorators = statement.decorator_list if isinstance(statement, _Definition) else []
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    part = _Part(statement, first, statement.end_lineno or statement.lineno)
    part.is_definition = isinstance(statement, _Definition)
    for node in ast.walk(statement):
        part.names.update(_names(node))
        if isinstance(node, ast.Name):
            (part.loads if isinstance(node.ctx, ast.Load) else part.stores).add(node.id)
        elif isinstance(node, ast.arg):
            part.stores.add(node.arg)
        if isinstance(node, ast.Attribute):
            part.members.update((base, node.attr) for base in _base(node))
        elif isinstance(node, ast.Call):
            forwards = any(keyword.arg is None for keyword in node.keywords)
            part.has_forwarding |= forwards or len(node.args) >= 8
            part.closes_a_stream |= _closes_a_stream(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = node is not statement and not isinstance(statement, ast.ClassDef)
            if inner or (node.name.startswith("_") and not node.name.endswith("__")):
                part.private.add(node.name)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and part.names & WRAPPED:
        part.private.add(statement.name)
    return part


def _closes_a_stream(call: ast.Call) -> bool:
    """Whether `call` may be `os.close(0)` or `sys.stdin.close()`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "close":
        return False
    numbered = bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value in (0, 1, 2)
    return numbered or "std" in ast.unparse(call)


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            yield name
        case ast.keyword(arg=str() as name):
            yield name
        case ast.alias(name=name, asname=bound):
            yield from name.split(".")
            if bound:
                yield bound
        case ast.Constant(value=str() as text) if len(text) < 40 and text.isidentifier():
            yield text
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield from names
            yield "global"


def _spoken(module: ast.Module) -> set[str]:
    """Names that stand for a call that rules speak of, or for a module that has one, under any alias."""
    found = set(RARE) | {"_os"}
    modules = set(_MODULES)
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            modules |= {alias.asname for alias in node.names if alias.asname and _MODULES & set(alias.name.split("."))}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in _SPOKEN_NAMES and node.module and set(node.module.split(".")) & _MODULES:
                    found.add(alias.asname or alias.name)
                elif alias.name in _MODULES:
                    modules.add(alias.asname or alias.name)
                elif alias.name == "*" and node.module in _MODULES:
                    found |= _SPOKEN_NAMES
    assigned = [(node, _words(node.value)) for node in ast.walk(module) if isinstance(node, ast.Assign)]
    for _ in range(3):  # aliases of aliases
        spoken = found | _SPOKEN_NAMES | {"os", "subprocess"}
        for node, words in assigned:
            if not words.isdisjoint(spoken) and _speaks(node.value, found, modules):
                found |= {name for target in node.targets for name in _targets(target)}
    return found | {f".{name}" for name in modules}


def _words(value: ast.expr) -> set[str]:
    """The names and attributes in an expression."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(value)
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
    """Whether `value` is, or holds outside of a call's function, a call that is spoken of."""
    called = {id(node.func) for node in ast.walk(value) if isinstance(node, ast.Call)}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _SPOKEN_NAMES and _base(node) & modules)
        or (isinstance(node, ast.Name) and node.id in (found - RARE | {"os", "subprocess"}))
        for node in ast.walk(value)
        if id(node) not in called and not (isinstance(node, ast.Name) and _is_inside_call(node, value))
    )


def _is_inside_call(node: ast.Name, value: ast.expr) -> bool:
    return any(isinstance(part, ast.Attribute) and part.value is node for part in ast.walk(value))


def _base(node: ast.Attribute) -> set[str]:
    """The names in front of the last one."""
    found: set[str] = set()
    inner = node.value
    while isinstance(inner, ast.Attribute):
        found.add(inner.attr)
        inner = inner.value
    return found | {inner.id} if isinstance(inner, ast.Name) else found


def _is_concerned(part: _Part, spoken: set[str], pairs: list[Together]) -> bool:
    if part.names & (spoken - _STARTING) or part.names & _REPLACING or part.closes_a_stream:
        return True
    if any(part.names & pair.names and (pair.anywhere or part.names & pair.others) for pair in pairs):
        return True
    if ADOPTED in pairs and part.names & SPAWNING:
        return True
    modules = {name[1:] for name in spoken if name.startswith(".")}
    members = {name for base, name in part.members if base in modules and name in _SPOKEN_NAMES}
    if members - _STARTING:
        return True
    starts = members or part.names & spoken
    return bool(starts) and (part.has_forwarding or "close_fds" in part.names or "partial" in part.names)


def _closed(kept: list[_Part], parts: Iterable[_Part]) -> set[int]:
    """`kept` with all that serves it: what it calls, who calls its private functions, who changes its variables."""
    chosen = {id(part) for part in kept}
    variables = {name for part in kept if not part.is_definition for name in part.stores}
    relevant = [part for part in kept if part.is_concerned]
    used = {name for part in relevant for name in part.loads}
    needed = used | {name for part in kept if not part.is_definition for name in _called_by(part, used)}
    private = {name for part in relevant if part.is_definition for name in part.private}
    grown = True
    while grown:
        grown = False
        shared = variables & {name for part in relevant for name in part.loads}
        for part in parts:
            if id(part) in chosen:
                continue
            if _defines(part) in needed or part.names & private or _changes(part, shared):
                chosen.add(id(part))
                relevant.append(part)
                needed |= part.loads
                private |= part.private
                grown = True
    return chosen


def _called_by(part: _Part, used: set[str]) -> set[str]:
    """Names that a statement of the module needs: all where it makes what is used, else those of its condition."""
    if part.stores & used:
        return part.loads
    if isinstance(part.node, ast.If):
        return {node.id for node in ast.walk(part.node.test) if isinstance(node, ast.Name)}
    return set()


def _defines(part: _Part) -> str:
    return part.node.name if isinstance(part.node, _Definition) else ""


def _changes(part: _Part, shared: set[str]) -> bool:
    """Whether `part` may change, or close, a variable of the module that relevant code reads."""
    if "global" in part.names and part.names & shared:
        return True
    if not (part.loads & shared) - part.stores:
        return False
    return bool(part.names & _CHANGING) or any(
        isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load) for node in ast.walk(part.node)
    )
