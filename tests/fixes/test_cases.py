"""The cases of the fixtures, and the shapes, run as they are and fixed, as far as they can run here.

What a case prints, how it ends and what its children get stays; a rule whose finding is that children get something may
take it from those that are not told its number, one whose finding is that a child lacks it may give it, and one whose
finding is that a call fails may let it succeed. `pytest -s` prints how many calls were compared, and how many of these
did more than fail. Where the rules' own programs are run before and after: tests/witness/test_demonstrations.py.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from inheritlint.findings import Finding
from inheritlint.pipeline.analysis import analyse

from .behaviour import GIVING, TAKING, TARGET, fixed
from .observing import WAYS, Child, Seen, functions, observe
from .shapes import SHAPES, Shape

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memfd_create and /proc")
FIXTURES = Path(__file__).parents[2] / "fixtures"
#: Fixtures that cannot be compared, with the reason.
APART = {
    "inh405": "what never ran runs",
    "inh601": "the programs wait for ever: tests/witness/test_ends.py",
    "inh901": "the files do not parse",
}
CASES = [path for path in sorted(FIXTURES.glob("*/report*.py")) if path.parent.name[:6] not in APART]
#: Rules whose finding is that a call fails.
FAILING = {"INH207", "INH310", "INH401", "INH402", "INH403", "INH404", "INH406"}


@pytest.fixture(scope="module")
def tally() -> Iterator[Counter[str]]:
    """Counts over all cases; in the end most of them must have done something, where there were not but a few."""
    counts: Counter[str] = Counter()
    yield counts
    print(f"\n{dict(counts)}")
    assert counts["calls"] < 200 or counts["useful"] > counts["calls"] // 3, counts


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_a_fixed_case_does_what_it_did(path: Path, tmp_path: Path, tally: Counter[str]) -> None:
    hold(path.read_text(encoding="utf-8"), tmp_path, tally)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_fixed_shape_does_what_it_did(shape: Shape, tmp_path: Path, tally: Counter[str]) -> None:
    hold(shape.head + shape.before, tmp_path, tally)


def hold(source: str, folder: Path, tally: Counter[str]) -> None:
    """Call everything in `source` that has a fix, and what the fix makes of it, on all ways, and compare."""
    after = fixed(source, lambda _: True)
    findings = [each for each in analyse("case.py", source.encode(), TARGET).findings if each.fix is not None]
    for name, lines in functions(source).items():
        concerned = [each for each in findings if each.span.line in lines]
        for number, way in enumerate(WAYS if concerned else ()):
            old = observe(source, name, way, folder / f"{name}-{number}-before")
            if old.is_endless:
                continue
            new = observe(after, name, way, folder / f"{name}-{number}-after")
            tally.update(calls=1, useful=old.is_of_use)
            compare(old, new, concerned, f"{name} {way}\n{old}\n{new}")


def compare(old: Seen, new: Seen, findings: list[Finding], place: str) -> None:
    codes = {each.code for each in findings}
    if codes & FAILING and old.ended.startswith("raised"):
        return
    # What stands in for a name that nobody defines prints how it is called: by a fixed call, too.
    same = new.printed.startswith(old.printed) if codes & FAILING else new.printed == old.printed
    assert same, f"prints something else: {place}"
    assert new.ended == old.ended, f"ends in another way: {place}"
    assert [each.told for each in new.children] == [each.told for each in old.children], place
    for one, other in zip(old.children, new.children, strict=True):
        lost, gained = one.got - other.got, other.got - one.got
        assert not lost or codes & {*TAKING, "INH301"}, f"{one} lost {lost}: {place}"
        assert not gained or codes & {*GIVING, "INH309"}, f"{one} gained {gained}: {place}"
        assert not any(is_told(one, number) for number, _ in lost), f"{one} was told of {lost}: {place}"


def is_told(child: Child, number: int) -> bool:
    return str(number) in re.split(r"\W+", child.told)
