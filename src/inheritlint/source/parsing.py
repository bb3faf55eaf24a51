"""Source text to a LibCST tree with positions. The only place that parses."""

import ast
import gc
import sys
import threading
from bisect import bisect_right
from collections.abc import Callable
from typing import TypeVar, cast

import libcst as cst
from libcst.metadata import BaseMetadataProvider
from libcst.metadata.span_provider import CodeSpan, SpanProvidingCodegenState

from inheritlint.findings import LineTable, Span
from inheritlint.source.fading import faded
from inheritlint.source.nesting import NestedTooDeeplyError, module_of
from inheritlint.source.reading import SourceFile
from inheritlint.source.slicing import kept_ranges

T = TypeVar("T")

# LibCST's parser and visitors recurse once a level. 512 MB of address space (touched only when needed) and this
# limit carry the deepest trees that CPython itself compiles.
_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 60_000
#: `ast` takes two seconds and half a gigabyte for so much.
_LARGEST = 10_000_000
#: LibCST and the walk of its tree take some ten seconds for so much dense code, spaces not counted.
_MOST_CHARACTERS = 350_000


class CharacterSpans(BaseMetadataProvider[CodeSpan]):
    """Start and length of every node, counted in characters of the decoded text."""

    def _gen_impl(self, module: cst.Module) -> None:
        module._codegen(
            SpanProvidingCodegenState(
                default_indent=module.default_indent, default_newline=module.default_newline, provider=self
            )
        )


class Tree:
    """A parsed file, or the statements of it that can matter. Positions are those of the whole file; they are
    computed once, when the first is asked for."""

    def __init__(self, source: SourceFile, text: str, lines: LineTable, kept: list[tuple[int, int]] | None) -> None:
        self.source = source
        self.lines = lines
        self._moved: list[tuple[int, int]] = []  # (offset in what LibCST read, distance to its place in the file)
        if kept is not None:
            length = 0
            for start, end in kept:
                self._moved.append((length, start - length))
                length += end - start
            text = "".join(text[start:end] for start, end in kept)
        self.module = cst.parse_module(text)
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


class NotParsedError(Exception):
    """A text is not Python; `reason` says why and `line` where, counted from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


def parse(source: SourceFile, *, whole: bool = False) -> Tree:
    """Parse what can matter of `source`, or the whole of it; raises `NotParsedError`."""
    if len(source.text) > _LARGEST:
        raise NotParsedError(f"is too large to analyse (more than {_LARGEST:,} characters)", 1)
    try:
        module = module_of(source.text)
    except NestedTooDeeplyError:
        raise NotParsedError("is nested too deeply to analyse", 1) from None
    lines = LineTable(source.text)
    text = faded(source.text, lines, module) if module else source.text
    kept = kept_ranges(source.data, text, lines, module) if module and not whole else None
    if sum(end - start - text.count(" ", start, end) for start, end in kept or [(0, len(text))]) > _MOST_CHARACTERS:
        raise NotParsedError("holds more that concerns us than can be analysed", 1)
    try:
        return Tree(source, text, lines, kept)
    except cst.ParserSyntaxError as error:
        raise _explained(source.text, error.raw_line) from error


def _explained(text: str, line: int) -> NotParsedError:
    """What the running CPython says is wrong, and where; its words are better than a grammar's list of tokens."""
    try:
        compile(text, "<source>", "exec", dont_inherit=True, flags=ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        return NotParsedError(f"does not parse: {error.msg}", error.lineno or line)
    except (ValueError, RecursionError, MemoryError) as error:
        return NotParsedError(f"does not parse: {error}", line)
    return NotParsedError("is Python that LibCST cannot read", line)


def with_deep_stack(work: Callable[[], T]) -> T:
    """Run `work` on a thread whose stack is deep enough for the recursion of LibCST; raises what it raises."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
        collects = gc.isenabled()
        gc.disable()  # a tree is a million objects that all stay alive: to look for garbage among them costs a third
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)
        finally:
            sys.setrecursionlimit(limit)
            if collects:
                gc.enable()

    before = threading.stack_size(_STACK_BYTES)
    try:
        thread = threading.Thread(target=run, name="inheritlint")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
