"""SARIF 2.1.0, which code scanning reads: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

from inheritlint import __version__
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.places import Root
from inheritlint.faces.reports.sarif_places import SOURCE_ROOT, Artifact
from inheritlint.faces.reports.sarif_rules import LEVELS, descriptor
from inheritlint.findings import PAGES, Finding, Fix, LineTable, Safety
from inheritlint.pipeline.baseline.identity import fingerprints, identities
from inheritlint.pipeline.outcome import Outcome
from inheritlint.pipeline.registry import all_rules
from inheritlint.pipeline.rewriting import in_newlines_of

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

#: GitHub refuses a file with more results than this, or one that is larger than this when it is compressed.
MOST_RESULTS, MOST_BYTES = 25_000, 10_000_000
#: A fix of more characters is left out, each edit counted as so many: it moves half a file, and many of them would be
#: many times the file.
_LARGEST_FIX, _EDIT = 20_000, 100

#: Ours: GitHub's own name for it would keep its uploader from adding the one that it matches alerts by.
_FINGERPRINT = "inheritlintIdentity/v1"

_LOOKS_LIKE_A_LINK = re.compile(r"(?<!\\)\[(?=[^\[\]]*\]\()")


def report(checked: Checked) -> str:
    """All findings, those of the highest severity first, and those that a comment suppresses, as such; pure ASCII.

    Where GitHub would take no more the least severe are left out, and a notification says how many."""
    results = list(_results(checked))
    results.sort(key=lambda ranked: ranked[0])
    kept = [result for _, result in results[:MOST_RESULTS]]
    while True:
        text = json.dumps(_log(checked, kept, len(results) - len(kept)))
        # What is not even larger before it is compressed need not be.
        if len(text) <= MOST_BYTES or len(gzip.compress(text.encode(), 6)) <= MOST_BYTES or not kept:
            return text
        kept = kept[: len(kept) * 3 // 4]


def _log(checked: Checked, results: list[dict[str, Any]], left_out: int) -> dict[str, Any]:
    rules = all_rules()
    fired = sorted({result["ruleId"] for result in results})
    for result in results:
        result["ruleIndex"] = fired.index(result["ruleId"])
    driver = {
        "name": "inheritlint",
        "semanticVersion": __version__,
        "informationUri": PAGES.removesuffix("rules/"),
        "rules": [descriptor(rules[code]) for code in fired],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(checked, left_out)],
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {SOURCE_ROOT: {"description": {"text": "The top of the repository."}}},
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(checked: Checked, left_out: int) -> dict[str, Any]:
    problems = [*checked.problems, *(each for outcome in checked.outcomes for each in outcome.problems)]
    notifications = [{"level": "error", "message": _message(problem)} for problem in problems]
    if left_out:
        sentence = f"{left_out} findings of the lowest severity omitted: GitHub accepts no more"
        notifications.append({"level": "warning", "message": _message(sentence)})
    return {"executionSuccessful": not problems, "toolExecutionNotifications": notifications}


Ranked = tuple[tuple[int, str, tuple[int, ...]], dict[str, Any]]


def _results(checked: Checked) -> Iterator[Ranked]:
    """Every result, with what it is ordered by: its severity, its file, its place."""
    root = Root()
    for outcome in checked.outcomes:
        findings = (*outcome.findings, *outcome.known, *outcome.silenced)
        if not findings:
            continue
        lines = LineTable(outcome.source.text) if outcome.source else None
        artifact = Artifact(root, outcome.path, lines)
        known = identities(root.shown(outcome.path), outcome.source, findings)
        for place, fingerprint in enumerate(fingerprints(known, with_path=False)):
            finding = findings[place]
            result = _result(outcome, artifact, finding, fingerprint)
            if checked.compared:  # where one result says it, all of them do
                result["baselineState"] = "new" if place < len(outcome.findings) else "unchanged"
            if place >= len(findings) - len(outcome.silenced):
                result["suppressions"] = [{"kind": "inSource"}]
            yield (-finding.severity.rank, outcome.path, finding.span), result


def _result(outcome: Outcome, artifact: Artifact, finding: Finding, fingerprint: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [artifact.place(finding.span)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.paths:
        result["relatedLocations"] = [
            {"id": number, **artifact.place(step.span), "message": _message(step.message)}
            for number, step in enumerate((*finding.trace, *finding.other_path))
        ]
        result["codeFlows"] = list(_flows(artifact, finding))
    if finding.fix and _is_shown(finding.fix) and outcome.source:
        result["fixes"] = [_fix(outcome, artifact, finding.fix)]
    return result


def _flows(artifact: Artifact, finding: Finding) -> Iterator[dict[str, Any]]:
    for path in finding.paths:
        steps = [{**artifact.place(step.span), "message": _message(step.message)} for step in path]
        locations = [{"location": step, "executionOrder": order} for order, step in enumerate(steps, 1)]
        yield {"threadFlows": [{"locations": locations}]}


def _is_shown(fix: Fix) -> bool:
    """Whether readers may be offered the fix."""
    return (
        fix.safety in (Safety.SAFE, Safety.UNSAFE) and sum(len(edit.text) + _EDIT for edit in fix.edits) <= _LARGEST_FIX
    )


def _fix(outcome: Outcome, artifact: Artifact, fix: Fix) -> dict[str, Any]:
    assert outcome.source is not None
    assert artifact.lines is not None
    replacements = [
        {
            "deletedRegion": artifact.region(artifact.lines.span(edit.start, edit.end)),
            "insertedContent": {"text": edit.text},
        }
        for edit in in_newlines_of(outcome.source, fix.edits)
    ]
    how = " It may change what the program does." if fix.safety is Safety.UNSAFE else ""
    return {
        "description": {"text": _message(fix.message)["text"] + how},
        "artifactChanges": [{"artifactLocation": artifact.location, "replacements": replacements}],
    }


def _message(sentence: str) -> dict[str, str]:
    """A sentence with a full stop, in which nothing is taken for a link."""
    text = _LOOKS_LIKE_A_LINK.sub(r"\\[", sentence)
    return {"text": text if text.endswith((".", "!", "?")) else f"{text}."}
