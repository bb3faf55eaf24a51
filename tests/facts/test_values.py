"""Three-valued answers, and integers of which some bits are known."""

import random

import libcst as cst
import pytest

from inheritlint.facts.operations import combine
from inheritlint.facts.values import UNKNOWN, Bits, Constant, as_bits, choice, keeps_from_children
from inheritlint.knowledge.flags import CONSTANTS
from inheritlint.knowledge.platforms import EVERYWHERE

SIGNS = {cst.BitOr: int.__or__, cst.BitAnd: int.__and__, cst.BitXor: int.__xor__, cst.Add: int.__add__}


def test_an_answer_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="unknown is neither"):
        bool(UNKNOWN)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.__name__)
def test_known_bits_are_those_of_every_number_that_fits(sign: type[cst.BaseBinaryOp]) -> None:
    """Whatever the unknown bits are, the result agrees with what is said of it."""
    numbers = random.Random(446)
    for _ in range(2_000):
        ones, other_ones = numbers.getrandbits(8), numbers.getrandbits(8)
        unknown, other_unknown = numbers.getrandbits(8) & ~ones, numbers.getrandbits(8) & ~other_ones
        result = as_bits(combine(sign(), Bits(ones, unknown), Bits(other_ones, other_unknown)))
        left = ones | (numbers.getrandbits(8) & unknown)
        right = other_ones | (numbers.getrandbits(8) & other_unknown)
        real = SIGNS[sign](left, right)
        assert real & ~result.unknown == result.ones & ~result.unknown


def test_one_path_without_the_flag_is_enough() -> None:
    with_flag, without = Bits(CONSTANTS["os.O_CLOEXEC"]), Bits(0)
    assert keeps_from_children(choice([with_flag, without]), EVERYWHERE).is_false
    assert keeps_from_children(with_flag, EVERYWHERE).is_true
    assert keeps_from_children(Bits(0, -1), EVERYWHERE) == UNKNOWN
    assert keeps_from_children(Bits(-1), EVERYWHERE).is_true


def test_true_and_one_are_different_constants() -> None:
    assert Constant(True) != Constant(1)
    assert len({Constant(True), Constant(1.0)}) == 2
