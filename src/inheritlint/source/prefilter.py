"""Bytes to: can anything here concern us? Never imports LibCST, never decodes."""

import re
from collections.abc import Iterator

from inheritlint.knowledge.triggers import FLAG, OPENING, POSITIONAL, RARE, STREAM_CLOSED, TOGETHER, Together

# One search a name is twice as quick as one expression for all: `in` compares vectors.
_RARE = tuple(sorted(name.encode() for name in RARE if not any(other in name for other in RARE - {name})))
# `os.open`, or a way to call it by another name: `import os as x`, `from os import`, `x = os`. An expression that
# begins with letters is searched for them first, ten times as fast as one that begins with a choice.
_MODULE = b"|".join(name.encode() for name in OPENING)
_OPENS = (
    *(re.compile(rb"%b\s*\.\s*open\b" % name.encode()) for name in OPENING),
    re.compile(rb"import\s[^\n]*\b(?:" + _MODULE + rb")\s+as\b"),
    re.compile(rb"from\s+(?:" + _MODULE + rb")\s+import\b"),
)
_AS_A_VALUE = tuple(re.compile(rb"%b\s*[,)\n]" % name.encode()) for name in OPENING)
# A descriptor and what is done with it stand in one function: a definition at the margin, or one of a class there.
_DEFINITION = re.compile(rb"\n(?=(?:async )?def |class |@)")
_METHOD = re.compile(rb"\n(?=[ \t]{1,8}(?:async )?def )")
_NAMES = {pair: re.compile(rb"\b(?:" + "|".join(sorted(pair.names)).encode() + rb")\s*\(") for pair in TOGETHER}
# A comment that silences one of our rules.
_SILENCED = re.compile(rb"#\s*noqa\s*:[^\n]*\bINH", re.IGNORECASE)
_COMMAS = re.compile(rb"[(\[{,)\]}]")


def may_concern_us(data: bytes) -> bool:
    """True where one of the names we know stands in the bytes; a false answer means that no rule can fire."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    if any(name in data for name in _RARE):
        return True
    if b"open" in data and (FLAG in data or b".open" in data) and _opens(data):
        return True
    if b"close" in data and any(closed.search(data) for closed in STREAM_CLOSED):
        return True
    if any(_stand_together(data, pair) for pair in TOGETHER):
        return True
    if b"Popen" not in data and b"check_" not in data:
        return False
    return any(_has_eight_arguments(data, match.end()) for match in POSITIONAL.finditer(data))


def may_silence_us(data: bytes) -> bool:
    """True where a comment may silence one of our rules."""
    return b"INH" in data and _SILENCED.search(data) is not None


def _opens(data: bytes) -> bool:
    if any(opens.search(data) for opens in _OPENS):
        return True
    values = (match.start() for pattern in _AS_A_VALUE for match in pattern.finditer(data))
    return any(data[max(0, start - 40) : start].rstrip()[-1:] in (b"=", b"(", b",") for start in values)


def _stand_together(data: bytes, pair: Together) -> bool:
    if not pair.has_sign(data) or not _NAMES[pair].search(data):
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
