"""Where text goes: standard output, standard error or a file; in colour where that can be seen."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import click

from inheritlint.faces.reports.plain import plain
from inheritlint.pipeline.settings import SettingsError


def has_colour(stream: IO[str]) -> bool:
    """Whether `stream` shows colours: NO_COLOR says no, FORCE_COLOR yes, else it has to be a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a person is behind `stream`."""
    return stream is not None and not stream.closed and stream.isatty()


def never_fails_to_encode() -> None:
    """Let the standard streams write what their encoding lacks as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def say(text: str, stream: IO[str]) -> None:
    """Write `text` and a line end; its colours are kept as they are."""
    click.echo(text, file=stream, color=True)


def complain(sentence: str) -> None:
    """Write a line about what went wrong."""
    click.echo(f"inheritlint: {plain(sentence)}", file=sys.stderr)


def write_bytes(data: bytes) -> None:
    """Write `data` to the standard output as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def writable(path: Path) -> Path:
    """`path`, which can be written to. Raises SettingsError, before any work is done, where it cannot."""
    try:
        with path.open("ab"):
            return path
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
