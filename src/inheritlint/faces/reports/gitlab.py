"""GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

import json
from typing import Any

from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.places import Root
from inheritlint.findings import Finding, Severity
from inheritlint.pipeline.baseline.identity import fingerprints, identities

_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.CONVENTION: "minor"}


def report(checked: Checked) -> str:
    """All findings as one JSON array of GitLab's subset of Code Climate's issues; pure ASCII.

    GitLab keeps one issue a fingerprint, and takes one that it has seen in the target branch for an old one: no two are
    equal, and none depends on a line."""
    root = Root()
    issues = []
    for outcome in checked.outcomes:
        path = root.shown(outcome.path)
        known = identities(path, outcome.source, outcome.findings)
        for finding, fingerprint in zip(outcome.findings, fingerprints(known, with_path=True), strict=True):
            issues.append(_issue(path, finding, fingerprint))
    return json.dumps(issues, indent=2)


def _issue(path: str, finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "check_name": finding.code,
        "description": f"{finding.code} {finding.message}",
        "fingerprint": fingerprint,
        "severity": _SEVERITY[finding.severity],
        "location": {"path": path, "lines": {"begin": finding.span.line, "end": finding.span.end_line}},
    }
