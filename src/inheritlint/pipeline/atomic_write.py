"""New bytes to disk: the whole file or nothing of it."""

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from inheritlint.source.reading import read


def replace_file(path: str, before: bytes, after: bytes) -> None:
    """Give the file at `path` the content `after`, in one step.

    The mode stays, and owner, access lists and extended attributes where the system lets us; a symbolic link
    stays a link to the same, now changed, file. Another hard link to the file keeps the old content.
    Raises `OSError` that names `path` where the file cannot be written or its content no longer is `before`;
    then the file is as it was, and nothing is left beside it.
    """
    try:
        _replace(Path(os.path.realpath(path)), before, after)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), path) from error


def reason_of(path: str, error: OSError) -> str:
    """Why `replace_file` could not write to `path`, as a sentence that names it."""
    return str(error) if path in str(error) else f"{path}: cannot write: {error}"


def _replace(path: Path, before: bytes, after: bytes) -> None:
    _refuse_unwritable(path)
    # Not inheritable and created exclusively, with a name that no other process can guess.
    descriptor, name = tempfile.mkstemp(prefix=".inheritlint-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        _copy_access(path, temporary)
        if read(str(path)) != before:
            raise OSError(errno.EBUSY, "file changed while it was being fixed")
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _settle(path.parent)


def _refuse_unwritable(path: Path) -> None:
    """Raise where `path` itself may not be written: a directory that lets us replace it is not a permission."""
    os.close(os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)))


def _copy_access(source: Path, copy: Path) -> None:
    """Give `copy` the mode of `source`, and as much of its owner and extended attributes as is allowed."""
    status = source.stat()
    if hasattr(os, "chown"):
        # The group alone can often be given where the owner cannot.
        for owner, group in ((-1, status.st_gid), (status.st_uid, -1)):
            with suppress(OSError):
                os.chown(copy, owner, group)
    # Linux keeps access lists among the extended attributes; the mode comes last, for a change of owner clears bits.
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(source):
                with suppress(OSError):
                    os.setxattr(copy, name, os.getxattr(source, name))
    copy.chmod(stat.S_IMODE(status.st_mode))


def _settle(directory: Path) -> None:
    """Make the new name last through a loss of power, where directories can be opened at all."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
