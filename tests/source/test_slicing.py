"""What is left out of a file, by its bytes or by its statements, changes no finding."""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inheritlint.findings import LineTable
from inheritlint.source.extraction import ParseError
from inheritlint.source.prefilter import matching_co_occurrences, may_be_relevant
from inheritlint.source.reading import SourceFile, decode
from inheritlint.source.slicing import relevant_units
from inheritlint.source.units import Definition, extent, ranges_of

sys.path.insert(0, str(Path(__file__).parent))
from sliced import findings

FIXTURES = Path(__file__).parents[2] / "fixtures"
FOLDERS = [path for path in sorted(FIXTURES.iterdir()) if path.is_dir() and path.name[:6] not in ("inh901", "inh902")]
#: What the sieve is known to overlook: a number out of a queue that is read from and not taken for anything else, and
#: standard input that is only known by its number.
OVERLOOKED = {("report_channels", "start"), ("report_lines", "opens_it_by_its_number")}
LIBRARY = Path(os.__file__).parent
FILES = [path for path in sorted(LIBRARY.rglob("*.py")) if "site-packages" not in path.parts]
CONCERNED = [path for path in FILES if path.stat().st_size > 8_000 and may_be_relevant(path.read_bytes())]
#: The rest takes LibCST long to read; each twentieth shows it.
UNCONCERNED = [path for path in FILES if path.stat().st_size < 20_000 and not may_be_relevant(path.read_bytes())][::20]


def read(path: Path) -> SourceFile:
    source = decode(str(path), path.read_bytes())
    if not isinstance(source, SourceFile):
        pytest.skip("cannot be decoded")
    try:
        ast.parse(source.text)
    except SyntaxError:
        pytest.skip("does not parse")
    return source


_UNDER_OTHER_NAMES = """
import atexit, contextlib, functools, os, subprocess

BALLAST

def finish(keeper):
    os.close(keeper.writer)

def finish_second(code, keeper):
    finish(keeper)

def end_all(keeper):
    keeper.close()

def same(thing):
    return thing

def mark(code, keeper):
    os.set_inheritable(keeper.writer, True)

class Other:
    def finish(self, keeper):
        os.close(keeper.writer)

class Keeper(Foreign):
    def start(self, command):
        self.writer = os.dup(1)
        MARK
        subprocess.run(command, close_fds=False)

    def end(self, command):
        END

def run(command):
    keeper = Keeper()
    keeper.start(command)
    AFTER
"""
_BALLAST = "\n\n".join(f"def ballast_{number}(first):\n    return first + {number}" for number in range(40))
_MARKS = (
    "os.set_inheritable(self.writer, True)",
    "mark(0, self)",
    "with self as me:\n            os.set_inheritable(me.writer, True)",
    "me, other = self, 1\n        os.set_inheritable(me.writer, True)",
    "os.set_inheritable(same(self).writer, True)",
)
_ENDS = (
    "os.close((me := self).writer)",
    "os.close(type(self).writer)",
    "os.close((self or None).writer)",
    "os.close([self][0].writer)",
    "with self as me:\n            os.close(me.writer)",
    "me: object = self\n        os.close(me.writer)",
    "for me in [self]:\n            os.close(me.writer)",
    "me = same(self)\n        os.close(me.writer)",
    "keep = lambda: self\n        os.close(keep().writer)",
    "def inner(number, me=self):\n            os.close(me.writer)\n        inner(1)",
    "self.me = self\n        os.close(self.me.writer)",
    "finish(self)",
    "print(self.writer)\n        finish(self)",
    "finish_second(0, keeper=self)",
    "Other().finish(self)",
    "functools.partial(finish_second, 0)(self)",
    "self.close()",
    "end_all(self)",
    "getattr(self, 'close')()",
    "with self:\n            pass",
    "with contextlib.closing(self):\n            pass",
    "atexit.register(self.close)",
    "Foreign.close(self)",
)
_AFTER = ("os.close(keeper.writer)", "finish(keeper)", "finish_second(0, keeper)", "keeper.close()", "end_all(keeper)")


@pytest.mark.parametrize(
    ("mark", "end", "after"),
    [
        *((mark, "os.close(self.writer)", "pass") for mark in _MARKS),
        *((_MARKS[0], end, "pass") for end in _ENDS),
        *((mark, "pass", after) for mark in _MARKS[:2] for after in _AFTER),
    ],
)
def test_an_object_that_gets_another_name_is_followed(mark: str, end: str, after: str) -> None:
    text = _UNDER_OTHER_NAMES.replace("MARK", mark).replace("END", end).replace("AFTER", after)
    source = decode("named.py", text.replace("BALLAST", _BALLAST).encode())
    assert isinstance(source, SourceFile)
    assert findings(source, whole=False) == findings(source, whole=True)


@pytest.mark.parametrize("path", CONCERNED[::3], ids=lambda path: str(path.relative_to(LIBRARY)))
def test_slicing_changes_no_finding(path: Path) -> None:
    source = read(path)
    assert findings(source, whole=False) == findings(source, whole=True)


def test_slicing_changes_no_finding_of_the_fixtures() -> None:
    """Each fixture, with definitions after it that do not matter."""
    ballast = "\n\n" + "\n\n".join(
        f"def ballast_{number}(first):\n    return first + {number}\n" for number in range(250)
    )
    for path in sorted(FIXTURES.glob("*/[rs]*.py")):
        data = path.read_bytes()
        if path.parent.name.startswith("inh901") or b"coding" in data:
            continue
        text = data.decode() + ballast
        source = SourceFile(str(path), text.encode(), text, "utf-8")
        lines = LineTable(text)
        kept = ranges_of(relevant_units(matching_co_occurrences(text.encode()), text, lines, ast.parse(text)), lines)
        assert sum(end - start for start, end in kept) < len(text) - len(ballast) / 2
        assert findings(source, whole=False) == findings(source, whole=True), path


def alone(text: str) -> Iterator[tuple[str, str]]:
    """Each definition of a text with all that is none: its name, and what a file with it alone holds."""
    tree, lines = ast.parse(text), text.splitlines(keepends=True)
    defined = [each for each in tree.body if isinstance(each, Definition)]
    for one in defined:
        left = [extent(other) for other in defined if other is not one]
        dropped = {number for first, last in left for number in range(first, last + 1)}
        yield one.name, "".join(line for number, line in enumerate(lines, 1) if number not in dropped)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name[:6])
def test_each_definition_of_a_fixture_is_judged_alone_as_it_is_whole(folder: Path) -> None:
    """What is seen in a file must not hang on another function of it, in which a rare word stands."""
    for path in sorted(folder.glob("[rs]*.py")):
        every = 1 if path.stem.startswith("report") else 3  # each third of those that are silent shows it
        for name, text in [*alone(path.read_text("utf-8"))][::every]:
            source = SourceFile(str(path), text.encode(), text, "utf-8")
            seen = findings(source, whole=False) if may_be_relevant(source.data) else []
            assert seen == findings(source, whole=True) or (path.stem, name) in OVERLOOKED, (path, name)


@pytest.mark.parametrize("path", UNCONCERNED, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_the_sieve_lets_no_finding_fall(path: Path) -> None:
    source = read(path)
    try:
        assert findings(source, whole=True) == []
    except ParseError:
        pytest.skip("LibCST does not parse it")


@pytest.mark.parametrize(
    ("argument", "concerns"),
    [("True", False), ("True if old else False", True), ("old", True), ("False", True)],
)
def test_a_start_that_says_what_every_start_does_concerns_nobody(argument: str, concerns: bool) -> None:
    text = f"import subprocess\n\n\ndef start(command, old):\n    subprocess.run(command, close_fds={argument})\n"
    lines, data = LineTable(text), text.encode()
    assert may_be_relevant(data) is concerns
    assert bool(relevant_units(matching_co_occurrences(data), text, lines, ast.parse(text))) is concerns
