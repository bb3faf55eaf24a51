"""Workflow commands: GitHub shows each finding beside its line."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator

from inheritlint.faces.reports.escaping import plain
from inheritlint.faces.reports.summary import total
from inheritlint.findings import Finding, Severity
from inheritlint.pipeline.outcome import Outcome

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.CONVENTION: "notice"}


#: GitHub shows so many commands of one level in a step, and keeps the others in its log.
SHOWN = 10


def report(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """One command a finding, as ruff writes it, the most severe first; above them the total where GitHub does not show
    all of them. The total is a notice, unless it took the place of one that is shown: then it is a line of the log."""
    found = [(outcome.path, finding) for outcome in outcomes for finding in outcome.findings]
    found.sort(key=lambda each: -each[1].severity.rank)  # those of one severity stay in their order
    counts = Counter(finding.severity for _, finding in found)
    if any(count > SHOWN for count in counts.values()):
        sentence = f"{total([finding for _, finding in found])} GitHub displays {SHOWN} of each level; the log has all."
        yield sentence if counts[Severity.CONVENTION] >= SHOWN else f"::notice title=inheritlint::{_data(sentence)}"
    for path, finding in found:
        yield _command(path, finding)


def _command(path: str, finding: Finding) -> str:
    span = finding.span
    properties = {"title": f"inheritlint ({finding.code})", "file": os.path.abspath(path), "line": span.line}  # noqa: PTH100
    # GitHub refuses columns where a finding has several lines.
    properties |= {"col": span.column} if span.line == span.end_line else {}
    properties |= {"endLine": span.end_line}
    properties |= {"endColumn": span.end_column} if span.line == span.end_line else {}
    message = f"{path}:{span.line}:{span.column}: {finding.code} {finding.message}"
    if finding.fix:
        message += f"\n  help: {finding.fix.message}"
    inner = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_LEVEL[finding.severity]} {inner}::{_data(message)}"


def _data(text: str) -> str:
    return "%0A".join(plain(line).replace("%", "%25") for line in text.replace("\r\n", "\n").split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
