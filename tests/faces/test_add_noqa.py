"""`--add-noqa`: a comment where each finding is suppressed, a clean second run, and no other byte moved."""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.faces.cli.entry import main

OPEN = 'os.open("x", os.O_RDONLY)'
CASES = {
    "a line": (f"import os\n\nfd = {OPEN}\n", [3]),
    "a call over lines": ('import os\n\nfd = os.open(\n    "x",\n    os.O_RDONLY,\n)\n', None),
    "a string over lines": ('import os\n\nfd = os.open("""x\ny""", os.O_RDONLY)\n', [4]),
    "a backslash": ('import os\n\nfd = os.open("x", \\\n    os.O_RDONLY)\n', [4]),
    "two on a line": (f"import os\n\na = {OPEN}; b = os.memfd_create('x', 0)\n", [3]),
    "another comment": (f"import os\n\nfd = {OPEN}  # because\n", [3]),
    "another code": (f"import os\n\nfd = {OPEN}  # noqa: E501\n", [3]),
    "another code and a reason": (f"import os\n\nfd = {OPEN}  # noqa:E501,W291 so it is\n", [3]),
    "a code within a string over lines": (
        'import os\n\nfd = os.open("""x  # noqa\n""", os.O_RDONLY); "# noqa: E501"\n',
        [],
    ),
    "no line end": (f"import os\n\nfd = {OPEN}", [3]),
    "spaces at the end": (f"import os\n\nfd = {OPEN}   \n", [3]),
    "line ends of DOS": (f"import os\r\n\r\nfd = {OPEN}\r\n", [3]),
    "line ends of old Macs": (f"import os\r\rfd = {OPEN}\r", [3]),
    "tabs": (f"import os\n\nif os:\n\tfd = {OPEN}\t# x\n", [4]),
}


def findings(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    main(["--isolated", "--no-cache", "--output-format", "concise", "--quiet", "--jobs", "1", str(path)])
    return capsys.readouterr().out


def flake8(path: Path) -> list[str]:
    command = [sys.executable, "-m", "flake8", "--isolated", "--ignore=E,F,W", path.name]
    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False).stdout.splitlines()


def lines(text: bytes) -> list[bytes]:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")


@pytest.mark.parametrize(("source", "rows"), CASES.values(), ids=CASES)
def test_every_finding_is_suppressed_and_nothing_else_moves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, rows: list[int] | None
) -> None:
    path = tmp_path / "a.py"
    before = source.encode()
    path.write_bytes(before)
    assert findings(path, capsys) or rows == []
    assert main(["--isolated", "--no-cache", "--add-noqa=so it is", "--jobs", "1", str(path)]) == 0
    after = path.read_bytes()
    assert findings(path, capsys) == ""
    changed = [row for row, pair in enumerate(zip(lines(before), lines(after), strict=True), 1) if pair[0] != pair[1]]
    assert rows is None or changed == rows
    for old, new in zip(lines(before), lines(after), strict=True):
        assert any(new.startswith(old[:place]) and new.endswith(old[place:]) for place in range(len(old) + 1))
    assert main(["--isolated", "--no-cache", "--add-noqa", "--jobs", "1", str(path)]) == 0
    assert path.read_bytes() == after
    assert flake8(path) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (f"# coding: latin-1\nimport os\nfd = {OPEN}\n", "cannot be encoded as"),
        ('import os\nfd = os.open("x  # noqa: E501", os.O_RDONLY)\n', "INH101 would still be reported"),
    ],
)
def test_what_cannot_be_suppressed_is_said_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, why: str
) -> None:
    path = tmp_path / "a.py"
    path.write_text(source)
    assert main(["--isolated", "--no-cache", "--add-noqa=weil es → so ist", "--jobs", "1", str(path)]) == 2
    said = capsys.readouterr()
    assert "a.py: no comment was added" in said.err and why in said.err and "Added 0" in said.out
    assert path.read_text() == source


def test_a_file_that_does_not_parse_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"import os\nfd = {OPEN}\n)\n")
    before = path.read_bytes()
    assert main(["--isolated", "--no-cache", "--add-noqa", "--jobs", "1", str(path)]) == 0
    assert path.read_bytes() == before
    assert "INH901" in findings(path, capsys)


@pytest.mark.parametrize("reason", ["E501 is not meant", "two\nlines", "pep446 says so"])
def test_a_reason_that_would_be_read_as_a_code_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], reason: str
) -> None:
    (tmp_path / "a.py").write_text(f"import os\nfd = {OPEN}\n")
    assert main([f"--add-noqa={reason}", str(tmp_path)]) == 2
    assert "--add-noqa" in capsys.readouterr().err


def test_a_path_behind_the_option_is_a_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.py"
    path.write_text(f"import os\nfd = {OPEN}\n")
    assert main(["--isolated", "--add-noqa", str(path)]) == 0
    assert path.read_text().endswith("  # noqa: INH101\n")
    assert main(["--add-noqa", "-"]) == 2
    assert "standard input" in capsys.readouterr().err
