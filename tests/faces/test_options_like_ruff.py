"""Options that ruff has, too: what they do here is what they do there.

Each test gives both linters a file with two findings and the same options, and compares the exit status, and where it
matters what became of the file.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

OURS = """import os
import subprocess

one = os.open("x", os.O_RDONLY)
subprocess.run(["x"], close_fds=False, pass_fds=(one,))
"""
THEIRS = 'import os\nx = 1 if not (1 in [2]) else 0\nprint(f"a")\n'


class Linter(NamedTuple):
    """A linter, a file for it, and two of its codes that it can fix there."""

    command: tuple[str, ...]
    table: str
    lint_table: str
    source: str
    first: str
    second: str
    silenced: str


US = Linter((), "tool.inheritlint", "tool.inheritlint", OURS, "INH101", "INH302", "noqa: INH101")
RUFF = Linter(("check", "--no-cache"), "tool.ruff", "tool.ruff.lint", THEIRS, "F401", "F541", "noqa: F401")
BOTH = pytest.mark.parametrize("linter", [US, RUFF], ids=["inheritlint", "ruff"])


class Place:
    """A folder with the linter's file, and runs of the linter in it."""

    def __init__(self, folder: Path, linter: Linter) -> None:
        self.folder, self.linter = folder, linter
        self.file = folder / "a.py"
        self.write(linter.source)
        self.configure("")

    def write(self, text: str) -> None:
        self.file.write_text(text)

    def configure(self, lint: str, general: str = "") -> None:
        selected = f'select = ["{self.linter.first}", "{self.linter.second}"]\n'
        tables = f"[{self.linter.table}]\n{general}"
        if self.linter is RUFF:
            tables += f"[{self.linter.lint_table}]\n"
        (self.folder / "pyproject.toml").write_text(f"{tables}{selected}{lint}".format(*self.linter[4:6]))

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        name = "ruff" if self.linter is RUFF else "inheritlint"
        given = [each.format(*self.linter[4:6]) for each in options]
        command = [sys.executable, "-m", name, *self.linter.command, *given]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, encoding="utf-8", check=False)

    def is_unchanged(self) -> bool:
        return self.file.read_text() == self.linter.source

    def counts(self, run: subprocess.CompletedProcess[str]) -> list[int]:
        """How often each of the two codes stands at the beginning of what is reported."""
        return [run.stdout.count(f": {code} ") for code in self.linter[4:6]]

    def fixable(self, run: subprocess.CompletedProcess[str]) -> list[int]:
        return [run.stdout.count(f": {code} [*] ") for code in self.linter[4:6]]


@pytest.fixture
def place(tmp_path: Path, linter: Linter) -> Place:
    return Place(tmp_path, linter)


@BOTH
def test_only_what_is_fixable_is_fixed(place: Place) -> None:
    concise = ("--output-format", "concise")
    assert place.fixable(place.run(*concise)) == [1, 1]
    assert place.fixable(place.run(*concise, "--unfixable", "{0}")) == [0, 1]
    assert place.fixable(place.run(*concise, "--fixable", "{0}")) == [1, 0]
    place.configure('unfixable = ["{0}"]\n')
    assert place.fixable(place.run(*concise)) == [0, 1]
    assert place.fixable(place.run(*concise, "--fixable", "{0}")) == [1, 0]
    place.configure('fixable = ["{1}"]\n')
    assert place.counts(place.run("--fix", *concise)) == [1, 0]


@BOTH
def test_the_safety_of_a_fix_can_be_set(place: Place) -> None:
    concise = ("--output-format", "concise")
    place.configure('extend-unsafe-fixes = ["{0}"]\n')
    assert place.fixable(place.run(*concise)) == [0, 1]
    assert place.fixable(place.run(*concise, "--unsafe-fixes")) == [1, 1]
    place.configure('extend-unsafe-fixes = ["{0}"]\nextend-safe-fixes = ["{0}"]\n')
    assert place.fixable(place.run(*concise)) == [0, 1]


@BOTH
def test_fix_and_unsafe_fixes_stand_in_the_configuration(place: Place) -> None:
    place.configure('extend-unsafe-fixes = ["{0}"]\n', "fix = true\n")
    assert place.counts(place.run("--output-format", "concise")) == [1, 0]
    place.write(place.linter.source)
    place.configure('extend-unsafe-fixes = ["{0}"]\n', "fix = true\nunsafe-fixes = true\n")
    assert place.run("--no-fix").returncode == 1 and place.is_unchanged()
    assert place.run().returncode == 0 and not place.is_unchanged()


@BOTH
def test_unsafe_fixes_that_are_refused_are_not_mentioned(place: Place) -> None:
    place.configure('extend-unsafe-fixes = ["ALL"]\n')
    assert "--unsafe-fixes" in place.run("--output-format", "concise").stdout
    assert "--unsafe-fixes" not in place.run("--no-unsafe-fixes", "--output-format", "concise").stdout


@BOTH
@pytest.mark.parametrize(
    ("options", "status", "changes"),
    [
        (("--fix",), 0, True),
        (("--fix", "--exit-non-zero-on-fix"), 1, True),
        (("--fix-only",), 0, True),
        (("--fix-only", "--unfixable", "{0}"), 0, True),
        (("--fix", "--unfixable", "{0}"), 1, True),
        (("--fix-only", "--exit-non-zero-on-fix"), 1, True),
        (("--exit-zero",), 0, False),
        (("--exit-zero", "--exit-non-zero-on-fix"), 2, False),
        (("--diff", "--show-fixes"), 2, False),
        (("--add-noqa", "--fix"), 2, False),
        (("--diff",), 1, False),
    ],
)
def test_status_and_changes(place: Place, options: tuple[str, ...], status: int, changes: bool) -> None:
    run = place.run(*options)
    assert run.returncode == status, run.stdout + run.stderr
    assert place.is_unchanged() is not changes


@BOTH
def test_fix_only_says_no_more_than_that(place: Place) -> None:
    assert place.run("--fix-only", "--unfixable", "{0}").stdout in ("Fixed 1 error.\n", "Fixed 1 problem.\n")


@BOTH
def test_fixes_are_shown(place: Place, linter: Linter) -> None:
    said = place.run("--fix", "--show-fixes").stdout
    # Not every finding of ours is an error.
    said = said.replace("errors", "problems")
    assert "Fixed 2 problems:\n- a.py:\n" in said
    assert f"    1 × {linter.first} (" in said and f"    1 × {linter.second} (" in said  # noqa: RUF001
    assert said.endswith("Found 2 problems (2 fixed, 0 remaining).\n")


@BOTH
def test_per_file_ignores_are_extended(place: Place) -> None:
    place.configure('per-file-ignores = {{"a.py" = ["{0}"]}}\nextend-per-file-ignores = {{"a.py" = ["{1}"]}}\n')
    concise = ("--output-format", "concise")
    assert place.run(*concise).returncode == 0
    assert place.counts(place.run(*concise, "--per-file-ignores", "b.py:{0}")) == [1, 0]
    place.configure('per-file-ignores = {{"a.py" = ["{0}"]}}\n')
    assert place.counts(place.run(*concise)) == [0, 1]
    assert place.run(*concise, "--extend-per-file-ignores", "a.py:{1}").returncode == 0


@BOTH
def test_a_key_is_configured_on_the_command_line(place: Place, linter: Linter) -> None:
    prefix = "lint." if linter is RUFF else ""
    options = ("--output-format", "concise", "--config", f"{prefix}select = ['{{0}}']")
    assert place.counts(place.run(*options)) == [1, 0]
    assert place.counts(place.run(*options, "--select", "{1}")) == [0, 1]
    assert place.counts(place.run(*options, "--config", "pyproject.toml")) == [1, 0]
    assert place.counts(place.run(*options, "--isolated")) == [1, 0]
    assert place.run("--config", "nonsense").returncode == 2
    assert place.run("--config", "pyproject.toml", "--config", "pyproject.toml").returncode == 2
    assert place.run("--config", "no-such-key = 1").returncode == 2


@BOTH
def test_files_are_shown(place: Place) -> None:
    (place.folder / "b.txt").write_text("x")
    run = place.run("--show-files")
    shown = [Path(line).name for line in run.stdout.splitlines()]
    # ruff lints pyproject.toml itself.
    assert run.returncode == 0 and [name for name in shown if name != "pyproject.toml"] == ["a.py"]


@BOTH
def test_excluded_files_that_are_named_are_skipped_with_force(place: Place) -> None:
    assert place.run("--exclude", "a.py", "a.py").returncode == 1
    run = place.run("--exclude", "a.py", "--force-exclude", "a.py")
    assert run.returncode == 0 and place.linter.first not in run.stdout
    place.configure("", 'exclude = ["a.py"]\nforce-exclude = true\n')
    assert place.run("a.py").returncode == 0
    assert place.run("--no-force-exclude", "a.py").returncode == 1


@BOTH
def test_comments_are_ignored_where_that_is_asked(place: Place, linter: Linter) -> None:
    place.run("--add-noqa")
    assert place.run().returncode == 0
    assert place.counts(place.run("--ignore-noqa", "--output-format", "concise")) == [1, 1]


@BOTH
def test_comments_are_added_with_a_reason(place: Place, linter: Linter) -> None:
    assert place.run("--add-noqa=because it is so").returncode == 0
    text = place.file.read_text()
    assert f"  # noqa: {linter.first} because it is so\n" in text
    assert place.run().returncode == 0
    assert place.run("--add-noqa", ".").returncode == 0
    assert place.file.read_text() == text


@BOTH
def test_a_code_is_added_to_a_comment_that_is_there(place: Place, linter: Linter) -> None:
    place.write("".join(f"{line}  # noqa: E501\n" if line else "\n" for line in linter.source.splitlines()))
    place.run("--add-noqa")
    assert f"  # noqa: E501, {linter.first}\n" in place.file.read_text()
    assert place.run().returncode == 0


@BOTH
@pytest.mark.parametrize(
    ("option", "environment", "coloured"),
    [("always", {}, True), ("never", {"FORCE_COLOR": "1"}, False), ("auto", {}, False)],
)
def test_color(
    place: Place, monkeypatch: pytest.MonkeyPatch, option: str, environment: dict[str, str], coloured: bool
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in place.run("--color", option).stdout) is coloured


@BOTH
def test_verbose_says_where_settings_come_from(place: Place) -> None:
    assert "a.py" in place.run("--verbose").stderr
    assert place.run("-v", "-q").returncode == 2


def test_settings_are_shown_as_the_table_that_gives_them(tmp_path: Path) -> None:
    place = Place(tmp_path, US)
    place.configure('per-file-ignores = {{"b.py" = ["inh1"]}}\nextend-exclude = ["c"]\nplatforms = ["linux"]\n')
    shown = place.run("--show-settings", "a.py").stdout
    assert str(tmp_path / "pyproject.toml") in shown
    table = tomllib.loads(shown)["tool"]["inheritlint"]
    assert table["select"] == ["INH101", "INH302"] and table["extend-exclude"] == ["c"]
    assert table["per-file-ignores"] == {"b.py": ["INH1"]} and table["platforms"] == ["linux"]
    place.configure("")
    (tmp_path / "pyproject.toml").write_text(shown)
    again = place.run("--show-settings", "a.py").stdout
    assert tomllib.loads(again) == tomllib.loads(shown)


def test_rules_are_listed_as_json_with_the_keys_of_ruff(tmp_path: Path) -> None:
    run = Place(tmp_path, US).run("--list-rules", "--output-format", "json")
    ours = json.loads(run.stdout)
    command = [sys.executable, "-m", "ruff", "rule", "--all", "--output-format", "json"]
    theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8").stdout)
    shared = {"code", "name", "summary", "fix", "explanation", "message_formats"}
    assert shared <= ours[0].keys() and shared <= theirs[0].keys()
    assert [rule["code"] for rule in ours] == sorted(rule["code"] for rule in ours)
