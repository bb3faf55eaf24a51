"""Nothing that is computed on constants raises: a program may write any expression down, and never run it.

400 programs here; `INHERITLINT_INPUTS=100000` is the long run. The seed is printed with a failure:
`INHERITLINT_SEED` repeats it.
"""

import os
import random
import sys
import warnings
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from constants import HEAD, program

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

INPUTS = int(os.environ.get("INHERITLINT_INPUTS", "400"))
SEED = int(os.environ.get("INHERITLINT_SEED", random.randrange(10**9)))


@pytest.mark.parametrize(
    "expression",
    [
        "'abc'.encode('hex')",
        "'a'.encode('idna' * 9)",
        "'{²}'.format(1)",
        "sys.platform[::0]",
        "int(1e400)",
        f"f'{{{hex(1 << 15_000)}}}'",
        f"str({hex(1 << 15_000)})",
        "'\\ud800'.encode('utf-8')",
        "sys.platform.startswith(5)",
        "1 << -1",
        "1 // 0",
        "1 % 0",
    ],
)
def test_what_python_refuses_to_compute_is_unknown(expression: str) -> None:
    data = f"{HEAD}f = os.open('x', {expression})\ne = os.open('x', os.O_RDONLY)\n".encode("utf-8", "surrogatepass")
    codes = [(finding.code, finding.span.line) for finding in analyse("x.py", data, Target()).findings]
    assert ("INH101", len(HEAD.splitlines()) + 2) in codes


@pytest.mark.parametrize("part", range(2))
def test_nothing_computed_raises(part: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        for seed in range(SEED + part, SEED + INPUTS, 2):
            text = program(random.Random(seed))
            try:
                analyse("x.py", text.encode(), Target())
            except BaseException as error:
                raise AssertionError(f"INHERITLINT_SEED={seed} INHERITLINT_INPUTS=1: {error!r}\n{text}") from error
