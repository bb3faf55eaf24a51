"""A folder that is ours alone: what is read from it no other user has written, and what is written to it is there
whole.

Everything goes through a descriptor of the folder where the system lets it: a neighbour who may rename what is above it
changes nothing. Windows has no such calls; there the user's folders are closed to others.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from inheritlint.source.reading import Unreadable, read

#: The most bytes of an entry: what is longer is none of ours.
_MOST_BYTES = 16 << 20
#: Seconds after which something half-written has no process any more that writes it; if it has, only an entry is lost.
_ABANDONED = 60
_UNFINISHED = ".unfinished"
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_BY_DESCRIPTOR = {os.open, os.rename, os.unlink, os.stat} <= os.supports_dir_fd


class Folder(NamedTuple):
    """The folder at `path`, open as `descriptor` where that is possible."""

    path: str
    descriptor: int | None

    def read(self, name: str) -> bytes | None:
        """What the regular file `name` holds; None where there is none, or more than we write. Follows no link."""
        data = read(self._at(name), _MOST_BYTES, folder=self.descriptor, follows=False)
        return None if isinstance(data, Unreadable) else data

    def write(self, name: str, data: bytes) -> None:
        """Let the file `name` hold `data`, in one step. Raises OSError; then nothing is left of it."""
        fresh = f"{os.urandom(8).hex()}{_UNFINISHED}"
        descriptor = os.open(self._at(fresh), _FRESH | getattr(os, "O_BINARY", 0), 0o600, dir_fd=self.descriptor)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(self._at(fresh), self._at(name), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        except BaseException:
            with suppress(OSError):
                os.unlink(self._at(fresh), dir_fd=self.descriptor)
            raise

    def sweep(self, now: float) -> None:
        """Remove what a run left half-written that was killed long before `now`."""
        for name in os.listdir(self.path if self.descriptor is None else self.descriptor):  # noqa: PTH208
            if name.endswith(_UNFINISHED):
                with suppress(OSError):
                    if now - os.stat(self._at(name), dir_fd=self.descriptor).st_mtime > _ABANDONED:
                        os.unlink(self._at(name), dir_fd=self.descriptor)

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else os.path.join(self.path, name)  # noqa: PTH118


@contextmanager
def our_folder(path: str) -> Iterator[Folder]:
    """The folder at `path`. Raises OSError where there is none, where it is a link, belongs to another user, or others
    may write to it."""
    if not _BY_DESCRIPTOR:
        yield Folder(path, None)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | getattr(os, "O_CLOEXEC", 0))
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(f"{path} is not ours alone")
        yield Folder(path, descriptor)
    finally:
        os.close(descriptor)
