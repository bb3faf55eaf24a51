"""Offsets in a text to positions in the editor's encoding, and back."""

from lsprotocol import types

from inheritlint.findings import LineTable, Span

#: How many code units a character takes in each encoding that LSP knows.
_UNITS = {
    types.PositionEncodingKind.Utf8: lambda text: len(text.encode("utf-8", "surrogatepass")),
    types.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    types.PositionEncodingKind.Utf32: len,
}


class Places:
    """The places of one document, whose `text` is as the editor has it; positions are in `encoding`.

    Findings count from behind a byte order mark, the editor counts it as a character of its first line.
    """

    def __init__(self, text: str, encoding: types.PositionEncodingKind | str | None) -> None:
        self.text = text
        self.lines = LineTable(text)
        self.mark = len(text) - len(text.removeprefix("\ufeff"))
        self._units = _UNITS[types.PositionEncodingKind(encoding or types.PositionEncodingKind.Utf16)]

    def position(self, offset: int) -> types.Position:
        """The position of the character at `offset`, counted from behind the byte order mark."""
        line, column = self.lines.place(offset + self.mark)
        return types.Position(line - 1, self._units(self.lines.line(line)[: column - 1]))

    def range(self, start: int, end: int) -> types.Range:
        """The range from `start` to `end`."""
        return types.Range(self.position(start), self.position(end))

    def span(self, span: Span) -> types.Range:
        """The range of a finding's span."""
        return self.range(span.start, span.end)

    def offset(self, position: types.Position) -> int:
        """The offset of the character at `position`; one past the end of a line is its end."""
        line = self.lines.line(position.line + 1)
        column = 0
        while column < len(line) and self._units(line[: column + 1]) <= position.character:
            column += 1
        return self.lines.offset(position.line + 1) + column - self.mark
