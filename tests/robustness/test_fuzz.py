"""Mutated files: no exception leaves the analysis, no fix breaks a file, a second fix changes nothing.

400 inputs here; `INHERITLINT_INPUTS=100000 pytest -s tests/robustness/test_fuzz.py` is the long run. The seed is
printed with a failure: `INHERITLINT_SEED` repeats it.
"""

import os
import random
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from mutations import mutated
from unbroken import mended_unbroken

INPUTS = int(os.environ.get("INHERITLINT_INPUTS", "400"))
SEED = int(os.environ.get("INHERITLINT_SEED", random.randrange(10**9)))
FIXTURES = [path.read_bytes() for path in sorted(Path(__file__).parents[2].glob("fixtures/*/[rs]*.py"))]
#: How long one input may take, in seconds.
SECONDS = 10


@pytest.mark.parametrize("part", range(4))
def test_nothing_breaks(part: int) -> None:
    slowest, mended_count = 0.0, 0
    for number in range(part, INPUTS, 4):
        seed = SEED + number
        chance = random.Random(seed)
        data = mutated(chance.choice(FIXTURES), FIXTURES, chance)
        began = time.process_time()
        try:
            mended_count += mended_unbroken(data) != data
        except BaseException as error:
            raise AssertionError(f"INHERITLINT_SEED={seed} INHERITLINT_INPUTS=1: {error!r}\n{data!r}") from error
        slowest = max(slowest, time.process_time() - began)
    print(f"part {part}: seed {SEED}, {mended_count} mended, slowest {slowest:.1f} s")
    assert slowest < SECONDS
