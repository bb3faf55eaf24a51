"""Texts that hold the number of a descriptor: `str(fd)`, `f"--fd={fd}"`, `"%d" % fd`, `b"%d" % fd`."""

import re
from collections.abc import Callable, Iterable, Sequence

from inheritlint.domain.values import (
    ANYTHING,
    MAX_ITEMS,
    MAX_LITERAL,
    ConstantValue,
    FlagBits,
    ObjectRef,
    OneOf,
    TextValue,
    Value,
)
from inheritlint.knowledge.deeds import Kind

#: Kinds whose number may be written down to no use.
NUMBERED = frozenset([Kind.DESCRIPTOR, Kind.SOCKET_NUMBER, Kind.HANDLE])
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([a-zA-Z%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def text_of(value: Value) -> Value:
    """`str(value)`: a text where `value` is a number that matters, itself where it is a text already."""
    match value:
        case ObjectRef(kind=kind) if kind in NUMBERED:
            return TextValue((value,))
        case FlagBits() if value.number is not None and value.number.bit_length() <= MAX_LITERAL:
            return ConstantValue(str(value.number))
        case TextValue() | ConstantValue(str()):
            return value
    return ANYTHING


def concatenated(parts: Iterable[Value]) -> Value:
    """The parts one after the other; a text that nobody knows where none of them holds a number that matters."""
    pieces: list[str | ObjectRef | None] = []
    for part in parts:
        _add(pieces, part)
    merged: list[str | ObjectRef | None] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece is None and merged and merged[-1] is None:
            continue
        elif piece != "":
            merged.append(piece)
    if len(merged) > MAX_ITEMS or any(isinstance(piece, str) and len(piece) > MAX_LITERAL for piece in merged):
        return ANYTHING
    if any(isinstance(piece, ObjectRef) for piece in merged):
        return TextValue(tuple(merged))
    if all(isinstance(piece, str) for piece in merged):
        return ConstantValue("".join(piece for piece in merged if isinstance(piece, str)))
    return ANYTHING


def _add(pieces: list[str | ObjectRef | None], part: Value) -> None:
    match part:
        case ConstantValue(str() as text):
            pieces.append(text)
        case ConstantValue(bytes() as data):
            pieces.append(data.decode("latin-1"))
        case FlagBits(ones, 0) if ones.bit_length() <= MAX_LITERAL:
            pieces.append(str(ones))
        case TextValue(inner):
            pieces.extend(inner)
        case ObjectRef(kind=kind) if kind in NUMBERED:
            pieces.append(part)
        case OneOf(options) if held := [each for each in options if isinstance(each, (TextValue, ObjectRef))]:
            _add(pieces, held[0])
        case _:
            pieces.append(None)


def formatted(template: str | bytes, arguments: Sequence[Value]) -> Value:
    """`template % arguments`."""
    text = template.decode("latin-1") if isinstance(template, bytes) else template
    left = list(arguments)

    def fill(match: re.Match[str]) -> Value:
        if match[2] == "%":
            return ConstantValue("%")
        return left.pop(0) if left and not match[1] else ANYTHING

    return concatenated(_filled(text, _PERCENT, fill))


def in_braces(template: str, positional: Sequence[Value], named: dict[str, Value]) -> Value:
    """`template.format(*positional, **named)`."""
    left = list(positional)

    def fill(match: re.Match[str]) -> Value:
        if match[1] is None:
            return ConstantValue(match[0][0])
        name = re.split(r"[!:]", match[1], maxsplit=1)[0]
        if not name:
            return left.pop(0) if left else ANYTHING
        if name.isascii() and name.isdigit() and len(name) < 4 and int(name) < len(positional):
            return positional[int(name)]
        return named.get(name, ANYTHING)

    return concatenated(_filled(template, _BRACES, fill))


def _filled(text: str, holes: re.Pattern[str], fill: Callable[[re.Match[str]], Value]) -> list[Value]:
    parts: list[Value] = []
    place = 0
    for match in holes.finditer(text):
        parts.append(ConstantValue(text[place : match.start()]))
        parts.append(fill(match))
        place = match.end()
    parts.append(ConstantValue(text[place:]))
    return parts
