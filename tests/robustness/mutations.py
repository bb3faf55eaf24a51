"""Files as strangers send them: real ones with bytes taken out, doubled, swapped, overwritten, and spliced together."""

import random
from collections.abc import Callable, Sequence

_BYTES = b'\0 \xff \xfe\xff \r \x0c \x1b[2J ( ) """ \' \\\n \t \xe2\x80\xa8 \xef\xbb\xbf'.split(b" ")
_WORDS = b"""os.open(p, os.O_RDONLY)
os.set_inheritable(fd, True)
close_fds=False
lambda:
await
yield
*
**
:=
match x:
if sys.platform == 'windows':
import os as o
except* E:
# noqa: INH101
fcntl.fcntl(fd, fcntl.F_SETFD, 0)
pass_fds=(fd,)
os.dup2(a, b)
f'{x!r:>{w}}'
# coding: latin-1""".split(b"\n")


def mutated(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """`data` after one to six changes."""
    for _ in range(chance.randint(1, 6)):
        data = chance.choice(_CHANGES)(data, others, chance)
    return data


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(data))


def _cut(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = _place(data, chance)
    return data[:start] + data[start + chance.randint(1, 40) :]


def _double(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = _place(data, chance)
    return data[:start] + data[start : start + chance.randint(1, 80)] * 2 + data[start:]


def _insert(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    start = _place(data, chance)
    return data[:start] + chance.choice(_BYTES + _WORDS) + data[start:]


def _flip(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    if not data:
        return data
    start = chance.randrange(len(data))
    return data[:start] + bytes([data[start] ^ 1 << chance.randrange(8)]) + data[start + 1 :]


def _line(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """A line of another file, or of this one, at another place."""
    lines = data.splitlines(keepends=True)
    source = chance.choice(others).splitlines(keepends=True) or [b"\n"]
    start = chance.randint(0, len(lines))
    return b"".join([*lines[:start], chance.choice(source), *lines[start:]])


def _without_line(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for number, line in enumerate(lines) if number != chance.randint(0, max(0, len(lines) - 1)))


def _shift(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """A stretch of lines one level deeper."""
    lines = data.splitlines(keepends=True)
    start = chance.randint(0, len(lines))
    end = start + chance.randint(1, 5)
    return b"".join([*lines[:start], *(b"    " + line for line in lines[start:end]), *lines[end:]])


_CHANGES: list[Callable[[bytes, Sequence[bytes], random.Random], bytes]] = [
    _cut, _double, _insert, _insert, _flip, _line, _line, _without_line, _shift,
]  # fmt: skip
