"""Behaviour is the judge: programs made at random, and the programs of the rules, before and after each fix.

200 programs here; `INHERITLINT_FIXED_PROGRAMS=2000 pytest -s tests/fixes/test_behaviour.py` is the long run, and prints
how many fixes of each rule were judged. Hypothesis prints how to repeat a failure, and shrinks it.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from .behaviour import judge
from .programs import Program, programs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memfd_create and /proc")
COUNT = int(os.environ.get("INHERITLINT_FIXED_PROGRAMS", "200"))
tally: Counter[str] = Counter()


@pytest.fixture(scope="module")
def judged() -> Iterator[Counter[str]]:
    """Counts over all programs; in the end there must have been something to judge."""
    yield tally
    print(f"\n{dict(sorted(tally.items()))}")
    assert tally["fixes"] > tally["programs"] // 4, tally


@settings(
    max_examples=COUNT,
    deadline=None,
    print_blob=True,
    phases=(Phase.generate,),  # a program is small as it is, and each attempt runs many processes
    database=None,
    derandomize="INHERITLINT_FIXED_PROGRAMS" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(program=programs())
def test_a_fix_changes_what_its_rule_names_and_nothing_else(judged: Counter[str], program: Program) -> None:
    note(program.source)
    codes = judge(program.source)
    judged.update(codes)
    judged.update(programs=1, fixes=len(codes))
