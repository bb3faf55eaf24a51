"""What holds of every fix, whatever the file: over all fixtures in many shapes, and over the standard library."""

import ast
import codecs
import difflib
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from inheritlint.findings import Finding
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes
from inheritlint.source.prefilter import may_be_relevant

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
LIBRARY = Path(os.__file__).parent
TARGET = Target()


def parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        return False
    return True


REPORTS = [path for path in sorted(FIXTURES.glob("*/report*.py")) if parses(path.read_bytes())]
#: Files of the library that concern us; each tenth of its tests, for time.
CONCERNED = [
    path
    for number, path in enumerate(sorted(LIBRARY.rglob("*.py")))
    if "site-packages" not in path.parts
    and ("test" not in path.parts or number % 10 == 0)
    and may_be_relevant(path.read_bytes())
    and parses(path.read_bytes())
]


def everything(finding: Finding) -> bool:
    return True


def codes(data: bytes) -> Counter[str]:
    return Counter(finding.code for finding in analyse("example.py", data, TARGET).findings)


def check(data: bytes) -> None:
    """Fix `data` and hold the result against it."""
    before = codes(data)
    mended = apply_fixes("example.py", data, TARGET, everything, True)
    after = codes(mended.data)
    assert parses(mended.data)
    most = max((each.severity.rank for each in mended.fixed), default=0)
    brought = {each.code for each in mended.remaining if each.severity.rank >= most} & (after - before).keys()
    assert not brought, "a fix brought something new that is as severe"
    assert mended.fixed or mended.data == data
    assert apply_fixes("example.py", mended.data, TARGET, everything, True).data == mended.data, (
        "a second run changes something"
    )
    old, new = data.splitlines(keepends=True), mended.data.splitlines(keepends=True)
    for tag, first, last, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            ends = {line[len(line.rstrip(b"\r\n")) :] for line in old[first:last] + new[start:end]} - {b""}
            assert len(ends) <= 1, "line ends are mixed"


def as_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def with_mark(data: bytes) -> bytes:
    return codecs.BOM_UTF8 + data.removeprefix(codecs.BOM_UTF8)


def with_tabs(data: bytes) -> bytes:
    return b"".join(
        b"\t" * ((len(line) - len(line.lstrip(b" "))) // 4) + line.lstrip(b" ")
        for line in data.splitlines(keepends=True)
    )


def with_form_feeds(data: bytes) -> bytes:
    return data.replace(b"\n\n\ndef ", b"\n\n\x0c\ndef ")


def in_latin_1(data: bytes) -> bytes:
    return b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + data


def without_final_newline(data: bytes) -> bytes:
    return data.rstrip(b"\r\n")


@pytest.mark.parametrize(
    "shape", [bytes, as_crlf, with_mark, with_tabs, with_form_feeds, in_latin_1, without_final_newline]
)
@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_a_fix_keeps_everything_else(path: Path, shape: Callable[[bytes], bytes]) -> None:
    data = shape(path.read_bytes())
    if not parses(data):
        pytest.skip("this shape does not parse")
    check(data)


@pytest.mark.parametrize("path", CONCERNED, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_fixes_of_the_standard_library(path: Path) -> None:
    check(path.read_bytes())


def test_there_is_something_to_fix() -> None:
    assert len(CONCERNED) > 20
    assert any(analyse(str(path), path.read_bytes(), TARGET).findings for path in CONCERNED)
