"""Source that is nested deeper than a parser can go costs only itself, and little time."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "import os\ndescriptor = os.open('x', os.O_RDONLY)\n"
DEEP = 20_000
ELIF = "if x == 0:\n    pass\n" + "".join(f"elif x == {number}:\n    pass\n" for number in range(1, DEEP))
TOO_DEEP = {
    "parentheses": "(" * DEEP + "1" + ")" * DEEP,
    "calls": "f(" * DEEP + ")" * DEEP,
    "attributes": "a" + ".b" * DEEP,
    "subscripts": "a" + "[0]" * DEEP,
    "nots": "not " * DEEP + "1",
    "lambdas": "lambda: " * DEEP + "1",
    "sums": "+".join(["1"] * DEEP),
    "ands": " and ".join(["a"] * DEEP),
    "elifs": ELIF,
}
DEEP_ENOUGH = {
    "elifs": "if x == 0:\n    pass\n" + "".join(f"elif x == {number}:\n    pass\n" for number in range(1, 1_500)),
    "sums": "x = " + "+".join(["1"] * 1_500),
    "strings": "x = (" + "\n    'a'" * 5_000 + "\n)",
    "strings in a function": "def f(x):\n    y = (" + "\n        'a'" * 5_000 + "\n    )\n    return y",
    "a table": "x = [\n" + "    ('a', 1, {'b': -2}),\n" * 40_000 + "]",
}


def check(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "deep.py").write_text(HEAD + text + "\n")
    (folder / "other.py").write_text(HEAD)
    command = [sys.executable, "-m", "inheritlint", "--isolated", "--output-format", "concise", "deep.py", "other.py"]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=60)


@pytest.mark.parametrize("text", TOO_DEEP.values(), ids=TOO_DEEP)
def test_too_deep_is_said_and_the_others_are_checked(text: str, tmp_path: Path) -> None:
    run = check(tmp_path, text)
    assert run.returncode == 1
    assert "deep.py:1:1: INH901 file not checked: code is nested too deeply" in run.stdout
    assert "other.py:2:27: INH101" in run.stdout


@pytest.mark.parametrize("text", DEEP_ENOUGH.values(), ids=DEEP_ENOUGH)
def test_what_generators_write_is_analysed(text: str, tmp_path: Path) -> None:
    run = check(tmp_path, text)
    assert "deep.py:2:27: INH101" in run.stdout
    assert "INH901" not in run.stdout
