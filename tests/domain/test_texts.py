"""Which texts hold the number of a descriptor, and where."""

from collections.abc import Sequence

import libcst as cst
import pytest

from inheritlint.domain.origins import Made, Parameter
from inheritlint.domain.texts import as_json, concatenated, formatted, in_braces, packed, rewritten, text_of, words_of
from inheritlint.domain.values import (
    ANYTHING,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.flow.blocks import Function
from inheritlint.knowledge.effects import Kind

FD = ObjectRef(Made(cst.Name("fd")), (), Kind.DESCRIPTOR)
NAME = ObjectRef(Made(cst.Name("name")))
GIVEN = ObjectRef(Parameter(Function("f", cst.Module([])), "number"))


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


def test_percent_with_names() -> None:
    assert formatted("--fd=%(fd)d", [DictValue((("fd", FD),))]) == TextValue(("--fd=", FD))


def test_what_a_caller_gives_may_be_a_number() -> None:
    option = concatenated([ConstantValue("--fd="), GIVEN])
    assert option == TextValue(("--fd=", GIVEN))
    assert rewritten(option, lambda value: FD if value == GIVEN else value) == TextValue(("--fd=", FD))
    assert rewritten(option, lambda value: ConstantValue("7")) == ConstantValue("--fd=7")
    assert rewritten(option, lambda value: ANYTHING) == ANYTHING


@pytest.mark.parametrize(
    ("value", "pieces"),
    [
        (FD, (FD,)),
        (DictValue((("fd", FD),)), ('{"fd": ', FD, "}")),
        (DictValue((("name", NAME), ("fd", FD))), ('{"name": ', None, ', "fd": ', FD, "}")),
        (SequenceValue((FD, FlagBits(7))), ("[", FD, ", 7]")),
        (DictValue((("fds", SequenceValue((FD,))),)), ('{"fds": [', FD, "]}")),
    ],
)
def test_json(value: Value, pieces: tuple[str | ObjectRef | None, ...]) -> None:
    assert as_json(value) == TextValue(pieces)


def test_json_of_no_number_is_not_known() -> None:
    assert as_json(DictValue((("fd", NAME),))) == ANYTHING


def test_what_is_packed_has_an_end_on_both_sides() -> None:
    assert packed([FD]) == TextValue(("\0", FD, "\0"))
    assert packed([FlagBits(3), FD]) == TextValue(("\0", None, "\0", FD, "\0"))
    assert packed([FlagBits(3)]) == ANYTHING


def test_words_of_a_text() -> None:
    text = TextValue(("tool --fd ", FD, " -v"))
    assert words_of(text, None) == [ConstantValue("tool"), ConstantValue("--fd"), TextValue((FD,)), ConstantValue("-v")]
    assert words_of(TextValue((None, ",", FD)), ",") == [ANYTHING, TextValue((FD,))]
