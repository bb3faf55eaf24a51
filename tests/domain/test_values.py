"""Three-valued answers, and integers of which some bits are known."""

import random

import pytest

from inheritlint.domain.joins import one_of
from inheritlint.domain.literals import as_bits
from inheritlint.domain.operations import binary
from inheritlint.domain.truth import sets_close_on_exec
from inheritlint.domain.values import UNKNOWN, ConstantValue, FlagBits
from inheritlint.knowledge.flags import CONSTANTS
from inheritlint.knowledge.platforms import EVERYWHERE

SIGNS = {"BitOr": int.__or__, "BitAnd": int.__and__, "BitXor": int.__xor__, "Add": int.__add__}


def test_an_answer_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="unknown is neither"):
        bool(UNKNOWN)


@pytest.mark.parametrize("sign", SIGNS)
def test_known_bits_are_those_of_every_number_that_fits(sign: str) -> None:
    """Whatever the unknown bits are, the result agrees with what is said of it."""
    numbers = random.Random(446)
    for _ in range(2_000):
        ones, other_ones = numbers.getrandbits(8), numbers.getrandbits(8)
        unknown, other_unknown = numbers.getrandbits(8) & ~ones, numbers.getrandbits(8) & ~other_ones
        result = as_bits(binary(sign, FlagBits(ones, unknown), FlagBits(other_ones, other_unknown)))
        left = ones | (numbers.getrandbits(8) & unknown)
        right = other_ones | (numbers.getrandbits(8) & other_unknown)
        real = SIGNS[sign](left, right)
        assert real & ~result.unknown == result.ones & ~result.unknown


def test_one_path_without_the_flag_is_enough() -> None:
    with_flag, without = FlagBits(CONSTANTS["os.O_CLOEXEC"]), FlagBits(0)
    assert sets_close_on_exec(one_of([with_flag, without]), EVERYWHERE).is_false
    assert sets_close_on_exec(with_flag, EVERYWHERE).is_true
    assert sets_close_on_exec(FlagBits(0, -1), EVERYWHERE) == UNKNOWN
    assert sets_close_on_exec(FlagBits(-1), EVERYWHERE).is_true


def test_true_and_one_are_different_constants() -> None:
    assert ConstantValue(True) != ConstantValue(1)
    assert len({ConstantValue(True), ConstantValue(1.0)}) == 2
