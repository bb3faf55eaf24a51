"""Source text to a LibCST tree with positions. The only place that parses.

LibCST learns a position by writing the code again. `ast` has said where each statement begins, so only the statement
or method that is asked about is written.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import cast

import libcst as cst
from libcst.metadata.base_provider import BaseMetadataProvider
from libcst.metadata.span_provider import CodeSpan, SpanProvidingCodegenState

from inheritlint.findings import LineTable, Span
from inheritlint.source.extraction import Extract, ParseError, extract, syntax_error_of
from inheritlint.source.reading import SourceFile

#: What LibCST raises for a text that it cannot read.
UNREADABLE = (cst.ParserSyntaxError, cst.CSTValidationError)


_CHECKED = cst.CSTNode.__post_init__


@contextmanager
def _believed() -> Iterator[None]:
    """Let LibCST make nodes of what `ast` has read without asking each whether it can be: that takes a seventh of its
    time, and 1.9 refuses `return.5`, which is Python, for the blank it misses."""
    cst.CSTNode.__post_init__ = lambda self: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        cst.CSTNode.__post_init__ = _CHECKED  # type: ignore[method-assign]


class CharacterSpans(BaseMetadataProvider[CodeSpan]):
    """Start and length of every node, counted in characters of what is written."""

    def write(self, node: cst.CSTNode, module: cst.Module, indents: tuple[str, ...] = ()) -> str:
        """The code of `node`, a part of `module` that stands inside blocks of `indents`."""
        state = SpanProvidingCodegenState(
            default_indent=module.default_indent, default_newline=module.default_newline, provider=self
        )
        for indent in indents:
            state.increase_indent(indent)
        node._codegen(state)
        return "".join(state.tokens)

    @property
    def spans(self) -> dict[cst.CSTNode, CodeSpan]:
        """Of every node that was written."""
        return cast("dict[cst.CSTNode, CodeSpan]", self._computed)


class Tree:
    """A parsed file, or the parts of it that can matter. Positions are those of the whole file, and are computed when
    they are asked for. Raises `ParseError` for what LibCST cannot read."""

    def __init__(self, source: SourceFile, piece: Extract) -> None:
        self.source = source
        #: The node around each node, once it is known: without it, one position costs as much as all.
        self.parents: Mapping[cst.CSTNode, cst.CSTNode] = {}
        self.lines = piece.lines
        self._text = piece.text
        self._moved: list[tuple[int, int]] = []  # (offset in what LibCST read, distance to its place in the file)
        length = 0
        for start, end in piece.ranges:
            self._moved.append((length, start - length))
            length += end - start
        self._read = "".join(piece.text[start:end] for start, end in piece.ranges)
        try:
            with _believed() if piece.is_python else nullcontext():
                self.module = cst.parse_module(self._read)
        except UNREADABLE as error:
            unread = "LibCST cannot parse this syntax", self._line_of(error)
            raise ParseError(*(syntax_error_of(source.text) or unread)) from error
        units = list(_units(self.module))
        self._starts = dict(zip(units, piece.starts, strict=True)) if len(units) == len(piece.starts) else {}
        self._extents: dict[cst.CSTNode, tuple[int, int]] = {}

    def span(self, node: cst.CSTNode) -> Span:
        """Where `node` stands, without the whitespace around it."""
        start, end = self.extent(node)
        return self.lines.span(start, end)

    def extent(self, node: cst.CSTNode) -> tuple[int, int]:
        """First offset of `node` and the one past its last, in characters of the text."""
        if node not in self._extents:
            unit = node
            while unit not in self._starts and unit in self.parents:
                unit = self.parents[unit]
            if unit not in self._starts or not self._place(unit):
                self._place_all()
        return self._extents[node]

    def _place(self, unit: cst.CSTNode) -> bool:
        """Whether it is known now where all that is inside `unit` stands: it is not where its code is not found."""
        block = self.parents.get(unit)
        indents = (block.indent or self.module.default_indent,) if isinstance(block, cst.IndentedBlock) else ()
        provider = CharacterSpans()
        code = provider.write(unit, self.module, indents)
        span, start = provider.spans[unit], self._starts[unit]
        if not self._text.startswith(code[span.start : span.start + span.length], start):
            return False
        distance = start - span.start
        for node, each in provider.spans.items():
            self._extents[node] = each.start + distance, each.start + distance + each.length
        return True

    def _place_all(self) -> None:
        # By itself, and not through a MetadataWrapper: that visits the whole tree once more for nothing.
        provider = CharacterSpans()
        code = provider.write(self.module, self.module)
        place = _places(code, self._read)
        for node, span in provider.spans.items():
            start = place(span.start)
            end = place(span.start + span.length - 1) + 1 if span.length else start
            distance = self._distance(start)
            self._extents[node] = start + distance, end + distance

    def _line_of(self, error: Exception) -> int:
        """The line of the file in which LibCST stopped; 1 for what is no syntax error to it."""
        if not isinstance(error, cst.ParserSyntaxError):
            return 1
        offset = LineTable(self._read).offset(error.raw_line)
        return self.lines.place(offset + self._distance(offset))[0]

    def _distance(self, offset: int) -> int:
        if not self._moved:
            return 0
        return self._moved[max(0, bisect_right(self._moved, (offset, len(self.source.text))) - 1)][1]

    def text(self, node: cst.CSTNode) -> str:
        """The source of `node` as it is written."""
        start, end = self.extent(node)
        return self.source.text[start:end]


def _places(code: str, text: str) -> Callable[[int], int]:
    """Where in `text` a character of `code` stands, which is `text` as LibCST writes it: 1.9 forgets the blank in
    `except OSError :`. Raises `ParseError` where they differ in more than whitespace."""
    if code == text:
        return int
    written, there = ([place for place, sign in enumerate(each) if not sign.isspace()] for each in (code, text))
    if [code[place] for place in written] != [text[place] for place in there]:
        raise ParseError("LibCST does not reproduce this source", 1)
    return lambda place: there[min(bisect_left(written, place), len(there) - 1)] if there else 0


def _units(module: cst.Module) -> Iterator[cst.CSTNode]:
    """What `ast` calls a statement of the module, or of one of its classes, in order."""
    for statement in module.body:
        yield from _statements(statement)
        if isinstance(statement, cst.ClassDef) and isinstance(statement.body, cst.IndentedBlock):
            for member in statement.body.body:
                yield from _statements(member)


def _statements(line: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A compound statement, or those of a line: the first of them is the line."""
    yield line
    if isinstance(line, cst.SimpleStatementLine):
        yield from line.body[1:]


def parse(source: SourceFile, *, whole: bool = False) -> Tree:
    """Parse what can matter of `source`, or the whole of it; raises `ParseError`."""
    return Tree(source, extract(source, whole=whole))
