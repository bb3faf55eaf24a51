"""Programs made at random: what the rules say of them against what the kernel says on every way through them.

A finding that no way shows is a false alarm; what goes wrong without a finding is a miss. 200 programs of each family
here; `INHERITLINT_PROGRAMS=5000 pytest -s tests/witness/test_random_programs.py` is the nightly run, and prints the
counts. Hypothesis prints how to repeat a failure, and shrinks it.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, note, settings

from inheritlint.events.collect import collect_events
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.interpreter.target import Target
from inheritlint.lifecycle.lifecycle import ResetStatus
from inheritlint.pipeline.analysis import analyse
from inheritlint.source.parsing import parse
from inheritlint.source.reading import SourceFile, decode
from inheritlint.source.stack import with_deep_stack

sys.path.insert(0, str(Path(__file__).parent))
import programs_ends
import programs_forks
import programs_locks
import programs_marks
from programs import Program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memfd_create and /proc")
COUNT = int(os.environ.get("INHERITLINT_PROGRAMS", "200"))
TALLIES = {family: Counter[str]() for family in ("marks", "ends", "forks", "locks")}
#: How many calls of a program fail together, at most. Where no way shows what a finding says, it may need more of them.
FAILURES = {"marks": (2, 3), "ends": (1, 2, 3), "forks": (0,), "locks": (1, 2, 3)}
#: What says that children get a descriptor that nobody gives them.
LEAKS = {"INH103", "INH201", "INH202", "INH203"}
#: What says that no child gets a descriptor by its mark: nobody, or only those that are given it anyway.
NEEDLESS = {"INH204", "INH206"}

#: What is wrong with what was said, what nothing was said of, and what is to be counted.
Verdict = tuple[list[str], list[str], Counter[str]]


def said(program: Program, ran: frozenset[int]) -> list[tuple[str, list[str]]]:
    """What is reported on the lines that ran: a code, and the descriptors of which the line speaks."""
    lines = program.source.splitlines()
    findings = analyse("program.py", program.source.encode(), Target()).findings
    spoken = ((each.code, _names_on(lines[each.span.line - 1])) for each in findings if each.span.line in ran)
    return [(code, names) for code, names in spoken if names]


def _names_on(line: str) -> list[str]:
    found = re.search(r"# (x\d(?: x\d)*)$", line)
    return found[1].split() if found else []


def unknown(program: Program) -> set[str]:
    """The descriptors of which the analysis says that it does not know what becomes of a mark on them."""
    source = decode("program.py", program.source.encode())
    assert isinstance(source, SourceFile)
    lines = program.source.splitlines()
    events = with_deep_stack(lambda: collect_events(parse(source), Target()))
    marked = [
        event for event in events if isinstance(event, MadeInheritable) and event.fate.ending is ResetStatus.UNKNOWN
    ]
    return {name for event in marked for name in lines[event.span.line - 1].rpartition("# ")[2].split()}


def check_marks(program: Program, failures: int) -> Verdict:
    seen = programs_marks.watched(program, failures)
    found = said(program, seen.ran)
    tally, wrong, missed = Counter[str](), list[str](), list[str]()
    tally["programs"] += 1
    names = [f"x{number}" for number in range(program.made)]
    born = {name for name in names if f'memfd_create("{name}", 0)' in program.source}
    leaks = seen.afterwards | seen.by_birth & born
    tally["descriptors"] += program.made
    tally["leaks"] += len(leaks)
    for name in sorted(leaks):
        if any(name in each and code in LEAKS | NEEDLESS for code, each in found):
            tally["found"] += 1
            continue
        kind = "elsewhere" if {f"{name} is shared", f"{name} ends"} <= program.facts else "missed"
        kind = "unknown" if name in unknown(program) else kind
        tally[kind] += 1
        missed += [f"{kind}: {name}"] if kind != "elsewhere" else []
    for code, each in found:
        if code in LEAKS and leaks.isdisjoint(each):
            wrong.append(f"{' '.join(each)}: {code} and no child ever gets it")
        once = len(each) == 1 and f"{each[0]} marked again" not in program.facts
        if code in NEEDLESS and once and each[0] in seen.inside - born:
            wrong.append(f"{each[0]}: {code} and a child gets it by its mark")
    return wrong, missed, tally


def codes_of(program: Program) -> set[str]:
    return {each.code for each in analyse("program.py", program.source.encode(), Target()).findings}


class Shown(Protocol):
    """What the ways through a program show: the mistake on all ways on which it can be made, or on some."""

    @property
    def always(self) -> object: ...

    @property
    def sometimes(self) -> object: ...


def reported(tally: Counter[str], shown: Shown, wrong: str) -> Verdict:
    """The verdict where a rule reports; `wrong` says what it is where no way shows the mistake."""
    tally["found"] += bool(shown.always)
    tally["found on some ways"] += bool(shown.sometimes and not shown.always)
    return [] if shown.sometimes else [wrong], [], tally


def check_ends(program: Program, failures: int) -> Verdict:
    waits, found = programs_ends.watched(program, failures), codes_of(program)
    tally = Counter(["programs"])
    tally["wait"] += bool(waits.always)
    if "INH602" in found:
        return ["INH602 and no child reads anything"], [], tally
    if "INH601" in found:
        return reported(tally, waits, "INH601 and nothing waits in vain")
    if not waits.always:
        tally["silent on some ways"] += bool(waits.sometimes)
        return [], [], tally
    kind = "stored" if "attributes" in program.facts else "missed"
    tally[kind] += 1
    return [], [kind] if kind == "missed" else [], tally


def check_forks(program: Program, _: int) -> Verdict:
    kept, found = programs_forks.watched(program), codes_of(program)
    tally = Counter(["programs"])
    tally["kept"] += kept.always
    if "INH601" in found:
        return ["INH601 and no parent reads anything"], [], tally
    if "INH602" in found:
        return reported(tally, kept, "INH602 and nobody keeps a copy")
    if not kept.always or kept.used:
        tally["silent on some ways"] += kept.sometimes and not kept.used
        return [], [], tally
    kind = "ends in a function" if {"listener", "child in a function"} <= program.facts else "missed"
    tally[kind] += 1
    return [], [kind] if kind == "missed" else [], tally


def check_locks(program: Program, failures: int) -> Verdict:
    lost, found = programs_locks.watched(program, failures), codes_of(program)
    tally = Counter(["programs"])
    tally["lost"] += lost.always
    if "INH309" in found:
        return reported(tally, lost, "INH309 and no lock is lost")
    tally["silent on some ways"] += lost.sometimes and not lost.always
    # lockf(3) knows nothing of flock(2), and is undone when any descriptor of the file is closed.
    kind = "missed of lockf" if "lockf" in program.source else "copied" if "60)" in program.source else "missed"
    tally[kind] += lost.always
    return [], [kind] if lost.always and kind == "missed" else [], tally


RUN = settings(
    max_examples=COUNT,
    deadline=None,
    print_blob=True,
    database=None,
    derandomize="INHERITLINT_PROGRAMS" not in os.environ,  # the long run makes others each time
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module", autouse=True)
def rates() -> Iterator[None]:
    """The counts of each family; in the end misses must have been rare."""
    yield
    for family, tally in TALLIES.items():
        print(f"\n{family}: {dict(tally)}")
    for family, tally in TALLIES.items():
        assert tally["missed"] <= max(2, tally["found"] // 100), f"{family}: {tally}"


def judge(program: Program, family: str, check: Callable[[Program, int], Verdict]) -> None:
    """Check a program; what no way shows is looked for where more calls fail."""
    note(program.source)
    for failures in FAILURES[family]:
        wrong, missed, tally = check(program, failures)
        if not wrong:
            break
    TALLIES[family] += tally
    if missed and "-s" in sys.argv:
        print(f"\n{missed}\n{program.source}")
    assert not wrong, wrong


@RUN
@given(program=programs_marks.programs())
def test_findings_are_leaks_and_leaks_are_findings(program: Program) -> None:
    judge(program, "marks", check_marks)


@RUN
@given(program=programs_ends.programs())
def test_an_end_is_reported_where_its_copy_keeps_a_read_from_its_end(program: Program) -> None:
    judge(program, "ends", check_ends)


@RUN
@given(program=programs_forks.programs())
def test_a_fork_is_reported_where_a_copy_is_kept(program: Program) -> None:
    judge(program, "forks", check_forks)


@RUN
@given(program=programs_locks.programs())
def test_a_lock_is_reported_where_an_exec_loses_it(program: Program) -> None:
    judge(program, "locks", check_locks)
