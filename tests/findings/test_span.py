"""Lines and columns, for the line ends that Python knows and no others."""

import pytest

from inheritlint.findings import LineTable, Span


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(end: str) -> None:
    table = LineTable(f"ab{end}{end}c")
    assert len(table) == 3
    assert [table.line(row) for row in range(5)] == ["", "ab", "", "c", ""]
    assert [table.offset(row) for row in (1, 2, 3, 4)] == [0, 2 + len(end), 2 + 2 * len(end), 3 + 2 * len(end)]
    assert table.place(2 + 2 * len(end)) == (3, 1)


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_what_ends_no_line(character: str) -> None:
    table = LineTable(f"a{character}b\nc")
    assert len(table) == 2
    assert table.line(1) == f"a{character}b"


def test_columns_count_characters() -> None:
    table = LineTable("é😀 = x\ny")
    assert table.span(5, 6) == Span(5, 6, 1, 6, 1, 7)
    assert table.span(0, 8) == Span(0, 8, 1, 1, 2, 2)


def test_the_place_of_a_line_end_is_on_its_line() -> None:
    assert LineTable("a\r\nb").place(2) == (1, 3)
    assert LineTable("a\nb").place(3) == (2, 2)


def test_an_empty_text_has_one_line() -> None:
    table = LineTable("")
    assert (len(table), table.line(1), table.offset(1), table.offset(2)) == (1, "", 0, 0)
    assert table.span(0, 0) == Span(0, 0, 1, 1, 1, 1)
