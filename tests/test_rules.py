"""What must hold of every rule: no rule has a test file of its own."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from inheritlint.declaration import Rule, Safety
from inheritlint.faces.cli.entry import main
from inheritlint.findings import Finding
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes
from inheritlint.pipeline.registry import all_rules

FIXTURES = Path(__file__).parent.parent / "fixtures"
TARGET = Target()
RULES = pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.code)
FOLDERS = sorted(path for path in FIXTURES.iterdir() if path.is_dir())
CASES = sorted(path for path in FIXTURES.glob("*/*.py") if path.name.startswith(("report", "silent")))
REPORTS = [path for path in CASES if path.name.startswith("report")]

_MARKER = re.compile(r"# ((?:INH\d{3}\b[ ,]*)+)\s*$")
_LINE_END = re.compile(r"\r\n|\r|\n")


def named(path: Path) -> str:
    return f"{path.parent.name[:6]}/{path.name}"


def marked(data: bytes) -> Counter[tuple[int, str]]:
    """(line, code) of every marker in a fixture."""
    found: Counter[tuple[int, str]] = Counter()
    for number, line in enumerate(_LINE_END.split(data.decode("utf-8", "replace")), 1):
        if match := _MARKER.search(line):
            found.update((number, code) for code in re.findall(r"INH\d{3}", match[1]))
    return found


def found_in(text: str) -> list[Finding]:
    return list(analyse("example.py", text.encode(), TARGET).findings)


def everything(finding: Finding) -> bool:
    return True


@RULES
def test_the_rule_and_its_fixture_folder_share_a_name(rule: Rule[Any]) -> None:
    folder = FIXTURES / rule.module
    names = {path.name for path in folder.iterdir()}
    assert any(name.startswith("report") for name in names), "no case that is reported"
    assert any(name.startswith("silent") for name in names), "no case that stays silent"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_fixture_folder_has_a_rule(folder: Path) -> None:
    assert folder.name in {rule.module for rule in all_rules().values()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_more_is_silent_than_reported(folder: Path) -> None:
    if folder.name.startswith("inh901"):
        pytest.skip("a file that cannot be read has one case only")
    lengths = Counter(path.name[:6] for path in folder.glob("*.py") for _ in path.read_bytes().splitlines())
    assert lengths["silent"] > lengths["report"]


@RULES
def test_the_documented_pair_is_true(rule: Rule[Any]) -> None:
    assert [finding.code for finding in found_in(rule.example)] == [rule.code]
    assert found_in(rule.fixed_example) == []


@RULES
def test_fixing_the_bad_example_gives_the_good_one(rule: Rule[Any]) -> None:
    if rule.safety in (Safety.NONE, Safety.DISPLAY):
        assert all(finding.fix is None for finding in found_in(rule.example))
        return
    mended = apply_fixes("example.py", rule.example.encode(), TARGET, everything, True)
    assert mended.error is None
    assert mended.data.decode() == rule.fixed_example


@RULES
def test_the_page_says_what_and_why(rule: Rule[Any]) -> None:
    assert re.fullmatch(r"INH\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.name)
    assert rule.summary.endswith(".") and len(rule.summary) > 30
    assert rule.references
    assert set(rule.supersedes) <= all_rules().keys()


@pytest.mark.parametrize("path", REPORTS, ids=named)
def test_messages_name_culprit_and_remedy(path: Path) -> None:
    for finding in analyse(str(path), path.read_bytes(), TARGET).findings:
        assert not finding.message.endswith(".")
        assert "{" not in finding.message
        assert finding.message[0] == "`" or finding.message[0].islower()
        if finding.fix is not None:
            trust = [Safety.SAFE, Safety.UNSAFE, Safety.DISPLAY, Safety.NONE]
            assert trust.index(finding.fix.safety) >= trust.index(all_rules()[finding.code].safety)
            assert finding.fix.message[0].isupper() and not finding.fix.message.endswith(".")


@pytest.mark.parametrize("path", CASES, ids=named)
def test_findings_are_exactly_the_marked_lines(path: Path) -> None:
    data = path.read_bytes()
    found = Counter((finding.span.line, finding.code) for finding in analyse(str(path), data, TARGET).findings)
    assert found == marked(data)


@pytest.mark.parametrize("path", REPORTS, ids=named)
def test_fixed_is_what_all_fixes_leave(path: Path, bless: bool) -> None:
    if path.parent.name.startswith("inh901"):
        pytest.skip("a file that does not parse has no fix")
    mended = apply_fixes(str(path), path.read_bytes(), TARGET, everything, True)
    blessed = path.with_name(path.name.replace("report", "fixed", 1))
    if bless:
        blessed.write_bytes(mended.data)
    assert blessed.read_bytes() == mended.data, "stale: run `pytest --bless` and read the difference"
    again = apply_fixes(str(path), mended.data, TARGET, everything, True)
    assert again.data == mended.data, "a second run changes something"


@pytest.mark.parametrize("path", REPORTS, ids=named)
def test_report_is_what_the_user_reads(
    path: Path, bless: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(path.parent)
    main(["--isolated", "--quiet", "--jobs", "1", path.name])
    output = capsys.readouterr().out.encode()
    blessed = path.with_suffix(".txt")
    if bless:
        blessed.write_bytes(output)
    assert blessed.read_bytes() == output, "stale: run `pytest --bless` and read the difference"
