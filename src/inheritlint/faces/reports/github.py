"""Workflow commands: GitHub shows each finding beside its line."""

import os
from collections.abc import Iterable, Iterator

from inheritlint.faces.reports.plain import plain
from inheritlint.findings import Finding, Severity
from inheritlint.pipeline.outcome import Outcome

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.CONVENTION: "notice"}


def report(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """One command a finding, as ruff writes it."""
    for outcome in outcomes:
        for finding in outcome.findings:
            yield _command(outcome.path, finding)


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
