"""Bytes to: can anything here concern us? Never imports LibCST, never decodes."""

import re
from collections.abc import Iterator

from inheritlint.knowledge.triggers import FLAG, OPENING, POSITIONAL, RARE, STREAM_CLOSED, TOGETHER, Together

# One search a name is twice as quick as one expression for all: `in` compares vectors.
_RARE = tuple(sorted(name.encode() for name in RARE))
_MODULE = b"|".join(name.encode() for name in OPENING)
# `os.open`, or a way to call it by another name: `import os as x`, `from os import`, `x = os`.
_OPENS = re.compile(
    rb"\b_?(?:" + _MODULE + rb")\s*\.\s*open\b"
    rb"|\bimport\s[^\n]*\b(?:" + _MODULE + rb")\s+as\b"
    rb"|\bfrom\s+(?:" + _MODULE + rb")\s+import\b"
    rb"|[=(,]\s*(?:" + _MODULE + rb")\s*[,)\n]"
)
# A descriptor and what is done with it stand in one function: a definition at the margin, or one of a class there.
_DEFINITION = re.compile(rb"\n(?=(?:async )?def |class |@)")
_METHOD = re.compile(rb"\n(?=[ \t]{1,8}(?:async )?def )")
_NAMES = {pair: re.compile(rb"\b(?:" + "|".join(sorted(pair.names)).encode() + rb")\s*\(") for pair in TOGETHER}
#: A comment that silences one of our rules.
MENTIONED = re.compile(rb"#\s*noqa\s*:[^\n]*\bINH", re.IGNORECASE)
_COMMAS = re.compile(rb"[(\[{,)\]}]")


def may_concern_us(data: bytes) -> bool:
    """True where one of the names we know stands in the bytes; a false answer means that no rule can fire."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if any(name in data for name in _RARE):
        return True
    if b"open" in data and (FLAG in data or b".open" in data) and _OPENS.search(data):
        return True
    if b"close" in data and STREAM_CLOSED.search(data):
        return True
    if any(_stand_together(data, pair) for pair in TOGETHER):
        return True
    return any(_has_eight_arguments(data, match.end()) for match in POSITIONAL.finditer(data))


def _stand_together(data: bytes, pair: Together) -> bool:
    if not pair.sign.search(data) or not _NAMES[pair].search(data):
        return False
    return pair.anywhere or any(pair.sign.search(part) and _NAMES[pair].search(part) for part in _functions(data))


def _functions(data: bytes) -> Iterator[bytes]:
    """Stretches of which each holds at least one whole function, or one whole method."""
    for part in _DEFINITION.split(data):
        if part.startswith(b"class "):
            yield from _METHOD.split(part)
        else:
            yield part


def _has_eight_arguments(data: bytes, start: int) -> bool:
    """Whether seven commas stand between the parentheses that open after `start`."""
    depth = commas = 0
    for match in _COMMAS.finditer(data, start, start + 4000):
        token = match.group()
        if token in b"([{":
            depth += 1
        elif token == b"," and depth == 1:
            commas += 1
        elif token in b")]}":
            depth -= 1
        if depth <= 0 or commas >= 7:
            break
    return commas >= 7
