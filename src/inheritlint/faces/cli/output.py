# ruff: noqa: PTH116, PTH123
"""Where text goes: standard output, standard error or a file; in colour where that can be seen."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from typing import IO

from inheritlint.faces.reports.escaping import plain
from inheritlint.pipeline.settings import SettingsError


def has_colour(stream: IO[str], wanted: str = "auto") -> bool:
    """Whether `stream` shows colours. `wanted` may be `always` or `never`; else NO_COLOR says no, FORCE_COLOR yes, else
    it has to be a terminal."""
    if wanted != "auto":
        return wanted == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person is behind `stream`."""
    return stream is not None and not stream.closed and stream.isatty()


def escape_unencodable() -> None:
    """Let the standard streams write what their encoding lacks as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def print_line(text: str, stream: IO[str]) -> None:
    """Write `text` and a line end; its colours are kept as they are."""
    if os.name == "nt":  # a console there may need its colours translated
        import click

        click.echo(text, file=stream, color=True)
    else:
        stream.write(f"{text}\n")


def print_error(sentence: str) -> None:
    """Write a line about what went wrong."""
    print_line(f"inheritlint: {plain(sentence)}", sys.stderr)
    sys.stderr.flush()


def write_bytes(data: bytes) -> None:
    """Write `data` to the standard output as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def show_bytes(data: bytes, stream: IO[str]) -> None:
    """Write `data` to `stream` as it is, or so that it can be looked at where that is a terminal."""
    binary: IO[bytes] | None = getattr(stream, "buffer", None)
    if is_terminal(stream) or binary is None:
        text = data.decode("utf-8", "backslashreplace")
        stream.write("\n".join(map(plain, text.split("\n"))) if is_terminal(stream) else text)
    else:
        stream.flush()
        binary.write(data)


def discard_output() -> None:
    """The standard output is not read any more: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY | getattr(os, "O_CLOEXEC", 0)), sys.stdout.fileno())


def check_writable(path: str) -> str:
    """`path`, which can be written to. Raises SettingsError, before any work is done, where it cannot. A pipe or a
    device is not opened for that: who reads a pipe would take it for the end."""
    try:
        if not _is_special(path):
            with open(path, "ab"):
                pass
        return path
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot write: {getattr(error, 'strerror', None) or error}") from None


def opened(path: str) -> IO[str]:
    """The file at `path`, emptied, for text. Raises OSError that names it; does not wait for a pipe's reader."""
    try:
        return open(path, "w", encoding="utf-8", errors="backslashreplace", newline="", opener=_without_waiting)
    except OSError as error:
        reason = "nobody reads it" if error.errno == errno.ENXIO else error.strerror
        raise OSError(error.errno, f"{path}: {reason}") from None


def _is_special(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _without_waiting(path: str, flags: int) -> int:
    patience = getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | patience, 0o666)
    if patience:
        os.set_blocking(descriptor, True)
    return descriptor
