# ruff: noqa: PTH119
"""Glob patterns in the language of `.gitignore`, which is also that of our `exclude`."""

import os
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PLAIN = re.compile(r"[^*?\[\]!#\\/\s]+")
_LITERAL = re.compile(r"[^*?\[\]!#\\\s]*")


#: No path is longer (Linux's PATH_MAX).
_LONGEST = 4096


class Patterns(NamedTuple):
    """Lines of patterns and the absolute directory that they are relative to.

    A pattern without a slash matches a name at any depth, one with a slash a path below `root`,
    one that ends in a slash only directories. The last line that matches decides, `!` turns it round.
    """

    root: str
    lines: tuple[str, ...]

    def verdict(self, path: str, is_directory: bool) -> bool | None:
        """Whether the absolute `path` itself is matched; False where a `!` line lets it back in, None where
        no line matches it."""
        shape = _shape(self.lines)
        name = os.path.basename(path)
        hit = name in shape.names or name.endswith(shape.endings) or (is_directory and name in shape.directories)
        if hit and not shape.lets_back_in:
            return True
        relative = self._relative(path) if hit or shape.others else ""
        if not hit and not (shape.is_anywhere or relative.startswith(shape.beginnings)):
            return None
        return _spec(self.lines if hit else shape.others).check_file(relative + "/" * is_directory).include

    def cover(self, path: str) -> bool:
        """Whether the file at the absolute `path`, or a directory that it is in, is matched."""
        return _spec(self.lines).match_file(self._relative(path))

    def _relative(self, path: str) -> str:
        root = self.root.rstrip(os.sep) + os.sep
        relative = path[len(root) :] if path.startswith(root) else os.path.basename(path)
        return relative.replace(os.sep, "/")


class _Shape(NamedTuple):
    """Lines sorted by what it takes to match them: most are decided by one look into a set. What `others` match begins
    with one of `beginnings`, unless one of them may match anywhere; one of them may let back in what another line
    matches."""

    names: frozenset[str]
    directories: frozenset[str]
    endings: tuple[str, ...]
    others: tuple[str, ...]
    beginnings: tuple[str, ...]
    is_anywhere: bool
    lets_back_in: bool


@cache
def _shape(lines: tuple[str, ...]) -> _Shape:
    names, directories, endings, others = set(), set(), [], []
    for line in lines:
        if _PLAIN.fullmatch(line):
            names.add(line)
        elif line.endswith("/") and _PLAIN.fullmatch(line[:-1]):
            directories.add(line[:-1])
        elif line.startswith("*") and _PLAIN.fullmatch(line[1:]):
            endings.append(line[1:])
        elif line.strip() and not line.startswith("#"):
            others.append(line)
    beginnings = tuple(map(_beginning, others))
    return _Shape(
        frozenset(names),
        frozenset(directories),
        tuple(endings),
        tuple(others),
        beginnings,
        is_anywhere="" in beginnings,
        lets_back_in=any(line.lstrip().startswith("!") for line in others),
    )


def _beginning(line: str) -> str:
    """How the path begins, relative to the root, of all that `line` can match; empty where that is not known. Only a
    slash at its beginning or in its midst ties a line to the root."""
    body = line.rstrip().removeprefix("!")
    if "/" not in body.rstrip("/") or body.startswith("//"):
        return ""
    return _LITERAL.match(body, body.startswith("/"))[0].rstrip("/")  # type: ignore[index]  # it matches the empty text


@cache
def _spec(lines: tuple[str, ...]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # most runs are decided without it, and it costs their start

    from inheritlint.source.linear import Pattern

    return GitIgnoreSpec.from_lines(lines, Pattern, backend="simple")


def fault(line: str) -> str | None:
    """What is wrong with a pattern, None where nothing is."""
    if len(line) > _LONGEST:
        return f"it is longer than {_LONGEST:,} characters"
    try:
        _spec((line,))
    except (ValueError, RecursionError) as error:
        return str(error)
    return None
