"""Where in a file: offsets for edits, lines and columns for people."""

import re
from bisect import bisect_right
from itertools import accumulate, count
from operator import add
from typing import NamedTuple

# What ends a line of Python source (reference manual, 2.1.2); `str.splitlines` knows seven more.
_LINE_END = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A stretch of decoded text.

    `start` and `end` count characters from the beginning of the text, `end` excluded. Lines and columns
    count from 1, columns in characters, and `end_column` is the column just past the last character.
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int


class LineTable:
    """Offsets of every line of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        if "\r" in text:
            self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        else:
            self._starts = [0, *map(add, accumulate(map(len, text.split("\n"))), count(1))]
            self._starts.pop()  # after the last line there is no other

    def __len__(self) -> int:
        return len(self._starts)

    def span(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`."""
        line, column = self.place(start)
        end_line, end_column = self.place(end)
        return Span(start, end, line, column, end_line, end_column)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int) -> int:
        """Where line `line` (from 1) begins; the end of the text for the line after the last."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self._text)

    def offset_of_byte(self, line: int, column: int) -> int:
        """Where the character stands that begins `column` bytes of UTF-8 (from 0) into line `line`: so `ast` counts."""
        text = self.line(line)
        return self.offset(line) + (column if text.isascii() else len(text.encode()[:column].decode()))

    def line(self, line: int) -> str:
        """The text of line `line` (from 1) without its line end; empty past the end of the file."""
        if not 1 <= line <= len(self._starts):
            return ""
        return self._text[self.offset(line) : self.offset(line + 1)].rstrip("\r\n")
