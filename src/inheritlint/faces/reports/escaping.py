"""Text that a terminal only shows: nothing in a file's name or content can command it."""

import unicodedata

_TAB = "    "


def plain(text: str) -> str:
    """`text` with every character that is not printable written as its escape; a tab becomes four spaces."""
    return text if text.isprintable() else "".join(map(_glyph, text))


def cells(text: str) -> int:
    """How many columns of a terminal `plain(text)` fills."""
    text = plain(text)
    return len(text) if text.isascii() else sum(map(_cell, text))


def _glyph(character: str) -> str:
    if character == "\t":
        return _TAB
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
