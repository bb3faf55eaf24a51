"""The same fixes through LibCST's own tool."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.declaration import Safety
from inheritlint.faces import codemods
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.fixing import apply_fixes
from inheritlint.pipeline.registry import all_rules

OPEN = b'import os\n\nfd = os.open("x", os.O_RDONLY)\n'
START = b'import subprocess\n\nsubprocess.run(["x"], close_fds=False)\n'
GUARD = b"import os\n\n\ndef keep(handle):\n    os.set_handle_inheritable(handle, False)\n"


def codemod(folder: Path, command: str, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """LibCST's tool on `folder`; the order of its processes is not ours, so it runs one."""
    name = f"inheritlint.faces.codemods.{command}"
    tool = [sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "--hide-progress", "-j1", "-x", name]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [*tool, *arguments], cwd=folder, input=stdin, capture_output=True, check=False, env=environment
    )


def fixed(data: bytes, unsafe: bool = False, code: str = "INH") -> bytes:
    return apply_fixes("code.py", data, Target(), lambda finding: finding.code.startswith(code), unsafe).data


def test_one_rule_is_mended_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_bytes(OPEN + START)
    run = codemod(tmp_path, "FixInh301", "--unsafe-fixes", "code.py")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "code.py").read_bytes() == OPEN + START.replace(b", close_fds=False", b"")


def test_all_rules_are_mended_as_the_command_line_does(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_bytes(OPEN + START)
    (tmp_path / "clean.py").write_bytes(b"x = 1\n")
    run = codemod(tmp_path, "FixAll", ".")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "code.py").read_bytes() == fixed(OPEN + START) != OPEN + START
    assert (tmp_path / "clean.py").read_bytes() == b"x = 1\n"


def test_unsafe_fixes_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_bytes(GUARD)
    assert codemod(tmp_path, "FixInh401", "code.py").returncode == 0
    assert path.read_bytes() == GUARD
    assert codemod(tmp_path, "FixInh401", "--unsafe-fixes", "code.py").returncode == 0
    assert path.read_bytes() == fixed(GUARD, unsafe=True) != GUARD


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + OPEN.replace(b"\n", b"\r\n"),
        b"# coding: latin-1\nname = '\xe9'\n" + OPEN,
        b"#!/usr/bin/env python\n\x0c\n" + OPEN.rstrip(b"\n"),
        b"if True:\n\timport os\n\tos_fd = os.open('x', os.O_RDONLY)\t# kept\n",
    ],
    ids=["mark and CRLF", "latin-1", "form feed, no final newline", "tabs"],
)
def test_every_other_byte_stays(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "code.py").write_bytes(data)
    assert codemod(tmp_path, "FixInh101", "code.py").returncode == 0
    assert (tmp_path / "code.py").read_bytes() == fixed(data, code="INH101") != data


def test_standard_input(tmp_path: Path) -> None:
    run = codemod(tmp_path, "FixInh101", "-", stdin=OPEN)
    assert run.stdout.rstrip() == fixed(OPEN).rstrip()


def test_comments_silence_and_settings_decide(tmp_path: Path) -> None:
    silent = OPEN.replace(b"NLY)", b"NLY)  # noqa: INH101")
    (tmp_path / "code.py").write_bytes(silent)
    (tmp_path / "only_here.py").write_bytes(GUARD)
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nwindows-files = ["only_here.py"]\n')
    assert codemod(tmp_path, "FixAll", "--unsafe-fixes", ".").returncode == 0
    assert (tmp_path / "code.py").read_bytes() == silent
    assert (tmp_path / "only_here.py").read_bytes() == GUARD


def test_a_mistake_in_the_settings_is_said(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_bytes(OPEN)
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nwindows-file = ["x"]\n')
    run = codemod(tmp_path, "FixAll", "code.py")
    assert run.returncode == 1
    assert b"windows-file" in run.stderr
    assert (tmp_path / "code.py").read_bytes() == OPEN


def test_every_rule_with_a_fix_has_a_command() -> None:
    fixable = {f"Fix{rule.code.capitalize()}" for rule in all_rules().values() if rule.safety is not Safety.NONE}
    assert set(codemods.COMMANDS) == {"FixAll", *fixable}
    for name, command in codemods.COMMANDS.items():
        assert getattr(codemods, name) is command
        assert (command.__module__, command.__qualname__) == ("inheritlint.faces.codemods", name)


def test_a_command_says_what_it_does(tmp_path: Path) -> None:
    run = codemod(tmp_path, "FixInh301", "--help")
    text = " ".join(run.stdout.decode().split())
    assert all_rules()["INH301"].summary in text
    assert "--unsafe-fixes" in text
