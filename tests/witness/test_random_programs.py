"""Programs made at random: what the rules say of a descriptor against what children saw.

A finding that no way through the program shows is a false alarm; a leak without a finding is a miss. 200 programs
here; `INHERITLINT_PROGRAMS=2000 pytest -s tests/witness/test_random_programs.py` is the nightly run, and prints both
rates. Hypothesis prints how to repeat a failure, and shrinks it.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, note, settings

from inheritlint.events.gather import gather
from inheritlint.events.marks import MadeInheritable
from inheritlint.interpreter.target import Target
from inheritlint.lifecycle.lifecycle import Ending
from inheritlint.pipeline.analysis import analyse
from inheritlint.source.parsing import parse
from inheritlint.source.reading import SourceFile, decode
from inheritlint.source.stack import with_deep_stack

sys.path.insert(0, str(Path(__file__).parent))
from programs import Program, programs, watched

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memfd_create and /proc")
COUNT = int(os.environ.get("INHERITLINT_PROGRAMS", "200"))
#: What says that children get a descriptor that nobody gives them.
LEAKS = {"INH103", "INH201", "INH202", "INH203"}
IDLE = "INH206"
tally = {"programs": 0, "descriptors": 0, "leaks": 0, "found": 0, "misses": 0, "unknown": 0}

#: An iteration of a range cannot raise: nothing leads from the second round to the handler with `x0` inheritable.
MARKED_TWICE = Program(
    lines=[
        'x0 = os.memfd_create("x0")  # x0',
        "try:",
        "    for _ in range(2):",
        "        os.set_inheritable(x0, True)  # x0",
        "    os.close(x0)  # x0",
        "except OSError:",
        "    pass",
    ],
    usable=[],
    made=1,
)


def said(program: Program, ran: frozenset[int]) -> dict[str, set[str]]:
    """The codes that are reported for each descriptor, on the lines that ran."""
    found: dict[str, set[str]] = {}
    lines = program.source.splitlines()
    for finding in analyse("program.py", program.source.encode(), Target()).findings:
        name = re.search(r"# (x\d)$", lines[finding.span.line - 1])
        if name and finding.span.line in ran:
            found.setdefault(name[1], set()).add(finding.code)
    return found


def unknown(program: Program) -> set[str]:
    """The descriptors of which the analysis says that it does not know what becomes of a mark on them."""
    source = decode("program.py", program.source.encode())
    assert isinstance(source, SourceFile)
    lines = program.source.splitlines()
    events = with_deep_stack(lambda: gather(parse(source), Target()))
    marked = [event for event in events if isinstance(event, MadeInheritable) and event.fate.ending is Ending.UNKNOWN]
    return {lines[event.span.line - 1].rpartition("# ")[2] for event in marked}


def marks(program: Program, name: str) -> int:
    """How many lines make a descriptor inheritable; a child may get by one mark what another is in vain for."""
    return len(re.findall(rf"(?:True|F_SETFD, 0)\)  # {name}\n", program.source))


@pytest.fixture(scope="module")
def rates() -> Iterator[dict[str, int]]:
    """Counts over all programs; in the end misses must have been rare."""
    yield tally
    print(f"\n{tally}")
    assert tally["misses"] <= max(2, tally["leaks"] // 100), tally


@settings(
    max_examples=COUNT,
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(program=programs())
@example(program=MARKED_TWICE)
def test_findings_are_leaks_and_leaks_are_findings(rates: dict[str, int], program: Program) -> None:
    note(program.source)
    seen = watched(program)
    found = said(program, seen.ran)
    tally["programs"] += 1
    for number in range(program.made):
        name = f"x{number}"
        codes = found.get(name, set())
        born = f'memfd_create("{name}", 0)' in program.source
        leaks = name in seen.afterwards or (born and name in seen.inside)
        tally["descriptors"] += 1
        tally["leaks"] += leaks
        tally["found"] += bool(leaks and codes & (LEAKS | {IDLE}))
        if leaks and not codes & (LEAKS | {IDLE}):
            kind = "unknown" if name in unknown(program) else "misses"
            tally[kind] += 1
            if "-s" in sys.argv:
                print(f"\n{kind}: {name}\n{program.source}")
        if codes & LEAKS:
            assert leaks, f"{name}: {codes} and no child ever gets it"
        if IDLE in codes and not born and marks(program, name) == 1:
            assert name not in seen.inside, f"{name}: {IDLE} and a child gets it"
