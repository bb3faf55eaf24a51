"""Files and names that were not meant for a linter: each costs itself one clear line, or gets its findings."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

OPEN = "import os\nfd = os.open('x', os.O_RDONLY)\n"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX names and files")


def check(folder: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "inheritlint", "--isolated", "--output-format", "concise", *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False, timeout=60)


def judged(folder: Path, name: str, said: str) -> None:
    """The file `name` has exactly one line that says `said`, and a file beside it is checked all the same."""
    (folder / "other.py").write_text(OPEN)
    run = check(folder, name, "other.py")
    lines = run.stdout.decode(errors="replace").splitlines()
    assert run.returncode in (1, 2)
    assert b"Traceback" not in run.stderr + run.stdout
    assert sum("other.py:2:19: INH101" in line for line in lines) == 1
    about = [line for line in lines + run.stderr.decode(errors="replace").splitlines() if "other.py" not in line]
    assert sum(said in line for line in about) == 1, about


CONTENTS = {
    "not utf-8": (OPEN.encode() + b"x = '\xe9'\n", "INH901 file not checked: cannot decode as utf-8"),
    "a cookie that lies": (
        b"# coding: ascii\n" + OPEN.encode() + b"x = '\xc3\xa9'\n",
        "INH901 file not checked: cannot decode as ascii",
    ),
    "an unknown cookie": (
        b"# coding: klingon\n" + OPEN.encode(),
        "INH901 file not checked: cannot determine the encoding",
    ),
    "utf-16": (OPEN.encode("utf-16"), "INH901 file not checked"),
    "a null character": (OPEN.encode() + b"x = 1\0\n", "INH901 file not checked: source contains a null character"),
    "python 2": (OPEN.encode() + b"print 'hello'\n", "INH901 file not checked: syntax error"),
    "a notebook's magic": (OPEN.encode() + b"%matplotlib inline\n", "INH901 file not checked: syntax error"),
    "a future syntax": (OPEN.encode() + b"loop x in y until z:\n    pass\n", "INH901 file not checked: syntax error"),
    "mixed line ends": (OPEN.replace("\n", "\r\n").encode() + b"x = 1\ry = 2\n", "INH101"),
    "a byte order mark": (b"\xef\xbb\xbf" + OPEN.encode(), "INH101"),
}


@pytest.mark.parametrize(("content", "said"), CONTENTS.values(), ids=CONTENTS)
def test_contents(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "file.py").write_bytes(content)
    judged(tmp_path, "file.py", said)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n", b"#"], ids=["empty", "mark", "line", "comment"])
def test_nothing_to_report(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.py").write_bytes(content)
    run = check(tmp_path, "file.py")
    assert (run.returncode, run.stderr) == (0, b"")


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "dangling.py").symlink_to("nowhere.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "device.py").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)
        server.bind("socket.py")
        os.chdir(here)
    (tmp_path / "other.py").write_text(OPEN)
    names = ["fifo.py", "dangling.py", "loop.py", "device.py", "socket.py"]
    run = check(tmp_path, *names, "folder.py", "other.py")
    said = (run.stdout + run.stderr).decode()
    assert "Traceback" not in said
    assert all(name in said for name in names)
    assert "other.py:2:19: INH101" in said


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is locked to this user")
def test_unreadable(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(OPEN)
    (tmp_path / "file.py").chmod(0)
    judged(tmp_path, "file.py", "INH901 file not checked: cannot open")


def test_vanished_between_listing_and_reading(tmp_path: Path) -> None:
    from inheritlint.pipeline.checking import check_file
    from inheritlint.pipeline.outcome import Mode
    from inheritlint.pipeline.settings import Settings

    outcome = check_file(str(tmp_path / "gone.py"), Settings(), Mode.FIX, True)
    assert [finding.code for finding in outcome.findings] == ["INH901"]
    assert "cannot open" in outcome.findings[0].message


@pytest.mark.parametrize("name", [b"new\nline.py", b"\x1b[31mred.py", b"caf\xe9.py", b"::error::x.py", b"-rf.py"])
@pytest.mark.parametrize("form", ["concise", "full", "github", "json"])
def test_names(tmp_path: Path, name: bytes, form: str) -> None:
    """A name can neither move the cursor nor forge a line, whatever the format."""
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text(OPEN)  # noqa: PTH118 - bytes
    run = check(tmp_path, ".", f"--output-format={form}")
    assert run.returncode == 1
    assert b"\x1b" not in run.stdout and b"Traceback" not in run.stderr
    if form == "json":
        (found,) = json.loads(run.stdout)
        assert found["code"] == "INH101"
    if form == "github":
        commands = [line for line in run.stdout.splitlines() if line.startswith(b"::")]
        assert len(commands) == 1 and commands[0].startswith(b"::notice ")
    if form == "concise":
        assert len([line for line in run.stdout.splitlines() if b"INH101" in line]) == 1


def test_a_path_of_thousands_of_characters(tmp_path: Path) -> None:
    here = Path.cwd()
    folder = "d" * 200
    try:
        os.chdir(tmp_path)
        for _ in range(19):
            Path(folder).mkdir()
            os.chdir(folder)
        Path("deep.py").write_text(OPEN)
    finally:
        os.chdir(here)
    run = check(tmp_path, ".")
    assert b"Traceback" not in run.stderr
    assert run.stdout.count(b"INH101") == 1 or b"File name too long" in run.stdout + run.stderr


def test_a_hundred_megabytes(tmp_path: Path) -> None:
    (tmp_path / "concerned.py").write_bytes(OPEN.encode() + b"x = 1\n" * 16_000_000)
    judged(tmp_path, "concerned.py", "INH901 file not checked: file is too large")
    (tmp_path / "plain.py").write_bytes(b"x = 1\n" * 16_000_000)
    run = check(tmp_path, "plain.py")
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("arguments", [["-"], ["--stdin-filename", "x.py", "-"]])
def test_deep_nesting_on_the_standard_input(tmp_path: Path, arguments: list[str]) -> None:
    run = check(tmp_path, *arguments, stdin=(OPEN + "(" * 20_000 + ")" * 20_000).encode())
    assert run.returncode == 1
    assert b"INH901 file not checked: code is nested too deeply" in run.stdout


def test_a_link_out_of_the_tree_is_mended_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "outside.py").write_text(OPEN)
    os.link(tmp_path / "outside.py", tmp_path / "hard.py")
    (tmp_path / "tree" / "link.py").symlink_to("../outside.py")
    check(tmp_path / "tree", "--fix", "link.py")
    assert (tmp_path / "tree" / "link.py").is_symlink()
    assert "O_CLOEXEC" in (tmp_path / "outside.py").read_text()
    assert (tmp_path / "hard.py").read_text() == OPEN, "another link keeps the old content"


# What is no file, in the place of what a repository may hold beside its source

ODD = {
    "a pipe": os.mkfifo if hasattr(os, "mkfifo") else None,
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a file without an end": lambda path: path.symlink_to("/proc/self/pagemap"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("name", [".gitignore", "pyproject.toml", ".git/info/exclude", "sub/.gitignore"])
@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_what_is_no_file_says_nothing(tmp_path: Path, name: str, make: Callable[[Path], object]) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    make(tmp_path / name)
    (tmp_path / "sub").mkdir(exist_ok=True)
    (tmp_path / "sub/other.py").write_text(OPEN)
    command = [sys.executable, "-m", "inheritlint", "--output-format=concise", "."]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in run.stderr
    assert "other.py:2:19: INH101" in run.stdout or "pyproject.toml: " in run.stderr


@pytest.mark.parametrize("option", ["--config={}", "--baseline={}"])
@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_a_setting_that_is_no_file_is_an_error(tmp_path: Path, option: str, make: Callable[[Path], object]) -> None:
    make(tmp_path / "odd")
    (tmp_path / "other.py").write_text(OPEN)
    command = [sys.executable, "-m", "inheritlint", option.format("odd"), "other.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 2
    assert "odd" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("option", ["--output-file=odd", "--report=json=odd"])
def test_a_pipe_that_nobody_reads_is_not_waited_for(tmp_path: Path, option: str) -> None:
    os.mkfifo(tmp_path / "odd")
    (tmp_path / "other.py").write_text(OPEN)
    run = check(tmp_path, option, "other.py")
    assert run.returncode == 2
    assert b"odd" in run.stderr
    assert b"Traceback" not in run.stderr


@pytest.mark.parametrize("option", ["--output-file=odd", "--report=concise=odd"])
def test_a_pipe_that_somebody_reads_gets_the_report(tmp_path: Path, option: str) -> None:
    os.mkfifo(tmp_path / "odd")
    (tmp_path / "other.py").write_text(OPEN)
    with subprocess.Popen(["cat", "odd"], cwd=tmp_path, stdout=subprocess.PIPE) as reader:
        assert check(tmp_path, option, "other.py").returncode == 1
        assert reader.stdout is not None
        assert b"INH101" in reader.stdout.read()


SETTINGS = {
    "a key of many parts": "a" + ".a" * 100_000 + " = 1\n[tool.inheritlint]\n",
    "nested brackets": "a = " + "[" * 100_000 + "\n[tool.inheritlint]\n",
    "a huge file": "[tool.inheritlint]\n" + "# x\n" * 1_000_000,
    "a version of many parts": "[project]\nrequires-python = '" + ">=" + "1." * 50_000 + "!'\n",
    "a version of many suffixes": "[project]\nrequires-python = '>=3" + ".a" * 200 + "!'\n",
    "a version of many digits": "[project]\nrequires-python = '>=" + "9" * 5_000 + "'\n",
    "a pattern of many stars": "[tool.inheritlint]\nextend-exclude = ['" + "*a" * 30 + "*b']\n",
}


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS)
def test_no_setting_takes_long(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    name = "a" * 200 + ".py"
    (tmp_path / name).write_text(OPEN)
    command = [sys.executable, "-m", "inheritlint", "--output-format=concise", "."]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60, preexec_fn=_with_little_memory
    )
    assert "Traceback" not in run.stderr
    assert "INH101" in run.stdout or "pyproject.toml: " in run.stderr


def _with_little_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


@pytest.mark.parametrize("line", ["*a" * 30 + "*b", "**/a/" * 30 + "b", "*[ab]" * 30 + "*c", "**/*a*a" * 20 + "b"])
def test_no_ignored_pattern_takes_long(tmp_path: Path, line: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(f"{line}\n")
    (tmp_path / ("a" * 200 + ".py")).write_text(OPEN)
    assert b"INH101" in check(tmp_path, ".").stdout
