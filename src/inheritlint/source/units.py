"""The units of a file that LibCST can do without one by one: statements of the module, and methods of its classes.

`ast` knows where they begin and end. The words of a unit are split off its text, a hundred times as fast as its tree is
walked; the tree of a unit is only walked when its words leave a question open.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from inheritlint.findings import LineTable
from inheritlint.findings.classes import with_cached_properties
from inheritlint.knowledge.triggers import WRAPPABLE_NAMES
from inheritlint.source.name_uses import NOTED, NameUses
from inheritlint.source.stretches import first_line
from inheritlint.source.walking import walk

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_WORD = frozenset(b"_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_APART = bytes(byte if byte in _WORD or byte >= 0x80 else 0x20 for byte in range(256))
_STATEMENTS = frozenset(ast.stmt.__subclasses__())
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # fields of statements that hold statements


def words_of(text: str) -> frozenset[str]:
    """All that could be a name in `text`, comments and strings included."""
    return frozenset(text.encode(errors="replace").translate(_APART).decode(errors="replace").split())


@with_cached_properties
class Unit:
    """One statement: of the module, or of the class whose head is `owner`. The head of a class is a unit, too: its
    decorators, its name and its bases. Lines count from 1."""

    node: ast.stmt
    first: int
    last: int
    text: str
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
    def shows_object(self) -> bool:
        """Whether the object whose method this is may get another name there. Most methods only ask it for something,
        and that is seen at a glance."""
        if not isinstance(self.node, Function):
            return False
        first = [*self.node.args.posonlyargs, *self.node.args.args][:1]
        if first and "lambda" not in self.words and self.text.count("def ") == 1:
            bare = re.findall(rf"\b{re.escape(first[0].arg)}\b(?!\s*\.)", self.text)
            if len(bare) == 1:  # where it is declared
                return False
        return self.names.shows_object

    @cached_property
    def names(self) -> NameUses:
        """What its names do."""
        found = NameUses()
        for node in self.walk():
            kind = type(node)
            found.statements += kind in _STATEMENTS
            if note := NOTED.get(kind):
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
    mine = text[lines.offset(first) : lines.offset(last + 1)]
    return Unit(statement, first, last, mine, words_of(mine), owner, is_head)


def extent(statement: ast.stmt | ast.expr) -> tuple[int, int]:
    """First and last line of a statement, its decorators included, or of an expression."""
    return first_line(statement), statement.end_lineno or statement.lineno
