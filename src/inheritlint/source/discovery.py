# ruff: noqa: PTH100, PTH110, PTH109, PTH112, PTH113, PTH118, PTH120, PTH122, PTH123
"""Arguments to files: which Python files a run reads, in which order."""

# Paths stay strings here: a tree of ten thousand files is walked in a fraction of a second.

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from inheritlint.source.patterns import Patterns, fault
from inheritlint.source.reading import Unreadable, read

#: Names that hold no code of the project: version control, environments, caches, what a build leaves behind.
EXCLUDED = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)

#: The most bytes of a `.gitignore` that are read.
_MOST_PATTERNS = 1 << 20

_SHEBANG = re.compile(
    rb"#!\s*(?:\S*/)?"  # the interpreter's directory
    rb"(?:env\s+(?:(?:-\S+|\w+=\S*)\s+)*(?:\S*/)?)?"  # `env`, its flags and variables
    rb"(?:pythonw?|pypy)[\d.]*[dt]*(?:\s|$)"
)


class Exclusions(NamedTuple):
    """What the settings of one directory leave out of it; with `named_too` also what is named. `root` is the directory
    that the settings stand in."""

    patterns: tuple[Patterns, ...]
    respect_gitignore: bool = True
    named_too: bool = False
    root: str | None = None


class Discovery(NamedTuple):
    """`files` to read, sorted and each once, as the arguments lead to them; `problems` are arguments that
    lead nowhere, `warnings` are named files that are not read, a sentence each."""

    files: list[str]
    problems: list[str]
    warnings: list[str]


def discover(arguments: Iterable[str], exclusions: Callable[[str], Exclusions]) -> Discovery:
    """The Python files that `arguments` (files and directories) name or contain.

    A named file is read, unless its suffix says that it is not Python, or its settings exclude named files, too.
    `exclusions` gives what an absolute directory's settings leave out.
    """
    found = _FileCollector()
    problems, warnings = [], []
    for argument in arguments:
        if not os.path.lexists(argument):
            problems.append(f"{argument}: no such file or directory")
        elif is_excluded(argument, exclusions, named=True):
            continue
        elif os.path.isdir(argument):
            found.walk(argument, exclusions)
        elif _is_foreign(argument):
            warnings.append(f"{argument}: not checked: not a Python file by its suffix or its first line")
        else:
            found.add(argument, os.path.realpath(argument))
    problems += found.problems
    return Discovery(found.in_order(), problems, warnings)


def is_excluded(path: str, exclusions: Callable[[str], Exclusions], *, named: bool = False) -> bool:
    """Whether the settings exclude `path` or a directory that it is in; with `named`, whether they do so although it is
    named. Above the root of the settings, and above the current directory, nothing is asked."""
    place = os.path.abspath(path)
    own = exclusions(place if os.path.isdir(place) else os.path.dirname(place))
    if named and not own.named_too:
        return False
    roots = [each.rstrip(os.sep) + os.sep for each in (os.getcwd(), own.root) if each]
    is_directory = os.path.isdir(place)
    while any(place.startswith(root) for root in roots):
        above = os.path.dirname(place)
        if any(patterns.verdict(place, is_directory) for patterns in exclusions(above).patterns):
            return True
        place, is_directory = above, True
    return False


def _is_foreign(path: str) -> bool:
    """Whether the suffix of a named file says that it is something else, and its first line does not say otherwise.
    What is no regular file (a pipe, a broken link) is for the reader to judge."""
    suffix = os.path.splitext(path)[1]
    return suffix not in ("", ".py", ".pyw", ".pyi") and os.path.isfile(path) and not has_python_shebang(path)


def has_python_shebang(path: str) -> bool:
    """Whether the first line of `path` names a Python interpreter; False where it cannot be read."""
    try:
        with open(path, "rb", buffering=0) as file:
            return _SHEBANG.match(file.read(160).partition(b"\n")[0]) is not None
    except OSError:
        return False


class _FileCollector:
    """Files by where they really are, so that two ways to one file are one file."""

    def __init__(self) -> None:
        self.paths: dict[str, str] = {}
        self.links: list[str] = []
        self.problems: list[str] = []

    def add(self, path: str, real: str) -> None:
        self.paths.setdefault(real, path)

    def in_order(self) -> list[str]:
        for link in self.links:
            self.add(link, os.path.realpath(link))
        return sorted(self.paths.values())

    def walk(self, argument: str, exclusions: Callable[[str], Exclusions]) -> None:
        top = os.path.abspath(argument)
        ignored = tuple(_ignored_from_above(top)) if exclusions(top).respect_gitignore else ()
        below = _RelativePatterns(top)
        start = "" if argument == os.curdir else argument
        waiting = [(start, top, os.path.realpath(top), ignored)]
        while waiting:
            shown, directory, real, ignored = waiting.pop()
            entries = self._entries(directory, shown)
            if entries is None:
                continue
            excluded = exclusions(directory)
            if excluded.respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
                ignored = (*ignored, *_gitignore(directory, os.path.join(directory, ".gitignore")))
            layers = [[below(p) for p in excluded.patterns], *([below(p)] for p in reversed(ignored))]
            for entry in entries:
                path, place = os.path.join(shown, entry.name), os.path.join(real, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if not _is_left_out(entry.path, True, layers):
                        waiting.append((path, entry.path, place, ignored))
                elif _is_python(entry) and not _is_left_out(entry.path, False, layers):
                    if entry.is_symlink():
                        self.links.append(path)
                    else:
                        self.add(path, place)

    def _entries(self, directory: str, shown: str) -> list[os.DirEntry[str]] | None:
        try:
            with os.scandir(directory) as entries:
                return list(entries)
        except OSError as error:
            self.problems.append(f"{shown or os.curdir}: cannot list directory: {error.strerror or error}")
            return None


def _is_python(entry: os.DirEntry[str]) -> bool:
    """Whether a file's name, or where it has no extension its first line, says that Python runs it; a stub is never
    run. Links to directories are not followed: what they lead to is found where it is, and a loop cannot be entered."""
    if entry.name.endswith((".py", ".pyw")):
        return not (entry.is_symlink() and os.path.isdir(entry.path))
    return "." not in entry.name and _is_regular(entry) and has_python_shebang(entry.path)


def _is_regular(entry: os.DirEntry[str]) -> bool:
    """`is_file`, but for a link that leads to itself, at which `is_file` raises."""
    return os.path.isfile(entry.path) if entry.is_symlink() else entry.is_file()


def _is_left_out(path: str, is_directory: bool, layers: list[list[Patterns]]) -> bool:
    """The first layer that has a pattern for `path` decides; in one layer, one that excludes is enough."""
    for layer in layers:
        verdicts = [patterns.verdict(path, is_directory) for patterns in layer]
        if True in verdicts:
            return True
        if False in verdicts and layer is not layers[0]:
            return False
    return False


class _RelativePatterns:
    """A directory that is named is read, whatever excludes it. Patterns that would leave all of it out are
    read as if they stood in it."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._known: dict[Patterns, Patterns] = {}

    def __call__(self, patterns: Patterns) -> Patterns:
        if patterns not in self._known:
            self._known[patterns] = Patterns(self._top, patterns.lines) if self._covered(patterns) else patterns
        return self._known[patterns]

    def _covered(self, patterns: Patterns) -> bool:
        directory, root = self._top, patterns.root.rstrip(os.sep)
        while directory.startswith(root + os.sep) and directory != os.path.dirname(directory):
            if patterns.verdict(directory, True):
                return True
            directory = os.path.dirname(directory)
        return False


def _ignored_from_above(directory: str) -> Iterator[Patterns]:
    """What the repository around `directory` ignores: its own list first, then each `.gitignore` on the way
    down; nothing outside a repository."""
    above = [directory]
    while not os.path.exists(os.path.join(above[-1], ".git")):
        above.append(os.path.dirname(above[-1]))
        if above[-1] == above[-2]:
            return
    yield from _gitignore(above[-1], os.path.join(above[-1], ".git", "info", "exclude"))
    for each in reversed(above[1:]):
        yield from _gitignore(each, os.path.join(each, ".gitignore"))


def _gitignore(root: str, path: str) -> Iterator[Patterns]:
    """The patterns in the file at `path`; none where it cannot be read or, as git does, understood."""
    data = read(path, _MOST_PATTERNS)
    if isinstance(data, Unreadable):
        return
    text = data.decode("utf-8", "surrogateescape")
    lines = tuple(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    sound = tuple(line for line in lines if fault(line) is None)
    if sound:
        yield Patterns(root, sound)
