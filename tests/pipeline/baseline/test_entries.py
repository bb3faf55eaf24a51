"""The baseline's file: what people read in it, and what is said of a broken one."""

import json
import re
from pathlib import Path

import pytest

from inheritlint.pipeline.baseline.entries import BaselineFile
from inheritlint.pipeline.baseline.identity import Identity
from inheritlint.pipeline.settings import SettingsError

ONE = Identity("a.py", "INH101", "A.start", "os.open(x)")
NASTY = Identity("d\udcff\n/\u202e.py", "INH201", "Ä", 'f("\x1b\u2028")')


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = BaselineFile(str(tmp_path / "known.jsonl"))
    assert file.write([NASTY, ONE, ONE])
    assert sorted(file.read()) == sorted([NASTY, ONE, ONE])


def test_it_is_an_entry_a_line_sorted_and_without_line_numbers(tmp_path: Path) -> None:
    file = BaselineFile(str(tmp_path / "known.jsonl"))
    file.write([NASTY, ONE._replace(path="b.py"), ONE])
    header, *lines = (tmp_path / "known.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(header) == {"inheritlint-baseline": 1}
    assert lines[0] == '{"path": "a.py", "code": "INH101", "scope": "A.start", "text": "os.open(x)"}'
    assert [json.loads(line)["path"] for line in lines] == sorted(["a.py", "b.py", NASTY.path])
    assert all(set(json.loads(line)) == {"path", "code", "scope", "text"} for line in lines)


def test_what_has_not_changed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "known.jsonl"
    assert BaselineFile(str(path)).write([ONE])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))  # as git may check it out
    before = path.stat().st_mtime_ns
    assert not BaselineFile(str(path)).write([ONE])
    assert path.stat().st_mtime_ns == before


def test_two_branches_merge_line_by_line(tmp_path: Path) -> None:
    file = BaselineFile(str(tmp_path / "known.jsonl"))
    file.write([ONE])
    text = (tmp_path / "known.jsonl").read_text()
    (tmp_path / "known.jsonl").write_text(text + text + "\n")
    assert file.read() == [ONE, ONE]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the baseline is empty; use `--update-baseline` to create it"),
        ("[]\n", ":1: not a baseline entry"),
        ('{"inheritlint-baseline": 2}\n', "unsupported baseline version"),
        ('{"inheritlint-baseline": 1}\n<<<<<<< HEAD\n', ":2: not a baseline entry"),
        ('{"inheritlint-baseline": 1}\n\n{"path": "a"}\n', ":3: not a baseline entry"),
        ('{"inheritlint-baseline": 1}\n' + json.dumps(ONE._asdict() | {"code": 1}), ":2: not a baseline entry"),
        ('{"inheritlint-baseline": 1}\n' + "[" * 100_000, ":2: not a baseline entry"),
        ("\0\xff", ":1: not a baseline entry"),
    ],
)
def test_a_broken_file_is_an_error_that_names_the_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "known.jsonl"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(SettingsError, match=f"^{re.escape(str(path))}.*{re.escape(said)}"):
        BaselineFile(str(path)).read()


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file or directory; use `--update-baseline` to create it"):
        BaselineFile(str(tmp_path / "gone")).read()


def test_names_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = BaselineFile("inner/known.jsonl")
    assert file.name_of("inner/a/b.py") == "a/b.py"
    assert file.name_of("c.py") == "../c.py"
    assert file.path_of("a/b.py") == str(tmp_path / "inner" / "a" / "b.py")
    assert file.path_of("../c.py") == str(tmp_path / "c.py")
