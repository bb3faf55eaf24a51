"""Which findings a run speaks of."""

from pathlib import Path

import pytest

from inheritlint import rules
from inheritlint.findings import Finding, Severity, Span
from inheritlint.pipeline.codes import is_selector, known_codes
from inheritlint.pipeline.selection import is_selected, predicate
from inheritlint.pipeline.settings import Settings, overlay


def settings(*layers: dict[str, object], root: str = "/project") -> Settings:
    result = Settings()
    for layer in layers:
        result = overlay(result, layer, root)
    return result


def finding(code: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, "name", severity, "message", Span(0, 1, 1, 1, 1, 2))


@pytest.mark.parametrize(
    ("layers", "runs"),
    [
        ([], True),
        ([{"select": ["INH101"]}], True),
        ([{"select": ["INH901"]}], False),
        ([{"select": []}], False),
        ([{"ignore": ["INH1"]}], False),
        ([{"select": ["INH1"], "ignore": ["INH101"]}], False),
        ([{"select": ["INH101"], "ignore": ["INH1"]}], True),
        ([{"select": ["INH101"], "ignore": ["INH101"]}], False),
        ([{"select": ["INH9"], "extend-select": ["INH1"]}], True),
        ([{"select": ["INH101"], "ignore": ["ALL"]}], True),
        ([{"select": ["ALL"], "ignore": ["INH"]}], False),
        # the command line above the file
        ([{"ignore": ["INH101"]}, {"select": ["INH1"]}], True),
        ([{"ignore": ["INH101"]}, {"extend-select": ["INH1"]}], True),
        ([{"ignore": ["INH101"]}, {"ignore": ["INH9"]}], False),
        ([{"select": ["INH101"]}, {"ignore": ["INH1"]}], False),
        ([{"select": ["INH101"]}, {"select": ["INH9"]}], False),
    ],
)
def test_most_precise_entry_decides(layers: list[dict[str, object]], runs: bool) -> None:
    assert is_selected(settings(*layers), "INH101") is runs


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([{"select": ["INH101"]}], True),
        ([{"ignore": ["ALL"]}], True),
        ([{"ignore": ["INH9"]}], True),
        ([{"min-severity": "error"}], True),
        ([{"ignore": ["INH901"]}], False),
        ([{"ignore": ["INH901"]}, {"ignore": ["INH1"]}], False),
        ([{"ignore": ["INH901"]}, {"select": ["INH"]}], True),
        ([{"per-file-ignores": {"a.py": ["INH901"]}}], False),
        ([{"per-file-ignores": {"a.py": ["ALL"]}}], True),
    ],
)
def test_not_analysed_is_said_unless_it_is_ignored_by_its_code(layers: list[dict[str, object]], said: bool) -> None:
    assert predicate(settings(*layers), "/project/a.py")(finding("INH901")) is said


def test_least_severity() -> None:
    wanted = predicate(settings({"min-severity": "warning"}), "/project/a.py")
    assert [wanted(finding("INH101", severity)) for severity in Severity] == [False, True, True]


@pytest.mark.parametrize(
    ("pattern", "path", "silent"),
    [
        ("a.py", "/project/deep/a.py", True),
        ("a.py", "/project/ba.py", False),
        ("tests/*", "/project/tests/x.py", True),
        ("tests/*", "/project/sub/tests/x.py", False),
        ("tests/", "/project/sub/tests/deep/x.py", True),
        ("**/tests/*.py", "/project/sub/tests/x.py", True),
        ("project/", "/project/x.py", False),
    ],
)
def test_per_file_ignores(pattern: str, path: str, silent: bool) -> None:
    wanted = predicate(settings({"per-file-ignores": {pattern: ["INH1"]}}), path)
    assert wanted(finding("INH101")) is not silent
    assert wanted(finding("INH901"))


def test_codes_are_known_without_loading_a_rule() -> None:
    modules = Path(rules.__path__[0]).glob("inh*.py")
    assert list(known_codes()) == sorted(module.name[:6].upper() for module in modules)


@pytest.mark.parametrize("word", ["ALL", "INH", "INH9", "INH901"])
def test_beginnings_of_codes_select(word: str) -> None:
    assert is_selector(word)


@pytest.mark.parametrize("word", ["", "I", "IN", "INH8", "INH9012", "inh", "E501", "all"])
def test_other_words_do_not(word: str) -> None:
    assert not is_selector(word)
