"""Which findings a run speaks of."""

import os
from pathlib import Path

import pytest

from inheritlint import rules
from inheritlint.findings import Finding, Fix, Safety, Severity, Span
from inheritlint.pipeline.codes import known_codes, selector
from inheritlint.pipeline.selection import is_fixable, is_selected, regarded, report_filter
from inheritlint.pipeline.settings import Settings, merge


def settings(*layers: dict[str, object], root: str = "/project") -> Settings:
    result = Settings()
    for layer in layers:
        result = merge(result, layer, root)
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
    assert report_filter(settings(*layers), "/project/a.py")(finding("INH901")) is said


def test_least_severity() -> None:
    wanted = report_filter(settings({"min-severity": "warning"}), "/project/a.py")
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
    root = os.path.abspath("/project")  # noqa: PTH100 - as the command has it, of a drive on Windows
    ignoring = settings({"per-file-ignores": {pattern: ["INH1"]}}, root=root)
    wanted = report_filter(ignoring, os.path.abspath(path))  # noqa: PTH100
    assert wanted(finding("INH101")) is not silent
    assert wanted(finding("INH901"))


def test_codes_are_known_without_loading_a_rule() -> None:
    modules = Path(rules.__path__[0]).glob("inh*.py")
    assert list(known_codes()) == sorted(module.name[:6].upper() for module in modules)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ALL", "ALL"),
        ("INH", "INH"),
        ("INH9", "INH9"),
        ("INH901", "INH901"),
        ("inh901", "INH901"),
        ("Inh", "INH"),
        ("all", "ALL"),
        ("close-fds-false", "INH301"),
        ("Close-Fds-False", "INH301"),
    ],
)
def test_codes_their_beginnings_and_names_select(word: str, meant: str) -> None:
    assert selector(word) == meant


@pytest.mark.parametrize("word", ["", "I", "IN", "INH8", "INH9012", "E501", "close-fds", "close_fds_false"])
def test_other_words_do_not(word: str) -> None:
    assert selector(word) is None


@pytest.mark.parametrize(
    ("layers", "fixed"),
    [
        ([], True),
        ([{"fixable": ["INH101"]}], True),
        ([{"fixable": ["INH3"]}], False),
        ([{"unfixable": ["INH101"]}], False),
        ([{"fixable": ["ALL"], "unfixable": ["INH1"]}], False),
        ([{"fixable": ["INH101"], "unfixable": ["INH1"]}], True),
        ([{"unfixable": ["INH101"]}, {"select": ["INH1"]}], False),
        ([{"unfixable": ["INH101"]}, {"fixable": ["INH1"]}], True),
        ([{"fixable": ["INH1"]}, {"unfixable": ["INH101"]}], False),
    ],
)
def test_which_findings_may_be_fixed(layers: list[dict[str, object]], fixed: bool) -> None:
    assert is_fixable(settings(*layers), "INH101") is fixed


@pytest.mark.parametrize(
    ("layer", "own", "regarded_as"),
    [
        ({}, Safety.SAFE, Safety.SAFE),
        ({"extend-safe-fixes": ["INH3"]}, Safety.UNSAFE, Safety.UNSAFE),
        ({"extend-safe-fixes": ["INH101"]}, Safety.UNSAFE, Safety.SAFE),
        ({"extend-unsafe-fixes": ["ALL"]}, Safety.SAFE, Safety.UNSAFE),
        ({"extend-unsafe-fixes": ["INH1"], "extend-safe-fixes": ["INH101"]}, Safety.UNSAFE, Safety.SAFE),
        ({"extend-unsafe-fixes": ["INH1"], "extend-safe-fixes": ["INH1"]}, Safety.SAFE, Safety.UNSAFE),
        ({"extend-safe-fixes": ["ALL"]}, Safety.DISPLAY, Safety.DISPLAY),
    ],
)
def test_how_far_a_fix_is_trusted(layer: dict[str, object], own: Safety, regarded_as: Safety) -> None:
    fix = regarded(settings(layer))(finding("INH101")._replace(fix=Fix((), own, "Do it"))).fix
    assert fix is not None and fix.safety is regarded_as


def test_what_may_not_be_fixed_has_no_fix() -> None:
    fixed = finding("INH101")._replace(fix=Fix((), Safety.SAFE, "Do it"))
    assert regarded(settings({"unfixable": ["INH101"]}))(fixed).fix is None


def test_per_file_ignores_are_replaced_by_the_command_line_and_extended_by_their_twin() -> None:
    layers = [{"per-file-ignores": {"a.py": ["INH101"]}}, {"extend-per-file-ignores": {"a.py": ["INH102"]}}]
    wanted = report_filter(settings(*layers), "/project/a.py")
    assert not wanted(finding("INH101")) and not wanted(finding("INH102")) and wanted(finding("INH103"))
    replaced = report_filter(settings(*layers, {"per-file-ignores": {"a.py": ["INH103"]}}), "/project/a.py")
    assert replaced(finding("INH101")) and not replaced(finding("INH102")) and not replaced(finding("INH103"))
