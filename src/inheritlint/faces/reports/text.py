"""Findings for people: `full` with the source beside them, `concise` one a line."""

from collections.abc import Iterable, Iterator

from inheritlint.faces.reports.colors import Paint, Role, colourless
from inheritlint.faces.reports.escaping import plain
from inheritlint.faces.reports.excerpt import empty_row, excerpt
from inheritlint.findings import Finding, Fix, LineTable, Safety
from inheritlint.pipeline.outcome import Outcome

_HOW = {Safety.SAFE: " (fixable with `--fix`)", Safety.UNSAFE: " (fixable with `--fix --unsafe-fixes`)"}


def full(outcomes: Iterable[Outcome], paint: Paint = colourless, *, unsafe: bool = False) -> Iterator[str]:
    """Every finding with its source line, the steps that led to it and its remedy; an empty line after each."""
    for outcome in outcomes:
        lines = LineTable(outcome.source.text) if outcome.source else None
        for finding in outcome.findings:
            yield "\n".join(_full_report(outcome.path, finding, lines, paint, unsafe)) + "\n"


def concise(outcomes: Iterable[Outcome], paint: Paint = colourless, *, unsafe: bool = False) -> Iterator[str]:
    """Every finding in one line: `path:row:column: CODE message`."""
    for outcome in outcomes:
        for finding in outcome.findings:
            yield f"{_place(outcome.path, finding)}: {_headline(finding, paint, unsafe)}"


def grouped(outcomes: Iterable[Outcome], paint: Paint = colourless, *, unsafe: bool = False) -> Iterator[str]:
    """The findings of each file below its name, a line each, and an empty line after them."""
    for outcome in outcomes:
        if outcome.findings:
            places = [f"{finding.span.line}:{finding.span.column}" for finding in outcome.findings]
            width = max(map(len, places))
            yield f"{paint(plain(outcome.path), Role.MESSAGE)}:"
            for place, finding in zip(places, outcome.findings, strict=True):
                yield f"  {place:<{width}} {_headline(finding, paint, unsafe)}"
            yield ""


def _full_report(path: str, finding: Finding, lines: LineTable | None, paint: Paint, unsafe: bool) -> Iterator[str]:
    steps = (*finding.trace, *finding.other_path)
    spans = [finding.span, *(step.span for step in steps)]
    gutter = len(str(max(span.end_line for span in spans)))
    yield _headline(finding, paint, unsafe)
    yield f"{' ' * gutter}{paint('-->', Role.FRAME)} {_place(path, finding)}"
    if lines:
        yield empty_row(gutter, paint)
        yield from excerpt(lines, finding.span, gutter, paint, "^", Role.MARK)
    shown = finding.span
    for step in steps:
        yield f"{paint('note:', Role.STEP)} line {step.span.line}: {plain(step.message)}"
        if lines and step.span != shown:
            yield from excerpt(lines, step.span, gutter, paint, "-", Role.STEP)
        shown = step.span
    if finding.fix:
        yield f"{paint('help:', Role.REMEDY)} {_remedy(finding.fix)}"


def _headline(finding: Finding, paint: Paint, unsafe: bool) -> str:
    fixable = f" [{paint('*', Role.FIXABLE)}]" if finding.is_fixable(unsafe) else ""
    return f"{paint(finding.code, Role.CODE)}{fixable} {paint(plain(finding.message), Role.MESSAGE)}"


def _place(path: str, finding: Finding) -> str:
    return f"{plain(path)}:{finding.span.line}:{finding.span.column}"


def _remedy(fix: Fix) -> str:
    return f"{plain(fix.message)}{_HOW.get(fix.safety, '')}"
