"""Path or bytes to text, or the reason why not. Never imports LibCST."""

import codecs
import io
import os
import stat
from typing import NamedTuple


class SourceFile(NamedTuple):
    """One file as it is on disk: `data`, and its text with every line end as it stands.

    `data == bom + text.encode(encoding)` holds wherever the codec is not stateful; `bom` is empty or UTF-8's.
    """

    path: str
    data: bytes
    text: str
    encoding: str
    bom: bytes = b""


class Unreadable(NamedTuple):
    """Why a file could not be read as Python source, in one sentence without a full stop."""

    path: str
    reason: str
    line: int = 1


def read(path: str) -> bytes | Unreadable:
    """The bytes of the regular file at `path`. Never blocks on a FIFO, device or socket."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        return Unreadable(path, f"cannot be opened: {error.strerror or error}")
    except ValueError as error:
        return Unreadable(path, f"cannot be opened: {error}")
    try:
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return Unreadable(path, "is not a regular file")
            return file.read()
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror or error}")


def decode(path: str, data: bytes) -> SourceFile | Unreadable:
    """The text of `data` after PEP 263: a byte order mark, else a cookie, else UTF-8."""
    import tokenize  # most files are never decoded, and it costs their start

    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeDecodeError) as error:
        return Unreadable(path, f"has no usable encoding: {error}")
    encoding = "utf-8" if bom else encoding
    try:
        text = data[len(bom) :].decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        return Unreadable(path, f"is not {encoding}: {error}", line)
    if "\0" in text:
        return Unreadable(path, "holds a null character", text.count("\n", 0, text.index("\0")) + 1)
    return SourceFile(path, data, text, encoding, bom)
