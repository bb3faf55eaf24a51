"""Other tools in the same environment: a plugin of flake8 with the same prefix, and ruff over the same comments."""

import subprocess
import sys
from pathlib import Path

import pytest

#: The first is INH001 of `flake8-inheritance`, the second is our INH101.
BOTH = 'import os\n\n\nclass Base:\n    pass\n\n\nclass Derived(Base):{0}\n    fd = os.open("x", os.O_RDONLY){1}\n'
NOQA = 'import os\n\nfd = os.open("x", os.O_RDONLY)  # noqa: INH101\n'


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


def flake8(folder: Path, *options: str) -> list[str]:
    """The codes that flake8 reports in `a.py`, with both plugins on."""
    result = run(folder, "flake8", "--isolated", "--enable-extensions=INH", "--ignore=E,W", *options, "a.py")
    assert result.returncode in (0, 1) and not result.stderr, result.stderr
    return [line.split()[1] for line in result.stdout.splitlines()]


@pytest.fixture
def both(tmp_path: Path) -> Path:
    pytest.importorskip("flake8_inheritance")
    (tmp_path / "a.py").write_text(BOTH.format("", ""))
    return tmp_path


def test_the_codes_of_both_plugins_stand_side_by_side(both: Path) -> None:
    assert flake8(both) == ["INH001", "INH101"]


@pytest.mark.parametrize(
    ("option", "found"),
    [
        ("--select=INH0", ["INH001"]),
        ("--select=INH1", ["INH101"]),
        ("--extend-ignore=INH0", ["INH101"]),
        ("--extend-ignore=INH101", ["INH001"]),
        ("--per-file-ignores=a.py:INH001", ["INH101"]),
    ],
)
def test_selecting_one_leaves_the_other(both: Path, option: str, found: list[str]) -> None:
    assert flake8(both, option) == found


def test_a_comment_for_one_silences_nothing_of_the_other(both: Path) -> None:
    (both / "a.py").write_text(BOTH.format("  # noqa: INH001", ""))
    assert flake8(both) == ["INH101"]
    (both / "a.py").write_text(BOTH.format("  # noqa: INH101", "  # noqa: INH001"))
    assert flake8(both) == ["INH001", "INH101"]
    (both / "a.py").write_text(BOTH.format("", "  # noqa: INH101"))
    assert flake8(both) == ["INH001"]


def test_a_comment_for_the_other_plugin_is_not_called_unused(both: Path) -> None:
    source = BOTH.format("  # noqa: INH001", "  # noqa: INH101, INH002")
    (both / "a.py").write_text(source)
    result = run(both, "inheritlint", "--isolated", "--select", "INH9", "--fix", "a.py")
    assert result.returncode == 0 and (both / "a.py").read_text() == source
    assert "INH902" not in flake8(both, "--extend-select=INH902")


def test_the_command_knows_none_of_the_others_codes(both: Path) -> None:
    assert run(both, "inheritlint", "--select", "INH001", "a.py").returncode == 2


@pytest.mark.parametrize(
    ("external", "left"), [('external = ["INH"]\n', NOQA), ("", NOQA.replace("  # noqa: INH101", ""))]
)
def test_ruff_removes_our_comments_unless_it_is_told_of_them(tmp_path: Path, external: str, left: str) -> None:
    (tmp_path / "a.py").write_text(NOQA)
    (tmp_path / "pyproject.toml").write_text(f'[tool.ruff.lint]\nselect = ["RUF100", "RUF102"]\n{external}')
    result = run(tmp_path, "ruff", "check", "--no-cache", "--fix", "--unsafe-fixes", "a.py")
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "a.py").read_text() == left
    assert run(tmp_path, "inheritlint", "a.py").returncode == (0 if external else 1)
