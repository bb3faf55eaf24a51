"""0, 1 and 2 as they are closed, reopened and replaced on one path."""

import libcst as cst

from inheritlint.domain.origins import Made, NumbersFrom, StandardStream
from inheritlint.domain.standard_streams import UNTOUCHED, closed_by_range, number_of, numbers_of
from inheritlint.domain.values import FlagBits, ObjectRef, SequenceValue

CALL, OTHER, CLOSE = cst.Name("call"), cst.Name("other"), cst.Name("close")


def test_the_next_descriptor_lands_on_the_lowest_free_number() -> None:
    streams, number = UNTOUCHED.closing(frozenset({0, 2}), CLOSE).reopening(CALL)
    assert (number, streams.closed, streams.private) == (0, {2}, {(0, CALL, CLOSE)})
    streams, number = streams.reopening(OTHER)
    assert (number, streams.closed) == (2, frozenset())


def test_a_replaced_stream_is_inheritable_again() -> None:
    streams, _ = UNTOUCHED.closing(frozenset({0}), CLOSE).reopening(CALL)
    assert streams.replaced(0).private == streams.made_inheritable(0).private == frozenset()
    assert streams.replaced(1).private == {(0, CALL, CLOSE)}


def test_a_stream_that_is_closed_again_is_forgotten() -> None:
    assert UNTOUCHED.made_non_inheritable(1, CALL).closing(frozenset({1}), CLOSE).private == frozenset()


def test_numbers_above_the_streams_do_not_count() -> None:
    assert UNTOUCHED.closing(frozenset({3, 4}), CLOSE) == UNTOUCHED


def test_what_has_a_known_number() -> None:
    assert number_of(FlagBits(2)) == 2
    assert number_of(ObjectRef(StandardStream("sys.stderr"), (".fileno",))) == 2
    assert number_of(ObjectRef(Made(CALL))) is None
    assert numbers_of(SequenceValue((FlagBits(0), FlagBits(5))), {}) == {0, 5}
    assert numbers_of(ObjectRef(NumbersFrom(1), ("[*]",)), {}) == {1, 2}


def test_ranges() -> None:
    assert closed_by_range(FlagBits(0), ObjectRef(Made(CALL))) == {0, 1, 2}
    assert closed_by_range(FlagBits(0), FlagBits(2)) == {0, 1}
    assert closed_by_range(FlagBits(3), ObjectRef(Made(CALL))) == frozenset()
    assert closed_by_range(ObjectRef(Made(CALL)), FlagBits(9)) == frozenset()
