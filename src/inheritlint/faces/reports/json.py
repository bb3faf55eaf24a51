"""The array that ruff prints, with `name`, `severity` and `trace` beside what ruff knows."""

import json
import os
from collections.abc import Iterable
from typing import Any

from inheritlint.findings import Finding, Fix, LineTable, Span, Step, page_of
from inheritlint.pipeline.outcome import Outcome


def report(outcomes: Iterable[Outcome]) -> str:
    """All findings as one JSON array; pure ASCII, so that no name or message can break its reader."""
    return json.dumps([each for outcome in outcomes for each in _findings(outcome)], indent=2, sort_keys=True)


def _findings(outcome: Outcome) -> list[dict[str, Any]]:
    if not outcome.findings:
        return []
    lines = LineTable(outcome.source.text) if outcome.source else None
    return [_finding(outcome, finding, lines) for finding in outcome.findings]


def _finding(outcome: Outcome, finding: Finding, lines: LineTable | None) -> dict[str, Any]:
    return {
        "cell": None,
        "code": finding.code,
        "filename": outcome.path if outcome.path == "-" else os.path.abspath(outcome.path),  # noqa: PTH100
        "fix": _fix(finding.fix, lines) if finding.fix and lines else None,
        "message": finding.message,
        "name": finding.name,
        "noqa_row": _noqa_row(outcome, finding),
        "severity": str(finding.severity),
        "role": finding.role,
        "trace": [_step(step) for step in finding.trace],
        "other_path": [_step(step) for step in finding.other_path],
        "url": page_of(finding.code),
        **_places(finding.span),
    }


def _step(step: Step) -> dict[str, Any]:
    return {**_places(step.span), "message": step.message, "role": step.role}


def _noqa_row(outcome: Outcome, finding: Finding) -> int | None:
    from inheritlint.pipeline.suppressions import noqa_row

    return noqa_row(outcome.source, finding) if outcome.source else None


def _fix(fix: Fix, lines: LineTable) -> dict[str, Any]:
    edits = [
        {
            "content": edit.text,
            "location": _place(*lines.place(edit.start)),
            "end_location": _place(*lines.place(edit.end)),
        }
        for edit in fix.edits
    ]
    return {"applicability": str(fix.safety), "edits": edits, "message": fix.message}


def _places(span: Span) -> dict[str, Any]:
    return {"location": _place(span.line, span.column), "end_location": _place(span.end_line, span.end_column)}


def _place(row: int, column: int) -> dict[str, int]:
    return {"row": row, "column": column}
