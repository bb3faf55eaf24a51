"""One file from bytes to findings: the few lines that are the linter."""

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from inheritlint.findings import Finding
from inheritlint.pipeline.codes import FILE_NOT_CHECKED
from inheritlint.source.prefilter import may_be_relevant, may_contain_suppression
from inheritlint.source.reading import SourceFile, Unreadable, decode

if TYPE_CHECKING:
    from inheritlint.events.event import Event
    from inheritlint.interpreter.target import Target
    from inheritlint.source.nesting import Parsed


class Analysis(NamedTuple):
    """All findings of all rules in one file, in source order; `source` is None where it could not be decoded."""

    source: SourceFile | None
    findings: tuple[Finding, ...]


def analyse(
    path: str,
    data: bytes | Unreadable,
    target: "Target",
    *,
    cached: bool = False,
    known: "Parsed | None" = None,
    with_fixes: bool = True,
) -> Analysis:
    """What every rule finds in the file at `path`, whose content is `data`. Nothing is selected or suppressed here.
    `cached` says that the answer may be known from before, and is kept; `known` is what `ast` made of the file.
    Without fixes the findings come sooner, unless they are kept, which they are with their fixes."""
    if isinstance(data, bytes) and not may_be_relevant(data, stdio_server=target.stdio_server):
        return _suppressions_of(path, data)
    source = data if isinstance(data, Unreadable) else decode(path, data)
    if isinstance(source, Unreadable):
        return Analysis(None, tuple(_run_rules(_not_checked(source.reason, source.line, ""))))
    return Analysis(source, _known(source, target) if cached else _found(source, target, known, with_fixes))


def prepare() -> None:
    """Load LibCST and the rules, which takes longer than most files take to check: only a concerned file needs them."""
    from inheritlint.source.loading import load_libcst

    load_libcst()
    from inheritlint.events import collect  # noqa: F401
    from inheritlint.pipeline.registry import all_rules

    all_rules()


def _known(source: SourceFile, target: "Target") -> tuple[Finding, ...]:
    """All findings in `source`, from before where nothing has changed."""
    from inheritlint.pipeline.known_findings import findings_at, place_of

    place = place_of(os.path.basename(source.path), source.data, target)  # noqa: PTH119 - paths are strings here
    findings = findings_at(place)
    if findings is None:
        findings = _found(source, target)
        if all(each.code != FILE_NOT_CHECKED for each in findings):  # what hindered us may be gone the next time
            place.write(findings)
    return findings


def _found(
    source: SourceFile, target: "Target", known: "Parsed | None" = None, with_fixes: bool = True
) -> tuple[Finding, ...]:
    """All findings in `source`, in its order; what would be said twice of one place is said once."""
    from inheritlint.source.stack import with_deep_stack

    findings = with_deep_stack(lambda: list(_findings(source, target, known, with_fixes)))
    said: dict[Finding, Finding] = {}
    for each in (*findings, *_unused(source, findings)):
        said.setdefault(each._replace(fix=None), each)
    return tuple(sorted(said.values(), key=lambda each: each.span))


def _suppressions_of(path: str, data: bytes) -> Analysis:
    """A file in which no rule can fire may still try to suppress one."""
    source = decode(path, data) if may_contain_suppression(data) else None
    return Analysis(source, tuple(_unused(source, []))) if isinstance(source, SourceFile) else Analysis(None, ())


def _unused(source: SourceFile, findings: list[Finding]) -> list[Finding]:
    """What is found of comments that suppress nothing, beside `findings`."""
    if not may_contain_suppression(source.data):
        return []
    from inheritlint.pipeline.suppressions import unused

    return list(_run_rules(unused(source, findings)))


def _findings(source: SourceFile, target: "Target", known: "Parsed | None", with_fixes: bool) -> Iterator[Finding]:
    from inheritlint.source.extraction import ParseError, extract

    try:
        piece = extract(source, stdio_server=target.stdio_server, known=known)
        if not piece.ranges:
            return iter(())
        prepare()
        from inheritlint.events.collect import collect_events
        from inheritlint.source.parsing import Tree

        events: Iterable[Event] = collect_events(Tree(source, piece), target)
    except ParseError as error:
        events = _not_checked(error.reason, error.line, source.text)
    except RecursionError:
        events = _not_checked("code is nested too deeply", 1, source.text)
    return _run_rules(events, with_fixes=with_fixes)


def _not_checked(reason: str, line: int, text: str) -> "list[Event]":
    from inheritlint.events.event import FileNotChecked
    from inheritlint.findings import LineTable, Span

    lines = LineTable(text)
    if line > len(lines):
        return [FileNotChecked(Span(0, 0, line, 1, line, 1), reason)]
    start = lines.offset(line)
    return [FileNotChecked(lines.span(start, start + len(lines.line(line))), reason)]


def _run_rules(events: "Iterable[Event]", *, with_fixes: bool = True) -> Iterator[Finding]:
    """What all rules say of `events`, without what a more specific rule says of the same place."""
    from inheritlint.pipeline.registry import all_rules

    for _, here in groupby(events, key=lambda event: event.span):
        asked = [(rule, event) for event in here for rule in all_rules().values()]
        reports = [(rule, each) for rule, event in asked for each in rule.findings(event, with_fixes=with_fixes)]
        superseded = {code for rule, _ in reports for code in rule.supersedes}
        reports.sort(key=lambda report: report[0].code)
        yield from (finding for rule, finding in reports if rule.code not in superseded)
