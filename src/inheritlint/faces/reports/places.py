# ruff: noqa: PTH109, PTH110, PTH118, PTH120
"""Where files are, in words that hold on every machine: relative to the repository that they are kept in."""

import os
from functools import cache
from pathlib import Path
from urllib.parse import quote

from inheritlint.findings import LineTable


class Root:
    """The folder that reported paths are relative to: the top of the git repository around `directory` (default: the
    current one), or where there is none that directory itself."""

    def __init__(self, directory: str | None = None) -> None:
        self.path = _repository(os.path.realpath(directory or os.getcwd()))

    def relative(self, path: str) -> str | None:
        """`path` relative to the root, with `/` between folders; None where it is not below it. Links are followed, for
        a host shows files where they are."""
        if path == "-":
            return path
        real = os.path.realpath(path)
        try:
            inside = os.path.commonpath([self.path, real]) == self.path
        except ValueError:  # another drive
            inside = False
        return Path(os.path.relpath(real, self.path)).as_posix() if inside else None

    def shown(self, path: str) -> str:
        """`path` relative to the root, or whole where it is not below it, with `/` between folders."""
        return self.relative(path) or Path(os.path.realpath(path)).as_posix()


def percent_encoded(path: str) -> str:
    """A path with `/` between folders, as a URI holds it; a name that is no UTF-8 keeps its bytes."""
    return quote(os.fsencode(path), safe="/~!$&'()*+,;=@")


def utf16_column(lines: LineTable, line: int, column: int) -> int:
    """`column` (from 1, in characters) of `line` as UTF-16 counts it."""
    before = lines.line(line)[: column - 1]
    return column if before.isascii() else column + sum(character > "\uffff" for character in before)


@cache
def _repository(directory: str) -> str:
    above = directory
    while not os.path.exists(os.path.join(above, ".git")):
        if above == os.path.dirname(above):
            return directory
        above = os.path.dirname(above)
    return above
