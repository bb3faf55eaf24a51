# ruff: noqa: PTH120
"""A difference between files as bytes that `git apply` and `patch -p1` take, whatever the files and names hold."""

import difflib
import os
import re
from collections.abc import Iterable

_NO_END = b"\\ No newline at end of file\n"
#: What git writes as an escape in a quoted name (`quote.c`, `cq_lookup`).
_ESCAPES = {7: b"a", 8: b"b", 9: b"t", 10: b"n", 11: b"v", 12: b"f", 13: b"r", 34: b'"', 92: b"\\"}
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f-\xff]')


def base_of(paths: Iterable[str]) -> str:
    """The folder to which the files at `paths` are relative in one patch: the current one where all are below it, else
    the nearest that holds them all and the current one."""
    here = os.path.realpath(os.curdir)
    try:
        return os.path.commonpath([here, *(os.path.dirname(os.path.realpath(path)) for path in paths)])
    except ValueError:  # another drive: no folder holds them both
        return here


def patch(path: str, before: bytes, after: bytes, base: str = "") -> bytes:
    """A unified diff from `before` to `after`, the content of the file at `path`; empty where they are equal. The name
    is that of the file itself, not of a link to it, and relative to the folder `base`: git goes through no link."""
    if before == after:
        return b""
    name = _name(path, base or os.path.realpath(os.curdir))
    lines = difflib.unified_diff(_lines(before), _lines(after), "old", "new")
    old, new = _label(b"a/" + name), _label(b"b/" + name)
    body = (line.encode("latin-1") for line in list(lines)[2:])
    return b"--- %s\n+++ %s\n" % (old, new) + b"".join(
        line if line.endswith(b"\n") else line + b"\n" + _NO_END for line in body
    )


def _lines(data: bytes) -> list[str]:
    """Lines as `patch` counts them, a character a byte: a carriage return stays in its line."""
    text = data.decode("latin-1")
    return [*(f"{line}\n" for line in text.split("\n")[:-1]), *filter(None, [text.rpartition("\n")[2]])]


def _name(path: str, base: str) -> bytes:
    real = os.path.realpath(path)
    try:
        name = os.path.relpath(real, base)
    except ValueError:
        name = real
    return os.fsencode(name.replace(os.sep, "/"))


def _label(name: bytes) -> bytes:
    """`name` as git writes it: in quotes where a byte would mislead, and a tab behind it where it holds a blank."""
    quoted = name if not _QUOTED.search(name) else b'"%s"' % _QUOTED.sub(_escape, name)
    return quoted + b"\t" * (b" " in name)


def _escape(match: re.Match[bytes]) -> bytes:
    (byte,) = match[0]
    return b"\\" + (_ESCAPES.get(byte) or b"%03o" % byte)
