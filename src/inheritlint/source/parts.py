"""The parts of a file that LibCST can do without one by one: statements of the module, and methods of its classes.

`ast` knows where they begin and end. The words of a part are split off its text, a hundred times as fast as its tree is
walked; the tree of a part is only walked when its words leave a question open.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from inheritlint.findings import LineTable
from inheritlint.knowledge.triggers import WRAPPED, is_stream

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_WORD = frozenset(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_APART = bytes(byte if byte in _WORD or byte >= 0x80 else 0x20 for byte in range(256))
_CONTEXTS = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)


def words_of(text: str) -> frozenset[str]:
    """All that could be a name in `text`, comments and strings included."""
    return frozenset(text.encode(errors="replace").translate(_APART).decode(errors="replace").split())


@dataclass(slots=True)
class Names:
    """What the names of a part do. `members` are pairs of a name before a dot and the last name after it; `attributes`
    are the names after dots, `kept` those of them that are assigned, `own` those right after a bare name that are not
    called."""

    all: set[str] = field(default_factory=set)
    loads: set[str] = field(default_factory=set)
    stores: set[str] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    has_forwarding: bool = False
    has_eight_arguments: bool = False
    closes_a_stream: bool = False
    has_items_set: bool = False
    statements: int = 0


@dataclass(eq=False)
class Part:
    """One statement: of the module, or of the class whose head is `owner`. The head of a class is a part, too: its
    decorators, its name and its bases. Lines count from 1."""

    node: ast.stmt
    first: int
    last: int
    words: frozenset[str]
    owner: "Part | None" = None
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

    @cached_property
    def names(self) -> Names:
        """What its names do."""
        found = Names()
        called: set[int] = set()
        for node in self.walk():
            found.statements += isinstance(node, ast.stmt)
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    found.loads.add(name)
                case ast.Name(id=name) | ast.arg(arg=name):
                    found.stores.add(name)
                case ast.keyword(arg=str() as name):
                    found.all |= {name, f"{name}="}
                case ast.alias(name=name, asname=bound):
                    found.all.update(name.split("."), [bound] if bound else [])
                case ast.Constant(value=str() as text) if len(text) < 40 and text.isidentifier():
                    found.all.add(text)
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    found.all |= {*names, "global"}
                case ast.Attribute(attr=name):
                    found.members.update((base, name) for base in base_of(node))
                    found.attributes.add(name)
                    if isinstance(node.value, ast.Name) and id(node) not in called:
                        found.own.add(name)
                    if not isinstance(node.ctx, ast.Load):
                        found.kept.add(name)
                case ast.Subscript(ctx=ast.Store() | ast.Del()):
                    found.has_items_set = True
                case ast.Call():
                    called.add(id(node.func))
                    forwards = any(keyword.arg is None for keyword in node.keywords)
                    found.has_forwarding |= forwards
                    found.has_eight_arguments |= len(node.args) >= 8
                    found.closes_a_stream |= _closes_a_stream(node)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    inner = node is not self.node and self.owner is None and not isinstance(self.node, ast.ClassDef)
                    if inner or (name.startswith("_") and not name.endswith("__")):
                        found.private.add(name)
        found.all |= found.loads | found.stores | found.attributes
        if self.owner is None and isinstance(self.node, Function) and found.all & WRAPPED:
            found.private.add(self.node.name)
        return found


def parts_of(module: ast.Module, text: str, lines: LineTable) -> list[Part]:
    """The parts of `text`, parsed as `module`, in order."""
    return [part for statement in module.body for part in _parts(statement, text, lines)]


def _parts(statement: ast.stmt, text: str, lines: LineTable) -> Iterator[Part]:
    first, last = extent(statement)
    if not isinstance(statement, ast.ClassDef):
        yield _part(statement, first, last, text, lines)
        return
    inside = [(member, *extent(member)) for member in statement.body]
    begins = inside[0][1]
    if lines.line(begins)[: statement.body[0].col_offset].strip():  # the body begins on the last line of the head
        yield _part(statement, first, last, text, lines)
        return
    head = _part(statement, first, begins - 1, text, lines, is_head=True)
    yield head
    for member, begin, end in inside:
        yield _part(member, begin, end, text, lines, head)


def _part(
    statement: ast.stmt,
    first: int,
    last: int,
    text: str,
    lines: LineTable,
    owner: Part | None = None,
    *,
    is_head: bool = False,
) -> Part:
    words = words_of(text[lines.offset(first) : lines.offset(last + 1)])
    return Part(statement, first, last, words, owner, is_head)


def extent(statement: ast.stmt) -> tuple[int, int]:
    """First and last line of a statement, its decorators included."""
    decorators = statement.decorator_list if isinstance(statement, Definition) else []
    return min([statement.lineno, *(each.lineno for each in decorators)]), statement.end_lineno or statement.lineno


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of `nodes` and below; twice as fast as `ast.walk`, and without contexts and operators."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        for value in node.__dict__.values():
            if isinstance(value, list):
                pending += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, _CONTEXTS):
                pending.append(value)


def base_of(node: ast.Attribute) -> set[str]:
    """The names in front of the last one."""
    found: set[str] = set()
    inner = node.value
    while isinstance(inner, ast.Attribute):
        found.add(inner.attr)
        inner = inner.value
    return found | {inner.id} if isinstance(inner, ast.Name) else found


def _closes_a_stream(call: ast.Call) -> bool:
    """Whether `call` may be `os.close(0)` or `sys.stdin.close()`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "close":
        return False
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and first.value in (0, 1, 2):
        return True
    if isinstance(first, ast.Call):  # os.close(sys.stdin.fileno())
        first = first.func.value if isinstance(first.func, ast.Attribute) else None
    return any(map(_is_stream, (first, call.func.value if isinstance(call.func, ast.Attribute) else None)))


def _is_stream(node: ast.expr | None) -> bool:
    """Whether `node` may be a standard stream: `sys.stdin`, or `stdin` where it is imported by its name."""
    match node:
        case ast.Name(id=name):
            return is_stream("", name)
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return is_stream(module, name)
    return False
