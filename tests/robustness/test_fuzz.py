"""Mutated files: no exception leaves the analysis, no fix breaks a file, a second fix changes nothing.

400 inputs here; `INHERITLINT_INPUTS=100000 pytest -s tests/robustness/test_fuzz.py` is the long run. The seed is
printed with a failure: `INHERITLINT_SEED` repeats it.
"""

import os
import random
import sys
import time
import warnings
from pathlib import Path

import pytest

from inheritlint.facts.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import mend

sys.path.insert(0, str(Path(__file__).parent))
from mutations import mutated

INPUTS = int(os.environ.get("INHERITLINT_INPUTS", "400"))
SEED = int(os.environ.get("INHERITLINT_SEED", random.randrange(10**9)))
FIXTURES = [path.read_bytes() for path in sorted(Path(__file__).parents[2].glob("fixtures/*/[rs]*.py"))]
#: How long one input may take, in seconds.
PATIENCE = 10


def compiles(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "input", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


@pytest.mark.parametrize("part", range(4))
def test_nothing_breaks(part: int) -> None:
    slowest, mended_count = 0.0, 0
    for number in range(part, INPUTS, 4):
        seed = SEED + number
        chance = random.Random(seed)
        data = mutated(chance.choice(FIXTURES), FIXTURES, chance)
        began = time.monotonic()
        try:
            findings = analyse("input.py", data, Target()).findings
            if any(finding.fix for finding in findings):
                mended = mend("input.py", data, Target(), lambda finding: True, True)
                mended_count += mended.data != data
                assert compiles(mended.data) or not compiles(data), "a fix broke it"
                again = mend("input.py", mended.data, Target(), lambda finding: True, True)
                assert again.data == mended.data, "a second fix changes something"
        except BaseException as error:
            raise AssertionError(f"INHERITLINT_SEED={seed} INHERITLINT_INPUTS=1: {error!r}\n{data!r}") from error
        slowest = max(slowest, time.monotonic() - began)
    print(f"part {part}: seed {SEED}, {mended_count} mended, slowest {slowest:.1f} s")
    assert slowest < PATIENCE
