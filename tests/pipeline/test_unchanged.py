"""A file in which nothing was found is not read again, until anything about it, or about the question, is another."""

import json
import os
import sys
import time
from pathlib import Path

import pytest

from inheritlint.faces.cli.entry import main
from inheritlint.pipeline import parallel, unchanged

CLEAN = b"import json\n\ndef f(p):\n    return json.load(open(p))\n"
CONCERNED = b"import os\n\ndef f(p):\n    return os.open(p, os.O_RDONLY)\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file that has a finding and two that have none; their times can be trusted at once."""
    tree = tmp_path / "tree"
    (tree / "inside").mkdir(parents=True)
    for name, data in {"clean.py": CLEAN, "inside/clean.py": CLEAN, "concerned.py": CONCERNED}.items():
        (tree / name).write_bytes(data)
    monkeypatch.setattr(unchanged, "RACY", -60)
    monkeypatch.chdir(tmp_path)
    return tree


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read."""
    paths: list[str] = []
    check = parallel.check_file

    def checking(path, *arguments):  # type: ignore[no-untyped-def]
        paths.append(Path(path).as_posix())
        return check(path, *arguments)

    monkeypatch.setattr(parallel, "check_file", checking)
    return paths


def read_by(read: list[str], *arguments: str) -> list[str]:
    read.clear()
    assert main(list(arguments)) in (0, 1)
    return sorted(read)


EVERY = ["tree/clean.py", "tree/concerned.py", "tree/inside/clean.py"]


def test_only_what_has_findings_is_read_again(tree: Path, read: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert read_by(read, "tree") == EVERY
    first = capsys.readouterr().out
    assert read_by(read, "tree") == ["tree/concerned.py"]
    assert capsys.readouterr().out == first
    assert "INH101" in first


def test_a_file_that_has_changed_is_read(tree: Path, read: list[str]) -> None:
    read_by(read, "tree")
    clean = tree / "clean.py"
    clean.write_bytes(CONCERNED)
    assert read_by(read, "tree") == ["tree/clean.py", "tree/concerned.py"]
    (tree / "new.py").write_bytes(CLEAN)
    assert "tree/new.py" in read_by(read, "tree")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no time at which a file was changed that none can set")
def test_a_time_that_was_set_back_hides_nothing(tree: Path, read: list[str]) -> None:
    clean = tree / "clean.py"
    clean.write_bytes(b"#" * len(CONCERNED))
    before = clean.stat()
    read_by(read, "tree")
    time.sleep(0.05)  # the clock of a file system has steps
    clean.write_bytes(CONCERNED)
    os.utime(clean, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert clean.stat().st_size == before.st_size
    assert "tree/clean.py" in read_by(read, "tree")


def test_another_file_in_its_place_is_read(tree: Path, read: list[str]) -> None:
    read_by(read, "tree")
    (tree / "inside" / "clean.py").replace(tree / "clean.py")
    assert "tree/clean.py" in read_by(read, "tree")


@pytest.mark.parametrize("option", ["--select=INH101", "--ignore-noqa", "--min-severity=error", "--spawners=a.b"])
def test_another_question_is_asked_of_every_file(option: str, tree: Path, read: list[str]) -> None:
    read_by(read, "tree")
    assert read_by(read, option, "tree") == EVERY


def test_a_comment_that_suppresses_is_counted_each_time(tree: Path, read: list[str]) -> None:
    (tree / "concerned.py").write_bytes(CONCERNED.rstrip() + b"  # noqa: INH101\n")
    read_by(read, "tree")
    assert read_by(read, "tree") == ["tree/concerned.py"]


def test_what_was_changed_a_moment_ago_may_change_again(
    tree: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "RACY", 2)
    for _ in range(2):
        assert read_by(read, "tree") == EVERY


def test_no_list_is_made_of_what_is_named_file_by_file(
    tree: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "Unchanged", None)
    assert read_by(read, "tree/clean.py", "tree/concerned.py") == ["tree/clean.py", "tree/concerned.py"]


def test_without_a_cache_every_file_is_read(tree: Path, read: list[str]) -> None:
    for _ in range(2):
        assert read_by(read, "--no-cache", "tree") == EVERY


@pytest.mark.parametrize("content", ["", "[", "[]", "null", '{"a": 3}', '{"a": {"tree/clean.py": 3}}', "[" * 100_000])
def test_a_broken_list_is_made_anew(content: str, tree: Path, read: list[str]) -> None:
    read_by(read, "tree")
    place = Path(unchanged.Unchanged(["tree"])._place.path)
    place.write_text(content)
    assert read_by(read, "tree") == EVERY
    assert json.loads(place.read_text())
    assert read_by(read, "tree") == ["tree/concerned.py"]


def test_fixed_files_are_read_once_more(tree: Path, read: list[str]) -> None:
    assert read_by(read, "--fix", "tree") == EVERY
    assert b"O_CLOEXEC" in (tree / "concerned.py").read_bytes()
    assert read_by(read, "--fix", "tree") == ["tree/concerned.py"]
    assert read_by(read, "--fix", "tree") == []
