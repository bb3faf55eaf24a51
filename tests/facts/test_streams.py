"""0, 1 and 2 as they are closed, reopened and replaced on one path."""

import libcst as cst

from inheritlint.facts.streams import UNTOUCHED, closed_by_range, number_of, numbers_of
from inheritlint.facts.values import Bits, Items, Thing

CALL, OTHER, CLOSE = cst.Name("call"), cst.Name("other"), cst.Name("close")


def test_the_next_descriptor_lands_on_the_lowest_free_number() -> None:
    streams, number = UNTOUCHED.closing(frozenset({0, 2}), CLOSE).landing(CALL)
    assert (number, streams.closed, streams.private) == (0, {2}, {(0, CALL, CLOSE)})
    streams, number = streams.landing(OTHER)
    assert (number, streams.closed) == (2, frozenset())


def test_a_replaced_stream_is_inheritable_again() -> None:
    streams, _ = UNTOUCHED.closing(frozenset({0}), CLOSE).landing(CALL)
    assert streams.replaced(0).private == streams.opened(0).private == frozenset()
    assert streams.replaced(1).private == {(0, CALL, CLOSE)}


def test_a_stream_that_is_closed_again_is_forgotten() -> None:
    assert UNTOUCHED.shut(1, CALL).closing(frozenset({1}), CLOSE).private == frozenset()


def test_numbers_above_the_streams_do_not_count() -> None:
    assert UNTOUCHED.closing(frozenset({3, 4}), CLOSE) == UNTOUCHED


def test_what_has_a_known_number() -> None:
    assert number_of(Bits(2)) == 2
    assert number_of(Thing(("standard stream", "sys.stderr"), (".fileno",))) == 2
    assert number_of(Thing("fd")) is None
    assert numbers_of(Items((Bits(0), Bits(5)))) == {0, 5}
    assert numbers_of(Thing(("range", 1), ("[*]",))) == {1, 2}


def test_ranges() -> None:
    assert closed_by_range(Bits(0), Thing("limit")) == {0, 1, 2}
    assert closed_by_range(Bits(0), Bits(2)) == {0, 1}
    assert closed_by_range(Bits(3), Thing("limit")) == frozenset()
    assert closed_by_range(Thing("first"), Bits(9)) == frozenset()
