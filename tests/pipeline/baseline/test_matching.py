"""Old and new findings, one to one."""

import random

from inheritlint.pipeline.baseline.identity import Identity
from inheritlint.pipeline.baseline.matching import match

OPEN = Identity("a.py", "INH101", "A.start", "os.open(x)")


def new(old: list[Identity], now: list[Identity]) -> list[Identity]:
    return [each for each, is_known in zip(now, match(old, now).is_known, strict=True) if not is_known]


def test_the_same_is_known() -> None:
    assert match([OPEN], [OPEN]) == ([True], [])


def test_a_renamed_function_brings_nothing_new() -> None:
    assert new([OPEN], [OPEN._replace(scope="A.begin")]) == []


def test_a_renamed_file_brings_nothing_new() -> None:
    assert new([OPEN], [OPEN._replace(path="b.py")]) == []


def test_an_edited_call_brings_nothing_new() -> None:
    assert new([OPEN], [OPEN._replace(text="os.open(x,1)")]) == []


def test_another_rule_is_new_whatever_else_is_alike() -> None:
    assert new([OPEN], [OPEN._replace(code="INH102")]) == [OPEN._replace(code="INH102")]


def test_nothing_in_common_but_the_rule_is_new() -> None:
    other = Identity("b.py", "INH101", "A.start", "os.open(y)")
    assert match([OPEN], [other]) == ([False], [OPEN])


def test_one_more_in_a_function_that_has_one_is_one_that_is_new() -> None:
    other = OPEN._replace(text="os.open(y)")
    assert new([OPEN], [other, OPEN]) == [other]
    assert new([OPEN], [OPEN, OPEN]) == [OPEN]


def test_the_strictest_match_comes_first_whatever_the_order() -> None:
    edited, renamed, moved = (
        OPEN._replace(text="os.open(z)"),
        OPEN._replace(scope="A.begin"),
        OPEN._replace(path="b.py"),
    )
    for now in ([edited, renamed, moved, OPEN], [OPEN, moved, renamed, edited]):
        assert sorted(new([OPEN], now)) == sorted([edited, renamed, moved])


def test_an_old_one_is_used_once_and_what_is_left_is_gone() -> None:
    assert match([OPEN, OPEN, OPEN], [OPEN]) == ([True], [OPEN, OPEN])


def test_no_more_are_known_than_there_were() -> None:
    """Any findings: as many are known as are not gone, and what is matched has the rule in common."""
    chance = random.Random(5)

    def some() -> list[Identity]:
        return [Identity(*(chance.choice("ab") for _ in range(4))) for _ in range(chance.randrange(12))]

    for _ in range(2_000):
        old, now = some(), some()
        is_known, gone = match(old, now)
        assert sum(is_known) == len(old) - len(gone)
        assert sum(is_known) <= min(len(old), len(now))
        if sorted(old) == sorted(now):
            assert all(is_known)
