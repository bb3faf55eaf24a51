"""Time and memory are bounded for every file under 200 KB, whatever it computes.

`INHERITLINT_INPUTS=1000` makes more programs at random; `INHERITLINT_SEED` repeats what a failure prints. Each file is
analysed in a process of its own, which the system ends at the bound.
"""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from growing import DOUBLING, HEAD, program, repeated

INPUTS = int(os.environ.get("INHERITLINT_INPUTS", "10"))
SEED = int(os.environ.get("INHERITLINT_SEED", random.randrange(10**9)))
#: Seconds of processor time and bytes of memory that one file may take.
SECONDS, MEMORY = 30, 1 << 30

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="`resource` is Unix's")


def bounded() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def check(folder: Path, text: str) -> str:
    """What is found in `text`; fails where that takes more than a file may."""
    assert len(text) < 200_000
    (folder / "grows.py").write_text(text)
    command = [sys.executable, "-m", "inheritlint", "--isolated", "--no-cache", "--output-format=concise", "grows.py"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, preexec_fn=bounded)
    assert run.returncode in (0, 1), (run.returncode, run.stdout[-300:], run.stderr[-300:])
    assert "internal error" not in run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("statement", DOUBLING)
def test_a_statement_repeated(statement: str, tmp_path: Path) -> None:
    check(tmp_path, repeated(statement, 400))


@pytest.mark.parametrize("sign", [" and ", " or "])
def test_a_chain_of_many_terms(sign: str, tmp_path: Path) -> None:
    text = f"{HEAD}if {sign.join(f'n == {number}' for number in range(800))}:\n    os.set_inheritable(r, True)\n"
    check(tmp_path, text)


def test_many_cases_that_each_mark(tmp_path: Path) -> None:
    cases = "".join(f"    case {number}:\n        os.set_inheritable(r, True)\n" for number in range(500))
    found = check(tmp_path, f"{HEAD}match len(sys.argv):\n{cases}subprocess.Popen(['x'], close_fds=False)\n")
    assert found.count("INH201") == 500


@pytest.mark.parametrize("number", range(INPUTS))
def test_a_program_at_random(number: int, tmp_path: Path) -> None:
    text = program(random.Random(SEED + number), 20_000)
    try:
        check(tmp_path, text)
    except AssertionError as error:
        raise AssertionError(f"INHERITLINT_SEED={SEED + number} INHERITLINT_INPUTS=1: {error}") from error
