"""What is measured: trees of files that are there anyway, and two small files."""

import os
import shutil
import sysconfig
from collections.abc import Iterator
from pathlib import Path

CLEAN = '''\
"""A small clean file."""

import json


def load(path):
    """Read a document."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)
'''
CONCERNED = '''\
"""A small concerned file."""

import os
import subprocess


def run(command):
    """Run a command whose child writes to a pipe."""
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    with subprocess.Popen([*command, str(writer)], close_fds=False):
        os.close(writer)
        return os.read(reader, 100)
'''
LIBRARY = Path(sysconfig.get_path("stdlib"))
_TESTS = ("test", "tests", "idle_test")


def python_files(root: Path, without: tuple[str, ...] = ()) -> Iterator[Path]:
    """Every `.py` file below `root`, in order, folders named in `without` left out."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in (*without, "__pycache__"))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(".py"))


def library(into: Path, *, tests: bool) -> Path:
    """A copy of this interpreter's standard library."""
    return _copied(LIBRARY, into, ("site-packages",) if tests else ("site-packages", *_TESTS))


def _copied(root: Path, into: Path, without: tuple[str, ...]) -> Path:
    for path in python_files(root, without):
        target = into / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return into


def many(into: Path, source: Path, count: int) -> Path:
    """`count` files: those below `source`, again and again."""
    files = list(python_files(source))
    for number in range(count):
        original = files[number % len(files)]
        target = into / f"copy{number // len(files)}" / original.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(original, target)
    return into


def small(into: Path) -> tuple[Path, Path]:
    """One small clean file, and one that concerns us."""
    clean, concerned = into / "clean.py", into / "concerned.py"
    clean.write_text(CLEAN)
    concerned.write_text(CONCERNED)
    return clean, concerned
