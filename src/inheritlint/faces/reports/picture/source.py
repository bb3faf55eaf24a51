"""Lines of source as HTML, with what is found highlighted."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from inheritlint.faces.reports.escaping import plain
from inheritlint.findings import Finding, LineTable

#: Characters of a line that are shown.
_LONGEST = 240


def source_lines(lines: LineTable, rows: Sequence[int], findings: Sequence[Finding]) -> Iterator[str]:
    """Each line of `rows` as one element; one before which some are left out says so in its class."""
    found: dict[int, list[Finding]] = {}
    shown = set(rows)
    for each in findings:
        for number in shown.intersection(range(each.span.line, each.span.end_line + 1)):
            found.setdefault(number, []).append(each)
    for place, number in enumerate(rows):
        gap = " after-gap" if place and rows[place - 1] != number - 1 else ""
        yield f'<span class="line{gap}" data-line="{number}">{_marked(lines, number, found.get(number, []))}</span>'


def _marked(lines: LineTable, number: int, findings: Sequence[Finding]) -> str:
    line = lines.line(number)
    shown = line[:_LONGEST]
    stretches = [(*_stretch(shown, number, each), each) for each in findings]
    edges = sorted({0, len(shown)} | {edge for start, end, _ in stretches for edge in (start, end)})
    pieces = []
    for start, end in pairwise(edges):
        over = [each.severity for first, last, each in stretches if first <= start < last]
        text = escape(plain(shown[start:end]))
        pieces.append(f'<mark class="{max(over, key=lambda each: each.rank)}">{text}</mark>' if over else text)
    return "".join(pieces) + ("…" if len(line) > len(shown) else "")


def _stretch(shown: str, number: int, finding: Finding) -> tuple[int, int]:
    """Where in the line the finding is; both alike where it is not."""
    span = finding.span
    if not span.line <= number <= span.end_line:
        return 0, 0
    start = span.column - 1 if number == span.line else len(shown) - len(shown.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(shown)
    return min(start, len(shown)), max(min(start, len(shown)), min(end, len(shown)))
