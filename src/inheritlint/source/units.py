"""The units of a file that LibCST can do without one by one: statements of the module, and methods of its classes.

`ast` knows where they begin and end. The words of a unit are split off its text, a hundred times as fast as its tree is
walked; the tree of a unit is only walked when its words leave a question open.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import cached_property

from inheritlint.findings import LineTable
from inheritlint.knowledge.triggers import DEFAULTS, WRAPPABLE_NAMES, is_stream
from inheritlint.source.stretches import first_line

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_WORD = frozenset(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_APART = bytes(byte if byte in _WORD or byte >= 0x80 else 0x20 for byte in range(256))
#: Fields that hold operators, contexts, and what is no node.
_PLAIN = frozenset(
    "id attr arg name module asname level ctx op ops kind conversion type_comment is_async simple rest kwd_attrs str "
    "tag".split()
)
#: Functions and methods whose calls say more than that they are called.
_TELLING = frozenset(["getattr", "close", "fileno"])
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # fields of statements that hold statements
_LEAVES = (ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton)


def words_of(text: str) -> frozenset[str]:
    """All that could be a name in `text`, comments and strings included."""
    return frozenset(text.encode(errors="replace").translate(_APART).decode(errors="replace").split())


@dataclass(slots=True)
class NameUses:
    """What the names of a unit do. `members` are pairs of a name before a dot and the last name after it; `attributes`
    are the names after dots, `kept` those of them that are assigned, `asked` those right after a bare name that are
    called, and `own` pairs of a bare name and one right after it that is not; `asks_for_attributes` says that it asks
    for some by a name that is computed. `receivers` are first parameters, and what is assigned from one."""

    all: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    own: set[tuple[str, str]] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    receivers: set[str] = field(default_factory=set)
    renamed: set[tuple[str, str]] = field(default_factory=set)
    asks_for_attributes: bool = False
    kept: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=list)
    called: set[int] = field(default_factory=set)
    called_names: set[str] = field(default_factory=set)
    has_forwarding: bool = False
    has_eight_arguments: bool = False
    closes_a_stream: bool = False
    numbered_streams: set[str] = field(default_factory=set)
    has_items_set: bool = False
    statements: int = 0

    def of_object(self, classes: Set[str]) -> Iterator[str]:
        """The attributes in `own` of the object whose method this is, or of one of the `classes`."""
        return (name for base, name in self.own if base in self.receivers or base in classes)

    def _parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        self.receivers.update(each.arg for each in (node.args.posonlyargs or node.args.args)[:1])

    def _assignment(self, node: ast.Assign) -> None:
        if isinstance(node.value, ast.Name):
            self.renamed.update((each.id, node.value.id) for each in node.targets if isinstance(each, ast.Name))

    def _name(self, node: ast.Name) -> None:
        (self.loads if type(node.ctx) is ast.Load else self.stores).add(node.id)

    def _argument(self, node: ast.arg) -> None:
        self.stores.add(node.arg)

    def _keyword(self, node: ast.keyword) -> None:
        is_default = isinstance(node.value, ast.Constant) and repr(node.value.value) == DEFAULTS.get(node.arg or "")
        if node.arg is not None and not is_default:
            self.all |= {node.arg, f"{node.arg}="}

    def _alias(self, node: ast.alias) -> None:
        self.all.update(node.name.split("."), [node.asname] if node.asname else [])

    def _text(self, node: ast.Constant) -> None:
        text = node.value
        if isinstance(text, str) and len(text) < 40 and text.isidentifier():
            self.all.add(text)

    def _shared(self, node: ast.Global | ast.Nonlocal) -> None:
        self.all |= {*node.names, "global"}

    def _attribute(self, node: ast.Attribute) -> None:
        self.members.update((base, node.attr) for base in base_of(node))
        self.attributes.add(node.attr)
        if isinstance(node.value, ast.Name):
            if id(node) in self.called:
                self.asked.add(node.attr)
            else:
                self.own.add((node.value.id, node.attr))
        if not isinstance(node.ctx, ast.Load):
            self.kept.add(node.attr)

    def _item(self, node: ast.Subscript) -> None:
        self.has_items_set |= not isinstance(node.ctx, ast.Load)

    def _call(self, node: ast.Call) -> None:
        self.called.add(id(node.func))
        self.has_forwarding |= any(keyword.arg is None for keyword in node.keywords)
        self.has_eight_arguments |= len(node.args) >= 8
        if isinstance(node.func, (ast.Name, ast.Attribute)):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            self.called_names.add(name)
            if name in _TELLING:
                self._telling_call(node)

    def _telling_call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(demanded))], keywords=[]):
                self.attributes.add(demanded)  # it raises where there is none, as `x.demanded` does
            case ast.Call(func=ast.Name(id="getattr"), args=[_, name, *_]) if not isinstance(name, ast.Constant):
                self.asks_for_attributes = True
            case ast.Call(
                func=ast.Name(id="close") | ast.Attribute(attr="close"), args=[ast.Constant(value=0 | 1 | 2)]
            ):
                self.closes_a_stream = True
            case ast.Call(func=ast.Attribute(value=stream, attr="fileno")):
                if (stream_module := _stream_module(stream)) is not None:
                    self.numbered_streams.add(stream_module)

    def _loop(self, node: ast.For) -> None:
        match node.iter:
            case (
                ast.Tuple(elts=[ast.Constant(value=0 | 1 | 2), *_]) | ast.List(elts=[ast.Constant(value=0 | 1 | 2), *_])
            ):
                pass
            case ast.Call(func=ast.Name(id="range"), args=[ast.Constant()] | [ast.Constant(value=0), _]):
                pass
            case _:
                return
        closed = [each for each in walk(node.body) if isinstance(each, ast.Call) and _closes(each, node.target)]
        self.closes_a_stream |= bool(closed)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.functions.append(node)
        self._parameters(node)


_NOTED: dict[type[ast.AST], Callable[..., None]] = {
    ast.Name: NameUses._name,
    ast.arg: NameUses._argument,
    ast.keyword: NameUses._keyword,
    ast.alias: NameUses._alias,
    ast.Constant: NameUses._text,
    ast.Global: NameUses._shared,
    ast.Nonlocal: NameUses._shared,
    ast.Attribute: NameUses._attribute,
    ast.Subscript: NameUses._item,
    ast.Call: NameUses._call,
    ast.For: NameUses._loop,
    ast.FunctionDef: NameUses._function,
    ast.AsyncFunctionDef: NameUses._function,
    ast.Lambda: NameUses._parameters,
    ast.Assign: NameUses._assignment,
}
_STATEMENTS = frozenset(ast.stmt.__subclasses__())


@dataclass(eq=False)
class Unit:
    """One statement: of the module, or of the class whose head is `owner`. The head of a class is a unit, too: its
    decorators, its name and its bases. Lines count from 1."""

    node: ast.stmt
    first: int
    last: int
    words: frozenset[str]
    owner: "Unit | None" = None
    is_head: bool = False

    @property
    def is_definition(self) -> bool:
        return isinstance(self.node, Definition)

    @property
    def name(self) -> str:
        """What it defines; empty where it defines nothing."""
        return self.node.name if isinstance(self.node, Definition) else ""

    def walk(self) -> Iterator[ast.AST]:
        """Every node of it, contexts and operators left out."""
        if self.is_head and isinstance(self.node, ast.ClassDef):
            return walk([*self.node.decorator_list, *self.node.bases, *self.node.keywords])
        return walk([self.node])

    def statements(self) -> Iterator[ast.AST]:
        """Every statement of it, at any depth."""
        pending: list[ast.AST] = [] if self.is_head else [self.node]
        while pending:
            node = pending.pop()
            yield node
            for name in _BLOCKS:
                pending += getattr(node, name, ())

    @cached_property
    def names(self) -> NameUses:
        """What its names do."""
        found = NameUses()
        for node in self.walk():
            kind = type(node)
            found.statements += kind in _STATEMENTS
            if note := _NOTED.get(kind):
                note(found, node)
        for function in found.functions:
            name = function.name
            inner = function is not self.node and self.owner is None and not isinstance(self.node, ast.ClassDef)
            if inner or (name.startswith("_") and not name.endswith("__")):
                found.private.add(name)
        while more := {new for new, old in found.renamed if old in found.receivers} - found.receivers:
            found.receivers |= more
        found.all |= found.loads | found.stores | found.attributes
        if self.owner is None and isinstance(self.node, Function) and found.all & WRAPPABLE_NAMES:
            found.private.add(self.node.name)
        return found


def split_units(module: ast.Module, text: str, lines: LineTable) -> list[Unit]:
    """The units of `text`, parsed as `module`, in order."""
    return [unit for statement in module.body for unit in _units(statement, text, lines)]


def _units(statement: ast.stmt, text: str, lines: LineTable) -> Iterator[Unit]:
    first, last = extent(statement)
    if not isinstance(statement, ast.ClassDef):
        yield _unit(statement, first, last, text, lines)
        return
    inside = [(member, *extent(member)) for member in statement.body]
    begins = inside[0][1]
    if lines.line(begins)[: statement.body[0].col_offset].strip():  # the body begins on the last line of the head
        yield _unit(statement, first, last, text, lines)
        return
    head = _unit(statement, first, begins - 1, text, lines, is_head=True)
    yield head
    for member, begin, end in inside:
        yield _unit(member, begin, end, text, lines, head)


def _unit(
    statement: ast.stmt,
    first: int,
    last: int,
    text: str,
    lines: LineTable,
    owner: Unit | None = None,
    *,
    is_head: bool = False,
) -> Unit:
    words = words_of(text[lines.offset(first) : lines.offset(last + 1)])
    return Unit(statement, first, last, words, owner, is_head)


def extent(statement: ast.stmt | ast.expr) -> tuple[int, int]:
    """First and last line of a statement, its decorators included, or of an expression."""
    return first_line(statement), statement.end_lineno or statement.lineno


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of each class of nodes that may hold nodes which name something; so no value need be asked."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        plain = _PLAIN - {"name"} if kind.__name__ == "TypeAlias" else _PLAIN
        without = _PLAIN | {"value", "names"} if kind in _LEAVES else plain
        self[kind] = tuple(name for name in kind._fields if name not in without)
        return self[kind]


_FIELDS = _Fields()


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of `nodes` and below; far quicker than `ast.walk`, and without contexts and operators."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        pending += children_of(node)


def children_of(node: ast.AST) -> list[ast.AST]:
    """The nodes right below `node`, without contexts and operators."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name)
        if type(value) is list:
            found += [each for each in value if each is not None] if None in value else value
        elif value is not None:
            found.append(value)
    return found


def _closes(call: ast.Call, number: ast.expr) -> bool:
    match call, number:
        case ast.Call(func=ast.Attribute(attr="close") | ast.Name(id="close"), args=[ast.Name(id=given)]), ast.Name(
            id=name
        ):
            return given == name
    return False


def names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The variables that `nodes` name."""
    return {node.id for node in walk(nodes) if isinstance(node, ast.Name)}


def base_of(node: ast.Attribute) -> set[str]:
    """The names in front of the last one."""
    found: set[str] = set()
    inner = node.value
    while isinstance(inner, ast.Attribute):
        found.add(inner.attr)
        inner = inner.value
    return found | {inner.id} if isinstance(inner, ast.Name) else found


def _stream_module(node: ast.expr | None) -> str | None:
    """The module whose standard stream `node` may be: `sys` for `sys.stdin`, none for `stdin`; None for what is no
    stream."""
    match node:
        case ast.Name(id=name) if is_stream(name):
            return ""
        case ast.Attribute(value=ast.Name(id=module), attr=name) if is_stream(name):
            return module
    return None
