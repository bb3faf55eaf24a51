"""`--diff` is bytes: `git apply` and `patch -p1` make of the old files what `--fix` makes of them."""

import codecs
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.pipeline.patch import base_of, patch

BAD = b"import os\nfd = os.open('x', os.O_RDONLY)\nprint(fd)\n"
#: Files by what is odd about their content.
CONTENTS = {
    "line ends of Windows": BAD.replace(b"\n", b"\r\n"),
    "line ends of both kinds": BAD.replace(b"os\n", b"os\r\n"),
    "old line ends inside": BAD.replace(b"print(fd)\n", b"print(fd)\rprint()\n"),
    "no last line end": BAD.rstrip(),
    "latin-1": b"# coding: latin-1\n# caf\xe9\n" + BAD,
    "a byte order mark": codecs.BOM_UTF8 + BAD,
    "what other readers take for line ends": "a = '\x0c\x1c\x85\u2028'\n".encode() + BAD,
    "a last line of blanks": BAD + b"    ",
}
NAMES = {
    "plain": "x.py",
    "in a folder": "a/b/x.py",
    "blanks": "a b/my file.py",
    "a tab": "a\tb.py",
    "a line end": "a\nb.py",
    "a quote and a backslash": 'a"b\\c.py',
    "not ASCII": "naïve-日本.py",
    "a blank and not ASCII": "naïve one.py",
    "a dash": "-x.py",
    "escapes": "\x1b[2J\x7f.py",
    "not UTF-8": b"caf\xe9.py".decode(errors="surrogateescape"),
}
APPLIERS = {
    "git": ["git", "apply", "--whitespace=nowarn", "-"],
    "patch": ["patch", "-p1", "--binary", "--batch", "--silent"],
}

needs_names = pytest.mark.skipif(sys.platform != "linux", reason="names that only Linux lets be")


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "inheritlint", "--isolated", "--no-cache", *arguments]
    return subprocess.run(command, capture_output=True, cwd=folder, check=False)


def check(applier: str, top: Path, names: dict[str, bytes], *arguments: str, below: str = ".", at: str = ".") -> None:
    """The diff of files, asked for in the folder `below`, applies in the folder `at`."""
    if shutil.which(applier) is None:
        pytest.skip(f"{applier} is not here")
    fixed = top / "fixed"
    given = top / "given"
    for folder in (fixed, given):
        for name, data in names.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        (folder / below).mkdir(exist_ok=True)
    assert lint(fixed / below, "--fix", "--quiet", *arguments).returncode == 0
    diff = lint(given / below, "--diff", "--quiet", *arguments)
    assert diff.returncode == 1, diff.stderr
    applied = subprocess.run(APPLIERS[applier], input=diff.stdout, capture_output=True, cwd=given / at, check=False)
    assert applied.returncode == 0, (applied.stderr, applied.stdout, diff.stdout)
    for name, data in names.items():
        assert (given / name).read_bytes() == (fixed / name).read_bytes() != data, name


@pytest.mark.parametrize("applier", APPLIERS)
def test_any_content_applies(applier: str, tmp_path: Path) -> None:
    check(applier, tmp_path, {f"{number}/{number}.py": data for number, data in enumerate(CONTENTS.values())}, ".")


@needs_names
@pytest.mark.parametrize("applier", APPLIERS)
def test_any_name_applies(applier: str, tmp_path: Path) -> None:
    check(applier, tmp_path, dict.fromkeys(NAMES.values(), BAD), ".")


@pytest.mark.parametrize("applier", APPLIERS)
def test_a_file_above_applies_where_the_diff_says(applier: str, tmp_path: Path) -> None:
    check(applier, tmp_path, {"x.py": BAD, "below/y.py": BAD}, "../x.py", "y.py", below="below")
    (tmp_path / "fixed/x.py").write_bytes(BAD)
    diff = lint(tmp_path / "fixed" / "below", "--diff", "../x.py")
    assert f"relative to {os.path.realpath(tmp_path / 'fixed')}: apply it there" in diff.stderr.decode()


def test_an_absolute_path_is_one_like_another(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes(BAD)
    diff = lint(tmp_path, "--diff", "--quiet", str(tmp_path / "x.py"))
    assert diff.stdout.startswith(b"--- a/x.py\n+++ b/x.py\n")


@needs_names
@pytest.mark.parametrize("applier", APPLIERS)
def test_a_link_stays_a_link(applier: str, tmp_path: Path) -> None:
    for folder in ("fixed", "given"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "link.py").symlink_to("real.txt")
    check(applier, tmp_path, {"real.txt": BAD}, "link.py")
    assert (tmp_path / "given/link.py").is_symlink()


def test_the_diff_in_a_file_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes(CONTENTS["line ends of Windows"])
    diff = lint(tmp_path, "--diff", "--quiet", "x.py")
    lint(tmp_path, "--diff", "--quiet", "--output-file=x.patch", "x.py")
    assert (tmp_path / "x.patch").read_bytes() == diff.stdout
    assert b"\n-fd = os.open('x', os.O_RDONLY)\r\n+" in diff.stdout


def test_what_is_equal_has_no_diff() -> None:
    assert patch("x.py", b"a\n", b"a\n") == b""


def test_a_last_line_without_an_end_is_marked() -> None:
    printed = patch("pkg/x.py", b"a = 1\nb = 2\r\nc = 3", b"a = 1\nb = 3\r\nc = 3")
    assert printed == (
        b"--- a/pkg/x.py\n+++ b/pkg/x.py\n@@ -1,3 +1,3 @@\n a = 1\n-b = 2\r\n+b = 3\r\n"
        b" c = 3\n\\ No newline at end of file\n"
    )


def test_names_are_quoted_as_git_does(tmp_path: Path) -> None:
    first = patch(f"{tmp_path}/ü\n.py", b"a\n", b"b\n", os.path.realpath(tmp_path)).split(b"\n")[0]
    assert first == b'--- "a/\\303\\274\\n.py"'


def test_files_on_two_drives_have_no_folder_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr(os.path, "commonpath", refuse)
    assert base_of(["x.py"]) == os.path.realpath(os.curdir)
