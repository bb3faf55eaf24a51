"""The tool itself where line ends, consoles, paths and processes are those of Windows."""

import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("Windows says this", allow_module_level=True)

BAD = b"import os\r\nfd = os.open('x', os.O_RDONLY)\r\nprint(fd)\r\n"
GOOD = BAD.replace(b"O_RDONLY", b'O_RDONLY | getattr(os, "O_CLOEXEC", 0)')


def lint(folder: Path, *arguments: str, stdin: bytes = b"", module: str = "inheritlint") -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=folder, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    for name in ("a.py", "pkg/b.py", "pkg/c.py"):
        (tmp_path / name).write_bytes(BAD)
    return tmp_path


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_two_or_three_files_end(project: Path, jobs: str) -> None:
    status, output, errors = lint(project, jobs, "--no-cache", "--output-format=concise")
    lines = output.decode().splitlines()
    assert (status, errors) == (1, b"")
    assert [line.partition(": ")[0] for line in lines[:3]] == ["a.py:2:19", "pkg\\b.py:2:19", "pkg\\c.py:2:19"]


def test_a_fix_keeps_line_ends(project: Path) -> None:
    assert lint(project, "--fix", "a.py")[0] == 0
    assert (project / "a.py").read_bytes() == GOOD


def test_the_diff_has_the_files_line_ends(project: Path) -> None:
    status, output, _ = lint(project, "--diff", "--quiet", "pkg/b.py")
    assert status == 1
    assert output.startswith(b"--- a/pkg/b.py\n+++ b/pkg/b.py\n@@ -1,3 +1,3 @@\n import os\r\n-fd")


def test_standard_input_comes_back_as_it_is(project: Path) -> None:
    assert lint(project, "--fix", "-", stdin=BAD)[1] == GOOD
    assert lint(project, "--fix", "-", stdin=b"x = 1\r\n")[1] == b"x = 1\r\n"


def test_what_is_known_is_said_again(project: Path, cache_of_its_own: Path) -> None:
    first, second = (lint(project, "--output-format=concise") for _ in range(2))
    assert first == second
    assert list(cache_of_its_own.glob("*/*.json"))
    assert not list(cache_of_its_own.glob("*/*.unfinished"))


def test_ignored_folders_are_left_out(project: Path) -> None:
    (project / ".git").mkdir()
    (project / ".gitignore").write_bytes(b"/pkg/\r\n")
    assert lint(project, "--output-format=concise", "--quiet")[1].count(b"INH101") == 1


def test_excluded_patterns_are_written_with_slashes(project: Path) -> None:
    (project / "pyproject.toml").write_bytes(b'[tool.inheritlint]\r\nextend-exclude = ["pkg/c.py"]\r\n')
    assert lint(project, "--output-format=concise", "--quiet")[1].count(b"INH101") == 2


def test_flake8_finds_the_same(project: Path) -> None:
    status, output, errors = lint(project, "--select=INH", "a.py", module="flake8")
    assert (status, errors) == (1, b"")
    assert b"INH101" in output


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "utf-8", "ascii"])
def test_any_console_can_be_written_to(project: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    (project / "naïve-日本.py").write_bytes(BAD.replace(b"print(fd)", "print('日本')".encode()))
    status, _, errors = lint(project, "naïve-日本.py")
    assert (status, errors) == (1, b"")


def test_another_encoding_is_kept(project: Path) -> None:
    data = b"# coding: cp1252\r\n# caf\xe9\r\n" + BAD
    (project / "a.py").write_bytes(data)
    assert lint(project, "--fix", "a.py")[0] == 0
    assert (project / "a.py").read_bytes() == data.replace(BAD, GOOD)


def test_nothing_is_left_beside_a_fixed_file(project: Path) -> None:
    lint(project, "--fix", ".")
    assert sorted(path.name for path in project.iterdir() if path.is_file()) == ["a.py"]
