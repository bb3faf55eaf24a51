"""What is known of lists and dicts where paths meet, and under keys that are only known by where they came from."""

import libcst as cst
import pytest

from inheritlint.domain.joins import joined_contents
from inheritlint.domain.mapping import Aging, key_of, mapped
from inheritlint.domain.operations import element
from inheritlint.domain.origins import Made
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANY_KEY,
    ANYTHING,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    OneOf,
    PartialSequence,
    SequenceValue,
    Value,
)

ONE, OTHER = FlagBits(1), FlagBits(2)
KEY = ObjectRef(Made(cst.Name("key")))
OTHER_KEY = ObjectRef(Made(cst.Name("other")))
EMPTY = SequenceValue(())


@pytest.mark.parametrize(
    ("one", "other", "holds_any"),
    [
        (SequenceValue((ONE,)), SequenceValue((ONE, OTHER)), True),
        (PartialSequence((ONE,), True), SequenceValue((OTHER,)), True),
        (EMPTY, SequenceValue((ONE,)), None),
        (PartialSequence((ONE,)), SequenceValue((ONE, OTHER)), None),
        (DictValue(((KEY, ONE),), False, True), DictValue((("a", ONE),)), True),
        (DictValue(()), DictValue(((KEY, ONE),), False, True), None),
    ],
)
def test_a_container_surely_holds_something_where_it_does_on_both_paths(
    one: Value, other: Value, holds_any: bool | None
) -> None:
    assert truth(joined_contents(one, other)) is holds_any
    assert truth(joined_contents(other, one)) is holds_any


def test_an_element_that_may_be_several_is_each_of_them_once() -> None:
    either = OneOf([ConstantValue("a"), ONE])
    held = joined_contents(PartialSequence((either, ONE)), SequenceValue((OTHER, either, ConstantValue("a"))))
    assert held == PartialSequence((ConstantValue("a"), ONE, OTHER))


def test_what_was_put_under_a_reference_is_found_under_it() -> None:
    table = DictValue(((KEY, ONE),), whole=False)
    assert element(table, KEY) == ONE


def test_what_was_put_under_another_reference_since_may_be_the_same() -> None:
    table = DictValue(((KEY, ONE), (OTHER_KEY, OTHER)), whole=False)
    assert element(table, KEY) == OneOf([ONE, OTHER])
    assert element(table, OTHER_KEY) == OTHER


def test_under_an_unknown_key_stands_anything() -> None:
    table = DictValue(((KEY, ONE),), whole=False)
    assert element(table, OTHER_KEY) == OneOf([ONE, ANYTHING])


def test_a_key_of_the_round_before_is_an_older_object() -> None:
    older = ObjectRef(KEY.origin, (), None, True)
    aged = mapped(DictValue(((older, ONE), (KEY, OTHER)), False, True), Aging(KEY.origin))  # type: ignore[arg-type]
    assert aged == DictValue(((older, OneOf([ONE, OTHER])),), False, True)


@pytest.mark.parametrize(
    ("index", "key"),
    [
        (KEY, KEY),
        (ConstantValue("name"), "name"),
        (FlagBits(3), 3),
        (FlagBits(0, 1), ANY_KEY),
        (ANYTHING, ANY_KEY),
        (OneOf([KEY, OTHER_KEY]), ANY_KEY),
    ],
)
def test_a_key_is_a_literal_or_a_reference(index: Value, key: object) -> None:
    assert key_of(index) == key
