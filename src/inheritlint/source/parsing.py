"""Source text to a LibCST tree with positions. The only place that parses."""

from bisect import bisect_right
from typing import cast

import libcst as cst
from libcst.metadata import BaseMetadataProvider
from libcst.metadata.span_provider import CodeSpan, SpanProvidingCodegenState

from inheritlint.findings import Span
from inheritlint.source.cutting import Cut, NotParsedError, cut, fault_of
from inheritlint.source.reading import SourceFile


class CharacterSpans(BaseMetadataProvider[CodeSpan]):
    """Start and length of every node, counted in characters of the decoded text."""

    def _gen_impl(self, module: cst.Module) -> None:
        module._codegen(
            SpanProvidingCodegenState(
                default_indent=module.default_indent, default_newline=module.default_newline, provider=self
            )
        )


class Tree:
    """A parsed file, or the parts of it that can matter. Positions are those of the whole file; they are computed once,
    when the first is asked for. Raises `NotParsedError` for what LibCST cannot read."""

    def __init__(self, source: SourceFile, piece: Cut) -> None:
        self.source = source
        self.lines, self.pairs = piece.lines, piece.pairs
        self._moved: list[tuple[int, int]] = []  # (offset in what LibCST read, distance to its place in the file)
        length = 0
        for start, end in piece.ranges:
            self._moved.append((length, start - length))
            length += end - start
        try:
            self.module = cst.parse_module("".join(piece.text[start:end] for start, end in piece.ranges))
        except cst.ParserSyntaxError as error:
            reason, line = fault_of(source.text) or ("is Python that LibCST cannot read", error.raw_line)
            raise NotParsedError(reason, line) from error
        self._spans: dict[cst.CSTNode, CodeSpan] = {}

    def span(self, node: cst.CSTNode) -> Span:
        """Where `node` stands, without the whitespace around it."""
        start, end = self.extent(node)
        return self.lines.span(start, end)

    def extent(self, node: cst.CSTNode) -> tuple[int, int]:
        """First offset of `node` and the one past its last, in characters of the text."""
        if not self._spans:
            # By itself, and not through a MetadataWrapper: that visits the whole tree once more for nothing.
            provider = CharacterSpans()
            provider._gen_impl(self.module)
            self._spans = cast("dict[cst.CSTNode, CodeSpan]", provider._computed)
        span = self._spans[node]
        distance = self._distance(span.start)
        return span.start + distance, span.start + span.length + distance

    def _distance(self, offset: int) -> int:
        if not self._moved:
            return 0
        return self._moved[max(0, bisect_right(self._moved, (offset, len(self.source.text))) - 1)][1]

    def text(self, node: cst.CSTNode) -> str:
        """The source of `node` as it is written."""
        start, end = self.extent(node)
        return self.source.text[start:end]


def parse(source: SourceFile, *, whole: bool = False) -> Tree:
    """Parse what can matter of `source`, or the whole of it; raises `NotParsedError`."""
    return Tree(source, cut(source, whole=whole))
