"""Which texts hold the number of a descriptor, and where."""

from collections.abc import Sequence

import pytest

from inheritlint.facts.texts import formatted, in_braces, joined, text_of
from inheritlint.facts.values import Bits, Constant, Text, Thing, Value
from inheritlint.knowledge.deeds import Kind

FD = Thing("fd", (), Kind.DESCRIPTOR)
NAME = Thing("name")


def test_only_a_number_that_matters_is_written_down() -> None:
    assert text_of(FD) == Text((FD,))
    assert text_of(Bits(3)) == Constant("3")
    assert not isinstance(text_of(NAME), Text)


@pytest.mark.parametrize(
    ("parts", "pieces"),
    [
        ([Constant("--fd="), FD], ("--fd=", FD)),
        ([Constant("/dev/"), Constant("fd/"), FD], ("/dev/fd/", FD)),
        ([NAME, FD], (None, FD)),
        ([FD, Bits(7), Constant("x")], (FD, "7x")),
        ([Constant(b"fd "), Text((FD,))], ("fd ", FD)),
    ],
)
def test_pieces_stay_in_order(parts: list[Value], pieces: tuple[str | Thing | None, ...]) -> None:
    assert joined(parts) == Text(pieces)


def test_a_text_without_a_number_is_a_constant_or_unknown() -> None:
    assert joined([Constant("a"), Bits(1)]) == Constant("a1")
    assert isinstance(joined([Constant("a"), NAME]), Thing)


@pytest.mark.parametrize(
    ("template", "arguments", "pieces"),
    [
        ("%d", [FD], (FD,)),
        (b"%d", [FD], (FD,)),
        ("--fd=%s", [FD], ("--fd=", FD)),
        ("%s: %05d%%", [NAME, FD], (None, ": ", FD, "%")),
    ],
)
def test_percent(template: str | bytes, arguments: Sequence[Value], pieces: tuple[str | Thing | None, ...]) -> None:
    assert formatted(template, arguments) == Text(pieces)


def test_braces() -> None:
    assert in_braces("{{{}}}", [FD], {}) == Text(("{", FD, "}"))
    assert in_braces("{1}/{0}", [NAME, FD], {}) == Text((FD, "/", None))
    assert in_braces("--fd={fd:d}", [], {"fd": FD}) == Text(("--fd=", FD))


def test_what_stands_around_a_number() -> None:
    text = Text(("--fd=", FD, None))
    assert text.before(FD) == "--fd="
    assert text.after(FD) is None
    assert Text((FD,)).before(FD) == ""
