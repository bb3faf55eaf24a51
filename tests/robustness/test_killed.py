"""`--fix` that is killed, or runs twice at once: every file is the old one or the new one, whole.

12 times here; `INHERITLINT_KILLS=200 pytest -s tests/robustness/test_killed.py` is the long run, over 500 files.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

KILLS = int(os.environ.get("INHERITLINT_KILLS", "12"))
FILES = 500 if KILLS >= 100 else 60
BEFORE = "import os\n\n\ndef read(path):\n    return os.open(path, os.O_RDONLY)  # {}\n"
AFTER = BEFORE.replace("os.O_RDONLY", 'os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)')
COMMAND = [sys.executable, "-m", "inheritlint", "--isolated", "--quiet", "--fix", "-j2", "."]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")


def fill(folder: Path) -> None:
    for number in range(FILES):
        (folder / f"file{number}.py").write_text(BEFORE.format(number * "x"))


def states(folder: Path) -> tuple[int, int]:
    """How many files are old and how many new; anything else fails."""
    old = new = 0
    for number in range(FILES):
        text = (folder / f"file{number}.py").read_text()
        old += text == BEFORE.format(number * "x")
        new += text == AFTER.format(number * "x")
    assert old + new == FILES, "a file is neither the old one nor the new one"
    return old, new


def start(folder: Path) -> "subprocess.Popen[bytes]":
    nothing = subprocess.DEVNULL
    return subprocess.Popen(COMMAND, cwd=folder, stdout=nothing, stderr=nothing, start_new_session=True)


def test_killed_at_any_moment(tmp_path: Path) -> None:
    fill(tmp_path)
    began = time.monotonic()
    start(tmp_path).wait()
    assert states(tmp_path) == (0, FILES)
    whole = time.monotonic() - began
    chance = random.Random()
    midway = 0
    for _ in range(KILLS):
        fill(tmp_path)
        run = start(tmp_path)
        time.sleep(chance.uniform(0, whole))
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        old, new = states(tmp_path)
        midway += bool(old and new)
    print(f"{KILLS} kills over {FILES} files, {midway} of them in the middle of the work")
    assert midway


def test_two_runs_at_once(tmp_path: Path) -> None:
    fill(tmp_path)
    for run in [start(tmp_path), start(tmp_path)]:
        run.wait()
    start(tmp_path).wait()
    assert states(tmp_path) == (0, FILES)
    assert not list(tmp_path.glob(".inheritlint-*"))
