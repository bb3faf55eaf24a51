"""What of a file LibCST is to read. Never imports LibCST: most files that hold one of our words are not relevant."""

import ast

from inheritlint.findings import LineTable
from inheritlint.findings.classes import frozen
from inheritlint.knowledge.triggers import CoOccurrence
from inheritlint.source.blanking import blank_data
from inheritlint.source.nesting import NestedTooDeeplyError, Parsed, parse_ast
from inheritlint.source.prefilter import matching_co_occurrences
from inheritlint.source.reading import SourceFile
from inheritlint.source.slicing import relevant_units
from inheritlint.source.units import ranges_of
from inheritlint.source.walking import walk

#: `ast` takes two seconds and half a gigabyte for so much.
_LARGEST = 10_000_000
#: LibCST and the walk of its tree take some seconds for what holds more than both of these, characters without spaces
#: and nodes of `ast`; the largest real file that was met holds 203,000 and 17,000.
_MOST_CHARACTERS, _MOST_NODES = 150_000, 60_000


class ParseError(Exception):
    """A text is not Python; `reason` says why and `line` where, counted from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason, self.line = reason, line


@frozen
class Extract:
    """The stretches of a text that can matter, as offsets in characters, in order. `text` is as long as the source's,
    with blanks for long data; `lines` are those of the source, `pairs` the names that are relevant together there.
    `starts` are the offsets at which the kept statements begin, those of classes each for itself; none where the whole
    was asked for. `is_python` says that the running CPython parses the text."""

    text: str
    lines: LineTable
    ranges: list[tuple[int, int]]
    pairs: tuple[CoOccurrence, ...]
    starts: tuple[int, ...] = ()
    is_python: bool = False


def extract(
    source: SourceFile, *, whole: bool = False, stdio_server: bool = False, known: Parsed | None = None
) -> Extract:
    """What can matter of `source`, or the whole of it; raises `ParseError`. With `stdio_server` whatever starts a
    child does. `known` is what `ast` made of it."""
    text = source.text
    if len(text) > _LARGEST:
        raise ParseError(f"file is too large (more than {_LARGEST:,} characters)", 1)
    try:
        module = parse_ast(text, known)
    except NestedTooDeeplyError:
        raise ParseError("code is nested too deeply", 1) from None
    if module is None and len(text) > _MOST_CHARACTERS:  # LibCST might still read it, and take its time
        raise ParseError(*(syntax_error_of(text) or ("file is too large", 1)))
    lines = LineTable(text)
    ranges, pairs = [(0, len(text))], matching_co_occurrences(source.data, stdio_server=stdio_server)
    starts: tuple[int, ...] = ()
    if module is not None:
        nodes: list[ast.AST] = [module]
        if not whole:
            kept = relevant_units(pairs, text, lines, module)
            ranges, nodes = ranges_of(kept, lines), [unit.node for unit in kept if not unit.is_head]
            starts = tuple(lines.offset_of_byte(unit.node.lineno, unit.node.col_offset) for unit in kept)
        text = blank_data(text, lines, nodes)
        size = sum(end - start - text.count(" ", start, end) for start, end in ranges)
        if size > _MOST_CHARACTERS and sum(1 for _ in walk(nodes)) > _MOST_NODES:
            raise ParseError("too much relevant code in one file", 1)
    return Extract(text, lines, ranges, pairs, starts, module is not None)


def syntax_error_of(text: str) -> tuple[str, int] | None:
    """What the running CPython says is wrong with `text`, and on which line; None where it has nothing to say. Its
    words are better than a grammar's list of tokens."""
    try:
        compile(text, "<source>", "exec", dont_inherit=True, flags=ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        return f"syntax error: {error.msg}", error.lineno or 1
    except (ValueError, RecursionError, MemoryError) as error:
        return f"cannot parse: {error}", 1
    return None
