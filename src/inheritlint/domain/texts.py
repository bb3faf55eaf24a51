"""Texts that hold the number of a descriptor: `str(fd)`, `f"--fd={fd}"`, `"%d" % fd`, `b"%d" % fd`; and bytes that do,
in binary or as JSON."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import is_

from inheritlint.domain.origins import Parameter
from inheritlint.domain.values import (
    ANY_KEY,
    ANYTHING,
    MAX_ITEMS,
    MAX_LITERAL,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    OneOf,
    PartialSequence,
    PerPlatform,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.knowledge.effects import Kind

#: Kinds whose number may be written down to no use.
NUMBERED = frozenset([Kind.DESCRIPTOR, Kind.SOCKET_NUMBER, Kind.CONNECTION_NUMBER, Kind.HANDLE])
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([a-zA-Z%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
#: What stands around a number that is written in binary: nothing that a text would hold there.
FIELD = "\0"


def _is_written(value: Value) -> bool:
    """Whether a text that holds the number of `value` matters: it is something open, or the caller says what it is."""
    if not isinstance(value, ObjectRef):
        return False
    return value.kind in NUMBERED or (value.kind is None and isinstance(value.origin, Parameter))


def text_of(value: Value) -> Value:
    """`str(value)`: a text where `value` is a number that matters, itself where it is a text already."""
    match value:
        case ObjectRef() if _is_written(value):
            return TextValue((value,))
        case FlagBits() if value.number is not None and value.number.bit_length() <= MAX_LITERAL:
            return ConstantValue(str(value.number))
        case TextValue() | ConstantValue(str()):
            return value
    return ANYTHING


def concatenated(parts: Iterable[Value]) -> Value:
    """The parts one after the other; an unknown text where none of them holds a number that matters."""
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
        case ObjectRef() if _is_written(part):
            pieces.append(part)
        case OneOf(options) | PerPlatform(options) if held := [
            each for each in options if isinstance(each, TextValue) or _is_written(each)
        ]:
            _add(pieces, held[0])
        case _:
            pieces.append(None)


def formatted(template: str | bytes, arguments: Sequence[Value]) -> Value:
    """`template % arguments`."""
    text = template.decode("latin-1") if isinstance(template, bytes) else template
    left = list(arguments)
    table = left[0] if len(left) == 1 and isinstance(left[0], DictValue) else DictValue(())

    def fill(match: re.Match[str]) -> Value:
        if match[2] == "%":
            return ConstantValue("%")
        if match[1]:
            return table.get(match[1]) or ANYTHING
        return left.pop(0) if left else ANYTHING

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


def packed(fields: Iterable[Value]) -> Value:
    """`struct.pack(…)` of `fields`, `number.to_bytes(4)` of one: numbers, each with an end on both sides."""
    parts: list[Value] = [ConstantValue(FIELD)]
    for field in fields:
        parts += [field if isinstance(field, ObjectRef) else ANYTHING, ConstantValue(FIELD)]
    text = concatenated(parts)
    return text if isinstance(text, TextValue) else ANYTHING


def as_json(value: Value) -> Value:
    """`json.dumps(value)`, as far as it tells of numbers that matter."""
    text = concatenated(_json(value))
    return text if isinstance(text, TextValue) else ANYTHING


def _json(value: Value) -> Iterator[Value]:
    match value:
        case SequenceValue(items) | PartialSequence(items):
            yield from _listed("[", items, "]")
        case DictValue(entries):
            yield ConstantValue("{")
            for place, (key, item) in enumerate(entries):
                name = ANY_KEY if isinstance(key, ObjectRef) else str(key)
                yield ConstantValue(f"{', ' if place else ''}{json.dumps(name)}: ")
                yield from _json(item)
            yield ConstantValue("}")
        case ConstantValue(str() as text):
            yield ConstantValue(json.dumps(text))
        case TextValue():
            yield from (ConstantValue('"'), value, ConstantValue('"'))
        case FlagBits() | ObjectRef() | OneOf():
            yield value
        case _:
            yield ANYTHING


def _listed(start: str, items: Sequence[Value], end: str) -> Iterator[Value]:
    yield ConstantValue(start)
    for place, item in enumerate(items):
        if place:
            yield ConstantValue(", ")
        yield from _json(item)
    yield ConstantValue(end)


def words_of(text: TextValue, separator: str | None) -> list[Value]:
    """`text.split(separator)`: the texts between. Where one ends in a part that is not known is unknown."""
    words: list[list[Value]] = [[]]
    for piece in text.pieces:
        if not isinstance(piece, str):
            words[-1].append(ANYTHING if piece is None else piece)
            continue
        first, *rest = re.split(r"\s+" if separator is None else re.escape(separator), piece)
        words[-1].append(ConstantValue(first))
        words += [[ConstantValue(each)] for each in rest]
    texts = [concatenated(word) for word in words]
    return [each for each in texts if separator is not None or each != ConstantValue("")]


def rewritten(text: TextValue, change: Callable[[Value], Value]) -> Value:
    """`text` with what `change` makes of each object in it; itself where that changes none."""
    parts = [change(piece) if isinstance(piece, ObjectRef) else piece for piece in text.pieces]
    if all(map(is_, parts, text.pieces)):
        return text
    return concatenated(
        part if isinstance(part, Value) else ANYTHING if part is None else ConstantValue(part) for part in parts
    )
