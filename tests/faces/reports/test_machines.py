"""Reports for GitLab, for JUnit's readers and for GitHub's log, each as its reader takes it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml

from inheritlint.faces.reports import github, gitlab, junit
from inheritlint.faces.reports.checked import Checked
from inheritlint.findings import Finding, LineTable, Severity
from inheritlint.pipeline.checking import check_data
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.settings import Settings
from inheritlint.source.reading import Unreadable, decode

LEAK = "import os\n\n\ndef start(reader):\n    os.set_inheritable(reader, True)\n    os.system('x')\n"
NASTY = "\x1b]0;owned\x07\r\u202e\udcff<&\"'>]]>\ufffe"


def check(path: str, text: str) -> Outcome:
    return check_data(path, text.encode(), Settings(cache=False), Mode.REPORT, False)


def outcome_of(*severities: Severity, path: str = "a.py", message: str = "wrong") -> Outcome:
    """A file with one finding of each of `severities`, a line each."""
    text = "bad\n" * len(severities)
    lines = LineTable(text)
    findings = tuple(
        Finding("INH201", "a-name", severity, message, lines.span(4 * place, 4 * place + 3))
        for place, severity in enumerate(severities)
    )
    source = decode(path, text.encode())
    assert not isinstance(source, Unreadable)
    return Outcome(path, findings, source)


# GitLab


def degradations(report: str) -> dict[str, dict[str, Any]]:
    """What GitLab keeps of a report: it stops at the first issue that lacks something, and of two with one fingerprint
    it keeps the last."""
    kept = {}
    for issue in json.loads(report):
        shape = {key: type(issue.get(key)) for key in ("description", "fingerprint", "severity", "location")}
        if shape != {"description": str, "fingerprint": str, "severity": str, "location": dict}:
            break
        if not isinstance(issue["location"]["path"], str) or not isinstance(issue["location"]["lines"]["begin"], int):
            break
        kept[issue["fingerprint"]] = issue
    return kept


def test_gitlab_keeps_every_finding() -> None:
    outcomes = [outcome_of(*[Severity.ERROR] * 20), outcome_of(*[Severity.WARNING] * 20, path="b.py")]
    kept = degradations(gitlab.report(Checked(outcomes)))
    assert len(kept) == 40
    assert {issue["check_name"] for issue in kept.values()} == {"INH201"}
    assert {issue["severity"] for issue in kept.values()} <= {"info", "minor", "major", "critical", "blocker"}


def test_gitlab_takes_a_finding_that_moved_for_the_same() -> None:
    before = degradations(gitlab.report(Checked([check("a.py", LEAK)])))
    after = degradations(gitlab.report(Checked([check("a.py", "# a comment\n" * 30 + LEAK)])))
    assert list(before) == list(after)
    assert list(before) != list(degradations(gitlab.report(Checked([check("b.py", LEAK)]))))
    (issue,) = after.values()
    assert issue["location"]["lines"] == {"begin": 35, "end": 35}


def test_gitlab_paths_are_relative_to_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    (issue,) = degradations(gitlab.report(Checked([check("./a.py", LEAK)]))).values()
    assert issue["location"]["path"] == "inner/a.py"


# JUnit


def test_junit_is_read_back_by_junitparser() -> None:
    outcomes = [check("src/a.py", LEAK * 2), check("clean.py", "x = 1\n"), check("src/b.py", LEAK)]
    suites = list(JUnitXml.fromstring(junit.report(Checked(outcomes)).encode()))
    assert [suite.name for suite in suites] == ["src/a.py", "src/b.py"]
    assert [suite.tests for suite in suites] == [suite.failures for suite in suites] == [2, 1]
    for case in (case for suite in suites for case in suite):
        assert case.classname
        (failure,) = case.result
        assert isinstance(failure, Failure)
        assert failure.message.startswith("INH201 ")
        assert re.search(r"src/[ab]\.py:\d+:5: INH201", failure.text)


def test_junit_says_that_nothing_was_found() -> None:
    (suite,) = JUnitXml.fromstring(junit.report(Checked([check("clean.py", "x = 1\n")])).encode())
    (case,) = suite
    assert (suite.tests, suite.failures, case.is_passed) == (1, 0, True)
    assert case.classname


def test_junit_tells_what_could_not_be_analysed_from_what_was_found() -> None:
    (suite,) = JUnitXml.fromstring(junit.report(Checked([check("a.py", "import os\nos.set_inheritable(\n")])).encode())
    (case,) = suite
    assert isinstance(case.result[0], Error)
    assert (suite.errors, suite.failures) == (1, 0)


def test_junit_is_xml_whatever_a_name_holds() -> None:
    report = junit.report(Checked([outcome_of(Severity.ERROR, path=f"{NASTY}.py", message=NASTY)]))
    (suite,) = JUnitXml.fromstring(report.encode())
    (case,) = suite
    assert "owned" in case.result[0].message
    assert all(character.isprintable() or character == "\n" for character in report)


def test_junit_has_a_class_name_for_every_path() -> None:
    for path in ("-", "/", "..py", "../../a.py", ".hidden/x", "a.b/c.py"):
        (suite,) = JUnitXml.fromstring(junit.report(Checked([outcome_of(Severity.ERROR, path=path)])).encode())
        assert all(case.classname for case in suite)


# GitHub's log


def levels(report: list[str]) -> list[str]:
    return [command.removeprefix("::").partition(" ")[0] for command in report]


def test_github_is_told_the_most_severe_first() -> None:
    outcomes = [
        outcome_of(Severity.CONVENTION, Severity.WARNING, Severity.ERROR),
        outcome_of(Severity.WARNING, Severity.ERROR, path="b.py"),
    ]
    report = list(github.report(outcomes))
    assert levels(report) == ["error", "error", "warning", "warning", "notice"]
    assert ["a.py:3" in report[0], "b.py:2" in report[1], "a.py:2" in report[2]] == [True, True, True]


def test_github_is_told_the_total_where_it_does_not_show_all() -> None:
    report = list(github.report([outcome_of(*[Severity.WARNING] * 11, Severity.ERROR, Severity.CONVENTION)]))
    total = "Found 13 problems (1 error, 11 warnings, 1 convention). "
    assert report[0].startswith(f"::notice title=inheritlint::{total}")
    assert len(report) == 14
    # It takes the place of no finding: where ten notices are shown, it is no command.
    report = list(github.report([outcome_of(*[Severity.CONVENTION] * 11)]))
    assert report[0].startswith("Found 11 problems (11 conventions). ")
    assert levels(report)[1:] == ["notice"] * 11
    assert len(list(github.report([outcome_of(*[Severity.WARNING] * 10)]))) == 10
