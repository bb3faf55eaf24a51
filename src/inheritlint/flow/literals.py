"""Literals: what numbers and texts are worth."""

import warnings
from ast import literal_eval
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import libcst as cst

from inheritlint.flow.blocks import Register
from inheritlint.flow.frame import Frame, Values
from inheritlint.flow.instructions import Concatenate, Literal, Opaque

_CONSTANTS = {"True": True, "False": False, "None": None}


@lru_cache(4096)
def evaluated(text: str) -> Any:
    """The value of a literal as it is written.

    Raises ValueError or SyntaxError where Python would not accept it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape that Python does not know is none of our business
        return literal_eval(text)


def text_value(node: cst.SimpleString) -> str | bytes:
    """The value of a text or of bytes; raises as `evaluated` does."""
    if "\\" not in node.value and "\r" not in node.value and not node.prefix:
        return node.raw_value
    value = evaluated(node.value)
    if not isinstance(value, (str, bytes)):
        raise ValueError("no text")
    return value


def name_value(frame: Frame, node: cst.Name) -> Register:
    """A variable, or one of the constants that look like one."""
    if node.value in _CONSTANTS:
        return frame.emit(Literal(node, frame.register(), _CONSTANTS[node.value]))
    return frame.load(node, node.value)


def _ellipsis(frame: Frame, node: cst.Ellipsis) -> Register:
    return frame.emit(Literal(node, frame.register(), ...))


def _number(frame: Frame, node: cst.Integer | cst.Float | cst.Imaginary) -> Register:
    try:
        value = evaluated(node.value)
    except (ValueError, SyntaxError, OverflowError):
        return frame.emit(Opaque(node, frame.register()))
    return frame.emit(Literal(node, frame.register(), value))


def _text(frame: Frame, node: cst.SimpleString) -> Register:
    try:
        value = text_value(node)
    except (ValueError, SyntaxError):
        return frame.emit(Opaque(node, frame.register()))
    return frame.emit(Literal(node, frame.register(), value))


def _concatenated(frame: Frame, node: cst.ConcatenatedString) -> Register:
    pieces: list[cst.BaseString] = []
    rest: cst.BaseString = node
    while isinstance(rest, cst.ConcatenatedString):
        pieces.append(rest.left)
        rest = rest.right
    registers = tuple(frame.value(each) for each in (*pieces, rest))
    return frame.emit(Concatenate(node, frame.register(), registers))


def _formatted(frame: Frame, node: cst.FormattedString) -> Register:
    pieces = tuple(_piece(frame, part, node) for part in node.parts)
    return frame.emit(Concatenate(node, frame.register(), pieces))


def _template(frame: Frame, node: Any) -> Register:
    """`t"…"`: no text, but an object that holds the values."""
    parts = tuple(frame.value(part.expression) for part in node.parts if hasattr(part, "expression"))
    return frame.emit(Opaque(node, frame.register(), parts))


def _piece(frame: Frame, part: cst.BaseFormattedStringContent, text: cst.FormattedString) -> Register:
    """One piece of a formatted text: what a conversion or a format makes of a value is not computed."""
    if isinstance(part, cst.FormattedStringText):
        return frame.emit(Literal(part, frame.register(), _plain_text(part.value, text)))
    if not isinstance(part, cst.FormattedStringExpression):
        return frame.emit(Opaque(part, frame.register()))
    value = frame.value(part.expression)
    if _is_plain(part.format_spec) and part.conversion in (None, "s") and part.equal is None:
        return value
    formats = tuple(_piece(frame, each, text) for each in part.format_spec or ())
    return frame.emit(Opaque(part, frame.register(), (value, *formats)))


def _plain_text(written: str, text: cst.FormattedString) -> str:
    """What is written between the expressions of a formatted text."""
    plain = written.replace("{{", "{").replace("}}", "}")
    if "\\" in plain and "r" not in text.prefix:
        try:
            return str(evaluated(f"{text.quote}{plain}{text.quote}"))
        except (ValueError, SyntaxError):
            return plain
    return plain


def _is_plain(spec: Sequence[cst.BaseFormattedStringContent] | None) -> bool:
    """Whether a format changes nothing: none, or `d`, which whole numbers alone can have."""
    return not spec or (len(spec) == 1 and isinstance(spec[0], cst.FormattedStringText) and spec[0].value == "d")


VALUES: Values = {
    cst.Name: name_value,
    cst.Ellipsis: _ellipsis,
    cst.Integer: _number,
    cst.Float: _number,
    cst.Imaginary: _number,
    cst.SimpleString: _text,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
}
if hasattr(cst, "TemplatedString"):
    VALUES[cst.TemplatedString] = _template
