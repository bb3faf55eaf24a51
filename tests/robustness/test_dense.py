"""Files made to take long: as much as is analysed at all, all of it dense, and each statement concerns us."""

import time
from collections.abc import Callable

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.source.extraction import _MOST_CHARACTERS

#: Each takes two to seven seconds on one core; what is quadratic takes minutes.
SECONDS = 30

FUNCTION = "import os, subprocess\ndef f(a, b, c):\n  fd=os.open(a,os.O_RDONLY)\n  os.set_inheritable(fd,True)\n"
SHAPES: dict[str, tuple[str, Callable[[int], str]]] = {
    "functions that mark": ("import os\n", lambda n: f"def f{n}(p):\n  os.set_inheritable(p,True)\n"),
    "functions that open": ("import os\n", lambda n: f"def f{n}(p):\n  return os.open(p,os.O_RDONLY)\n"),
    "functions that call each other": (
        "import os\n",
        lambda n: f"def h{n}(p):\n  h{n - 1}(p);os.set_inheritable(p,True)\n  h{n - 2}(p)\n",
    ),
    "methods that keep": (
        "import os\nclass A:\n",
        lambda n: f"  def m{n}(self):\n    self.a{n}=os.open(p,0);os.set_inheritable(self.a{n - 1},True)\n",
    ),
    "children": ("import subprocess\n", lambda n: "subprocess.Popen(c,close_fds=False)\n"),
    "aliases of aliases": ("import os\na0=os.open\n", lambda n: f"a{n + 1}=a{n}\n"),
    "functions inside one": (FUNCTION, lambda n: f"  def g{n}():os.set_inheritable(fd,True)\n"),
    "branches": (FUNCTION, lambda n: f"  if a{n % 40}: b{n % 40}=c\n"),
    "calls": (FUNCTION, lambda n: "  b(c,a)\n"),
}


def filled(head: str, line: Callable[[int], str]) -> str:
    """A text of almost as many characters, spaces not counted, as are analysed."""
    parts, size, number = [head], len(head), 0
    while size < _MOST_CHARACTERS - 3_000:
        part = line(number)
        parts.append(part)
        size += len(part.replace(" ", ""))
        number += 1
    return "".join(parts)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_dense_file_takes_seconds(shape: str) -> None:
    data = filled(*SHAPES[shape]).encode()
    began = time.process_time()
    findings = analyse("dense.py", data, Target()).findings
    assert time.process_time() - began < SECONDS
    assert "INH901" not in {finding.code for finding in findings}


def test_more_of_it_is_refused() -> None:
    head, line = SHAPES["calls"]
    data = (filled(head, line) + filled("", lambda n: "  b(c,a)\n")).encode()
    (finding,) = analyse("dense.py", data, Target()).findings
    assert finding.code == "INH901" and "too much relevant code in one file" in finding.message


def test_length_alone_is_no_reason() -> None:
    function = "def f{0}(p):\n    # {1}\n    os.set_inheritable(p, True)\n"
    data = "".join(["import os\n", *(function.format(n, "a long story " * 20) for n in range(1_500))]).encode()
    assert len(data) > 2 * _MOST_CHARACTERS
    assert "INH901" not in {finding.code for finding in analyse("long.py", data, Target()).findings}
