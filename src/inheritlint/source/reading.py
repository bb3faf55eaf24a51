"""Path or bytes to text, or the reason why not. Never imports LibCST."""

import codecs
import io
import os
import stat
from typing import NamedTuple

#: Windows translates line ends in descriptors, unless it is told not to.
_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


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


#: The most that is read of a file: more is no source. Some files of `/proc` tell no size, and have no end.
MOST_BYTES = 1 << 30
_MOST_UNTOLD = 16 << 20


def read(path: str, most: int = MOST_BYTES, *, folder: int | None = None, follows: bool = True) -> bytes | Unreadable:
    """The bytes of the regular file at `path`, at most `most`. Never blocks on a FIFO, device or socket. `path` may be
    relative to the open directory `folder`, and where it is a link, it `follows` it or not."""
    way = os.O_RDONLY | _WITHOUT_WAITING | (0 if follows else getattr(os, "O_NOFOLLOW", 0))
    try:
        descriptor = os.open(path, way, dir_fd=folder)
    except OSError as error:
        return Unreadable(path, f"cannot open: {error.strerror or error}")
    except ValueError as error:
        return Unreadable(path, f"cannot open: {error}")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return Unreadable(path, "not a regular file")
        data = _read(descriptor, status.st_size) if status.st_size <= most else None
        if data is not None and len(data) > status.st_size:  # it has grown, or is of those that tell no size
            most = min(most, _MOST_UNTOLD)
            data += _read(descriptor, most - len(data)) if len(data) <= most else b""
        if data is None or len(data) > most:
            return Unreadable(path, f"file is larger than {most >> 10:,} KiB")
        return data
    except OSError as error:
        return Unreadable(path, f"cannot read: {error.strerror or error}")
    finally:
        os.close(descriptor)


def _read(descriptor: int, size: int) -> bytes:
    """The `size` bytes that `descriptor` is said to give, and one more where it gives more. To make a file object would
    take as long as this."""
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts, left = [data], size + 1 - len(data)
    while data and left:  # the system may give less at once, and gives nothing at the end
        parts.append(data := os.read(descriptor, left))
        left -= len(data)
    return b"".join(parts)


def decode(path: str, data: bytes) -> SourceFile | Unreadable:
    """The text of `data` after PEP 263: a byte order mark, else a cookie, else UTF-8."""
    import tokenize  # most files are never decoded, and it costs their start

    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeDecodeError) as error:
        return Unreadable(path, f"cannot determine the encoding: {error}")
    encoding = "utf-8" if bom else encoding
    try:
        text = data[len(bom) :].decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        return Unreadable(path, f"cannot decode as {encoding}: {error}", line)
    if "\0" in text:
        return Unreadable(path, "source contains a null character", text.count("\n", 0, text.index("\0")) + 1)
    return SourceFile(path, data, text, encoding, bom)


def encoded(text: str) -> bytes:
    """`text` in the encoding that its own cookie names, else in UTF-8: what `decode` takes, of a text that has no
    bytes."""
    import tokenize

    data = text.encode("utf-8", "surrogatepass")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data if encoding.startswith("utf-8") else text.encode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data
