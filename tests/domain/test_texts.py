"""Which texts hold the number of a descriptor, and where."""

from collections.abc import Sequence

import libcst as cst
import pytest

from inheritlint.domain.origins import Made
from inheritlint.domain.texts import concatenated, formatted, in_braces, text_of
from inheritlint.domain.values import ConstantValue, FlagBits, ObjectRef, TextValue, Value
from inheritlint.knowledge.deeds import Kind

FD = ObjectRef(Made(cst.Name("fd")), (), Kind.DESCRIPTOR)
NAME = ObjectRef(Made(cst.Name("name")))


def test_only_a_number_that_matters_is_written_down() -> None:
    assert text_of(FD) == TextValue((FD,))
    assert text_of(FlagBits(3)) == ConstantValue("3")
    assert not isinstance(text_of(NAME), TextValue)


@pytest.mark.parametrize(
    ("parts", "pieces"),
    [
        ([ConstantValue("--fd="), FD], ("--fd=", FD)),
        ([ConstantValue("/dev/"), ConstantValue("fd/"), FD], ("/dev/fd/", FD)),
        ([NAME, FD], (None, FD)),
        ([FD, FlagBits(7), ConstantValue("x")], (FD, "7x")),
        ([ConstantValue(b"fd "), TextValue((FD,))], ("fd ", FD)),
    ],
)
def test_pieces_stay_in_order(parts: list[Value], pieces: tuple[str | ObjectRef | None, ...]) -> None:
    assert concatenated(parts) == TextValue(pieces)


def test_a_text_without_a_number_is_a_constant_or_unknown() -> None:
    assert concatenated([ConstantValue("a"), FlagBits(1)]) == ConstantValue("a1")
    assert isinstance(concatenated([ConstantValue("a"), NAME]), ObjectRef)


@pytest.mark.parametrize(
    ("template", "arguments", "pieces"),
    [
        ("%d", [FD], (FD,)),
        (b"%d", [FD], (FD,)),
        ("--fd=%s", [FD], ("--fd=", FD)),
        ("%s: %05d%%", [NAME, FD], (None, ": ", FD, "%")),
    ],
)
def test_percent(template: str | bytes, arguments: Sequence[Value], pieces: tuple[str | ObjectRef | None, ...]) -> None:
    assert formatted(template, arguments) == TextValue(pieces)


def test_braces() -> None:
    assert in_braces("{{{}}}", [FD], {}) == TextValue(("{", FD, "}"))
    assert in_braces("{1}/{0}", [NAME, FD], {}) == TextValue((FD, "/", None))
    assert in_braces("--fd={fd:d}", [], {"fd": FD}) == TextValue(("--fd=", FD))


def test_what_stands_around_a_number() -> None:
    text = TextValue(("--fd=", FD, None))
    assert text.before(FD) == "--fd="
    assert text.after(FD) is None
    assert TextValue((FD,)).before(FD) == ""
