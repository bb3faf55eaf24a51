"""Lines of source with a span underlined."""

from collections.abc import Iterator

from inheritlint.faces.reports.colors import Paint, Role
from inheritlint.faces.reports.escaping import cells, plain
from inheritlint.findings import LineTable, Span

#: Lines of one span that are shown, and characters of one line.
_LINES = 6
_WIDTH = 200


def excerpt(lines: LineTable, span: Span, gutter: int, paint: Paint, mark: str, role: Role) -> Iterator[str]:
    """The lines of `span`, each above a row of `mark`s, with line numbers right-aligned in `gutter` columns."""
    last = min(span.end_line, span.line + _LINES - 1)
    for number in range(span.line, last + 1):
        line = lines.line(number)
        start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(line.rstrip())
        line, start, end = _cropped(line, start, max(start + 1, end))
        yield _row(paint, f"{number:>{gutter}}", plain(line))
        row = " " * cells(line[:start]) + paint(mark * max(1, cells(line[start:end])), role)
        yield _row(paint, " " * gutter, row)
    if last < span.end_line:
        yield _row(paint, "." * gutter, f"{span.end_line - last} more lines")


def empty_row(gutter: int, paint: Paint) -> str:
    """The frame alone."""
    return _row(paint, " " * gutter, "")


def _row(paint: Paint, number: str, text: str) -> str:
    return f"{paint(f'{number} |', Role.FRAME)} {text}".rstrip()


def _cropped(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A line that fits a screen, with the highlighted part in view."""
    if len(line) <= _WIDTH:
        return line, start, end
    first = max(0, min(start - _WIDTH // 4, len(line) - _WIDTH))
    return line[first : first + _WIDTH], start - first, min(end - first, _WIDTH)
