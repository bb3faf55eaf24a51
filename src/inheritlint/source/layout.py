"""What the tokens of a file say that no tree does: its comments, its strings, the rows that begin inside one."""

import io
import re
import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from inheritlint.findings import LineTable
from inheritlint.source.reading import SourceFile
from inheritlint.source.stretches import stretches_of

#: Comments that speak to a tool about the statement beside them: they go where it goes.
_DIRECTIVE = re.compile(
    r"#\s*(?:noqa|type:|pragma|pylint|pyright|mypy|ruff|flake8|fmt|isort|nosec|yapf)", re.IGNORECASE
)
#: The tokens of a string that holds expressions, by the name of the token that begins it: since Python 3.12 and 3.14.
_BEGINNINGS = {"FSTRING_START": "FSTRING_END", "TSTRING_START": "TSTRING_END"}


class Comment(NamedTuple):
    """A comment and where it stands, as offsets in characters."""

    start: int
    end: int
    text: str

    @property
    def is_directive(self) -> bool:
        """Whether it is meant for a tool: `# noqa`, `# type: ignore`."""
        return bool(_DIRECTIVE.match(self.text))


class Literal(NamedTuple):
    """A string as it is written; `quote` is what ends it, `is_formatted` says that it may hold expressions."""

    start: int
    end: int
    quote: str
    is_formatted: bool


class Layout(NamedTuple):
    """Comments and strings of a stretch in order, an outer string before those inside it; `inner_rows` are the rows of
    the file, from 1, that begin inside a string; `reached` is how far each string and those before it reach."""

    comments: tuple[Comment, ...]
    strings: tuple[Literal, ...]
    inner_rows: frozenset[int]
    reached: tuple[int, ...]

    def strings_around(self, start: int, end: int) -> list[Literal]:
        """The strings in which that stretch stands, their quotes not counted."""
        found = []
        number = bisect_left(self.strings, start, key=lambda each: each.start)
        while number and self.reached[number - 1] > end:
            number -= 1
            if self.strings[number].end > end:
                found.append(self.strings[number])
        return found

    def comments_in(self, start: int, end: int) -> tuple[Comment, ...]:
        """The comments that begin in that stretch."""
        first = bisect_left(self.comments, start, key=lambda each: each.start)
        last = bisect_left(self.comments, end, key=lambda each: each.start)
        return self.comments[first:last]


def layout_of(source: SourceFile, start: int, end: int) -> Layout | None:
    """What the tokens of `source` say between those offsets, and around them as far as a statement of the module goes:
    those of a whole file cost as much as its analysis. None where they cannot be told apart."""
    return _layout(source, *stretches_of(source.text).around(start, end))


@lru_cache(maxsize=64)
def _layout(source: SourceFile, beginning: int, end: int) -> Layout | None:
    text = source.text[beginning:end]
    lines = LineTable(text)
    before = LineTable(source.text).place(beginning)[0] - 1
    comments: list[Comment] = []
    strings: list[Literal] = []
    rows: set[int] = set()
    try:
        for kind, start, stop, token in _tokens(text, lines):
            if kind == "COMMENT":
                comments.append(Comment(beginning + start, beginning + stop, token))
                continue
            prefix = re.match(r"\w*", token)[0].lower()  # type: ignore[index]  # it matches the empty text
            quote = _quote(token[len(prefix) :])
            strings.append(Literal(beginning + start, beginning + stop, quote, "f" in prefix or "t" in prefix))
            first, last = lines.place(start)[0], lines.place(stop)[0]
            rows.update(range(before + first + 1, before + last + 1))
    except (tokenize.TokenError, SyntaxError):
        return None
    strings.sort()
    reached = tuple(accumulate((each.end for each in strings), max))
    return Layout(tuple(comments), tuple(strings), frozenset(rows), reached)


def _quote(text: str) -> str:
    return text[:3] if text[:3] in ('"""', "'''") else text[:1]


def _tokens(text: str, lines: LineTable) -> Iterator[tuple[str, int, int, str]]:
    """Kind, start, end and text of each comment and each string in `text`, one with expressions as a whole."""
    opened: list[tuple[str, int, str]] = []
    reader = io.StringIO(text, newline=None)
    for token in tokenize.generate_tokens(reader.readline):
        name = tokenize.tok_name[token.type]
        if name not in ("COMMENT", "STRING") and name not in _BEGINNINGS and name not in _BEGINNINGS.values():
            continue
        start = lines.offset(token.start[0]) + token.start[1]
        end = lines.offset(token.end[0]) + token.end[1]
        if name in _BEGINNINGS:
            opened.append((_BEGINNINGS[name], start, token.string))
        elif opened and name == opened[-1][0]:
            _, first, beginning = opened.pop()
            yield "STRING", first, end, beginning
        else:
            yield name, start, end, token.string
