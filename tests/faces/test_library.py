"""inheritlint as a library: what the command says, from bytes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import inheritlint

LEAK = b"import os, subprocess\n\nos.pipe2(os.O_NONBLOCK)\n"
MARK = b"import os\n\nfd = os.open('x', os.O_RDONLY)\n"
ROOT = Path(__file__).parent.parent.parent


def codes(findings: list[inheritlint.Finding]) -> list[str]:
    return [each.code for each in findings]


def test_importing_it_loads_nothing() -> None:
    code = "import sys, inheritlint; print(*sorted(name for name in sys.modules if name.startswith('inheritlint')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == ["inheritlint"]


def test_every_public_name_is_there_and_documented() -> None:
    for name in inheritlint.__all__:
        assert getattr(inheritlint, name).__doc__, name
        assert name in dir(inheritlint)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'check'"):
        _ = inheritlint.check  # type: ignore[attr-defined]


def test_findings_are_in_source_order_with_their_places() -> None:
    findings = inheritlint.lint(LEAK + b"os.pipe2(0)\n")
    assert codes(findings) == ["INH103", "INH103"]
    assert [each.span.line for each in findings] == [3, 4]


def test_settings_select() -> None:
    assert codes(inheritlint.lint(MARK)) == ["INH101"]
    assert inheritlint.lint(MARK, settings=inheritlint.parse_settings({"ignore": ["INH101"]})) == []


def test_settings_of_some_files_go_by_the_path(tmp_path: Path) -> None:
    settings = inheritlint.parse_settings({"per-file-ignores": {"tests/": ["INH1"]}}, root=tmp_path)
    assert inheritlint.lint(MARK, path=tmp_path / "tests" / "a.py", settings=settings) == []
    assert codes(inheritlint.lint(MARK, path=tmp_path / "src" / "a.py", settings=settings)) == ["INH101"]


def test_a_comment_suppresses() -> None:
    assert inheritlint.lint(LEAK.replace(b")\n", b")  # noqa: INH103\n")) == []


@pytest.mark.parametrize("source", [b"def (:\n  os.pipe2\n", b"\xff os.pipe2", b"os.pipe2\0"])
def test_what_cannot_be_read_is_a_finding(source: bytes) -> None:
    assert codes(inheritlint.lint(source)) == ["INH901"]


def test_text_is_refused() -> None:
    with pytest.raises(TypeError, match="source must be bytes, not str"):
        inheritlint.lint("import os")  # type: ignore[arg-type]


def test_an_internal_error_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("unlucky")

    monkeypatch.setattr("inheritlint.pipeline.analysis.analyse", fails)
    (finding,) = inheritlint.lint(LEAK)
    assert finding.code == "INH901"
    assert "ZeroDivisionError: unlucky" in finding.message
    assert inheritlint.fix(LEAK).source == LEAK


def test_fixing_gives_new_bytes_and_what_is_left() -> None:
    fixed = inheritlint.fix(LEAK, unsafe=True)
    assert b"os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)" in fixed.source
    assert codes(fixed.fixed) == ["INH103"]
    assert fixed.remaining == []
    assert fixed.warnings == []


def test_unsafe_fixes_are_asked_for() -> None:
    source = b"import os\nos.dup2(log, 9)\n"
    assert inheritlint.fix(source).source == source
    assert b"inheritable=False" in inheritlint.fix(source, unsafe=True).source


def test_nothing_to_fix_gives_the_same_bytes() -> None:
    assert inheritlint.fix(b"x = 1\r\n").source == b"x = 1\r\n"


def test_settings_are_read_from_the_nearest_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nignore = ["INH101"]\n', encoding="utf-8")
    assert inheritlint.lint(MARK, settings=inheritlint.read_settings(tmp_path / "src" / "a.py")) == []


def test_files_are_found_with_their_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nextend-exclude = ["old"]\n', encoding="utf-8")
    for name in ("a.py", "b.txt", "old/c.py", "build/d.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(MARK)
    ((path, settings),) = inheritlint.discover(tmp_path)
    assert path == str(tmp_path / "a.py")
    assert settings == inheritlint.read_settings(path)


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no such file or directory"):
        inheritlint.discover(tmp_path / "nowhere")


@pytest.mark.parametrize("options", [{"selekt": []}, {"select": ["FOO"]}, {"cache": "no"}])
def test_settings_with_a_mistake_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(inheritlint.SettingsError):
        inheritlint.parse_settings(options)


def test_nothing_is_written(tmp_path: Path, cache_of_its_own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inheritlint.fix(LEAK, path="a.py")
    assert list(tmp_path.iterdir()) == []
    assert not cache_of_its_own.exists()


def test_every_fixture_gets_the_findings_of_the_command() -> None:
    files = sorted(ROOT.glob("fixtures/*/report.py"))
    command = [sys.executable, "-m", "inheritlint", "--output-format", "json", "--no-cache", *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    said = [(each["filename"], each["code"], each["location"]["row"]) for each in json.loads(run.stdout)]
    found = [
        (str(path), each.code, each.span.line)
        for path in files
        for each in inheritlint.lint(path.read_bytes(), path=path, settings=inheritlint.read_settings(path))
    ]
    assert sorted(found) == sorted(said)
    assert len(found) > 300


@pytest.mark.parametrize("name", ["Finding", "Span", "Fix", "Edit", "Step"])
def test_the_page_lists_every_field(name: str) -> None:
    row = next(line for line in (ROOT / "docs/api.md").read_text().splitlines() if line.startswith(f"| `{name}` |"))
    fields = getattr(inheritlint, name)._fields
    assert [field for field in fields if f"`{field}`" not in row] == []


@pytest.mark.parametrize("name", ["Severity", "Safety"])
def test_the_page_lists_every_value(name: str) -> None:
    row = next(line for line in (ROOT / "docs/api.md").read_text().splitlines() if line.startswith(f"| `{name}` |"))
    assert sorted(re.findall(r"`(\w+)`", row.split("|")[2])) == sorted(getattr(inheritlint, name))


def test_the_page_about_reports_lists_every_role() -> None:
    page = (ROOT / "docs/reports.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \|", page[page.index("## Roles") : page.index("## HTML")], re.MULTILINE)
    assert listed[1:] == [role for role in inheritlint.StepRole if role]
