"""Texts that hold the number of a descriptor: `str(fd)`, `f"--fd={fd}"`, `"%d" % fd`, `b"%d" % fd`."""

import re
from collections.abc import Callable, Iterable, Sequence

from inheritlint.facts.values import Bits, Constant, Text, Thing, Value
from inheritlint.knowledge.deeds import Kind

#: Kinds whose number may be written down to no use.
NUMBERED = frozenset([Kind.DESCRIPTOR, Kind.SOCKET_NUMBER])
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([a-zA-Z%])")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def text_of(value: Value) -> Value:
    """`str(value)`: a text where `value` is a number that matters, itself where it is a text already."""
    if isinstance(value, Thing) and value.kind in NUMBERED:
        return Text((value,))
    if isinstance(value, Bits) and value.number is not None:
        return Constant(str(value.number))
    if isinstance(value, Text) or (isinstance(value, Constant) and isinstance(value.value, str)):
        return value
    return Thing(("text", value))


def joined(parts: Iterable[Value]) -> Value:
    """The parts one after the other; a thing nobody knows where none of them holds a number that matters."""
    pieces: list[str | Thing | None] = []
    for part in parts:
        match part:
            case Constant(str() as text):
                pieces.append(text)
            case Constant(bytes() as data):
                pieces.append(data.decode("latin-1"))
            case Bits(ones, 0):
                pieces.append(str(ones))
            case Text(inner):
                pieces.extend(inner)
            case Thing(kind=kind) if kind in NUMBERED:
                pieces.append(part)
            case _:
                pieces.append(None)
    merged: list[str | Thing | None] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        elif piece != "":
            merged.append(piece)
    if any(isinstance(piece, Thing) for piece in merged):
        return Text(tuple(merged))
    if all(isinstance(piece, str) for piece in merged):
        return Constant("".join(filter(None, (piece for piece in merged if isinstance(piece, str)))))
    return Thing(("text", tuple(merged)))


def formatted(template: str | bytes, arguments: Sequence[Value]) -> Value:
    """`template % arguments`."""
    text = template.decode("latin-1") if isinstance(template, bytes) else template
    left = list(arguments)

    def fill(match: re.Match[str]) -> Value:
        if match[2] == "%":
            return Constant("%")
        return left.pop(0) if left and not match[1] else Thing(("format", match[0]))

    return joined(_filled(text, _PERCENT, fill))


def in_braces(template: str, positional: Sequence[Value], named: dict[str, Value]) -> Value:
    """`template.format(*positional, **named)`."""
    left = list(positional)

    def fill(match: re.Match[str]) -> Value:
        if match[1] is None:
            return Constant(match[0][0])
        name = re.split(r"[!:]", match[1], maxsplit=1)[0]
        if not name:
            return left.pop(0) if left else Thing(("format", match[0]))
        if name.isdecimal() and int(name) < len(positional):
            return positional[int(name)]
        return named.get(name, Thing(("format", match[0])))

    return joined(_filled(template, _BRACES, fill))


def _filled(text: str, holes: re.Pattern[str], fill: Callable[[re.Match[str]], Value]) -> list[Value]:
    parts: list[Value] = []
    place = 0
    for match in holes.finditer(text):
        parts.append(Constant(text[place : match.start()]))
        parts.append(fill(match))
        place = match.end()
    parts.append(Constant(text[place:]))
    return parts
