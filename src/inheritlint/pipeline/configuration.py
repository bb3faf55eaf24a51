# ruff: noqa: PTH109, PTH113, PTH118, PTH120
"""Where settings come from: the nearest `pyproject.toml` with a table for this linter, and the command line above
it."""

import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from inheritlint.knowledge.platforms import classified
from inheritlint.pipeline import requires_python
from inheritlint.pipeline.settings import Settings, SettingsError, merge
from inheritlint.source.reading import Unreadable, read

_FILE = "pyproject.toml"
_TABLE = "inheritlint"
#: What is read of `[project]`.
_OF_THE_PROJECT = (b"requires-python", b"Operating System")
#: The most that is read of a file, and dots in one of its lines.
_MOST_BYTES, _MOST_DOTS = 512 << 10, 500


class _Project(NamedTuple):
    """What one `pyproject.toml` says: our table, None where it has none, and the Pythons and platforms it supports."""

    table: Mapping[str, object] | None
    requires_python: str | None = None
    wrong_python: object = None
    platforms: tuple[str, ...] | None = None


class Configuration:
    """The settings of every directory of one run.

    `path` is the one file to read instead of the nearest one, `isolated` reads none; `overrides` (option key
    to raw value) are the command line's, as is `noqa`: whether comments count. Raises SettingsError where any of them
    cannot be meant.
    """

    def __init__(
        self,
        path: str | None = None,
        *,
        isolated: bool = False,
        overrides: Mapping[str, object] | None = None,
        noqa: bool = True,
    ) -> None:
        self._overrides, self._noqa = dict(overrides or {}), noqa
        self._known: dict[str, Settings] = {}
        self._nearest: dict[str, Settings] = {}
        self._everywhere: Settings | None = None
        #: What was read and cannot be meant, though it is not ours to refuse: a sentence each.
        self.warnings: list[str] = []
        if path is not None:
            project = self._read(path)
            if project.table is None:
                raise SettingsError(f"{path}: no [tool.{_TABLE}] table")
            self._everywhere = self._above(_settings(Settings(), path, project, os.getcwd()))
        elif isolated:
            self._everywhere = self._above(Settings())
        else:
            self._above(Settings())

    def of_directory(self, directory: str) -> Settings:
        """The settings that hold in the absolute `directory`. Raises SettingsError, naming the file."""
        if self._everywhere is not None:
            return self._everywhere
        if directory not in self._known:
            self._known[directory] = self._above(self._found(directory))
        return self._known[directory]

    def of_file(self, path: str) -> Settings:
        """The settings of the file at the absolute `path`. Raises SettingsError, naming the file at fault."""
        return self.of_directory(os.path.dirname(path))

    def _found(self, directory: str) -> Settings:
        """The table nearest to `directory`, and the nearest `requires-python` where the table has none."""
        if directory not in self._nearest:
            above = os.path.dirname(directory)
            settings = Settings() if above == directory else self._found(above)
            path = os.path.join(directory, _FILE)
            if os.path.isfile(path):
                settings = _settings(settings, path, self._read(path), directory)
            self._nearest[directory] = settings
        return self._nearest[directory]

    def _read(self, path: str) -> _Project:
        project = _read(path)
        if project.wrong_python is not None:
            self.warnings.append(f"{path}: invalid `requires-python`: {project.wrong_python!r}")
        return project

    def _above(self, settings: Settings) -> Settings:
        settings = settings if settings.noqa is self._noqa else settings._replace(noqa=self._noqa)
        if not self._overrides:
            return settings
        try:
            return merge(settings, self._overrides, os.getcwd())
        except SettingsError as error:
            raise SettingsError(f"command line: {error}") from None


def _settings(outer: Settings, path: str, project: _Project, root: str) -> Settings:
    """What holds in the directory of `path`; `outer` held above it, and a table replaces it whole."""
    supported = project.requires_python or outer.requires_python
    platforms = project.platforms or outer.platforms
    if project.table is None:
        return outer._replace(requires_python=supported, platforms=platforms)
    try:
        settings = merge(Settings(source=path), project.table, root)
    except SettingsError as error:
        line = _line_of(path, str(error))
        raise SettingsError(f"{path}{f':{line}' if line else ''}: {error}") from None
    return settings._replace(
        requires_python=settings.requires_python or supported, platforms=settings.platforms or platforms
    )


def _read(path: str) -> _Project:
    data = read(path, _MOST_BYTES)
    if isinstance(data, Unreadable):
        raise SettingsError(f"{path}: {data.reason}")
    ours = _TABLE.encode() in data
    try:
        document = _document(data) if ours or any(word in data for word in _OF_THE_PROJECT) else {}
    except (ValueError, RecursionError) as error:
        if not ours:  # a broken file of another tool, a test's data: nothing in it is for us
            return _Project(None)
        raise SettingsError(f"{path}: invalid TOML: {error}") from None
    table = _at(document, "tool", _TABLE)
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{path}: `tool.{_TABLE}` must be a table")
    supported = _at(document, "project", "requires-python")
    if supported is None or (isinstance(supported, str) and requires_python.understood(supported)):
        return _Project(table, supported, platforms=_platforms(document))
    return _Project(table, wrong_python=supported, platforms=_platforms(document))


def _platforms(document: Any) -> tuple[str, ...] | None:
    classifiers = _at(document, "project", "classifiers")
    if not isinstance(classifiers, list):
        return None
    return classified(each for each in classifiers if isinstance(each, str)) or None


def _document(data: bytes) -> dict[str, Any]:
    import tomllib  # where there is no file to read, it only costs the start

    # The time and memory that tomllib takes grow with the square of a key's parts.
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.count(b".") > _MOST_DOTS:
            raise ValueError(f"more than {_MOST_DOTS} dots (at line {number})")
    return tomllib.loads(data.decode())


def _at(document: Any, *keys: str) -> Any:
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _line_of(path: str, message: str) -> int | None:
    """The line on which the key that begins `message` stands; TOML's parser does not keep it."""
    key = re.escape(message.partition("`")[2].partition("`")[0])
    data = read(path, _MOST_BYTES)
    lines = b"" if isinstance(data, Unreadable) else data
    ours = False
    for number, line in enumerate(lines.decode("utf-8", "replace").splitlines(), 1):
        if re.match(rf"\s*\[tool\.{_TABLE}\.[\"']?{key}\b", line) or (
            ours and re.match(rf"\s*[\"']?{key}[\"']?\s*[=.]", line)
        ):
            return number
        if line.lstrip().startswith("["):
            ours = re.match(rf"\s*\[tool\.{_TABLE}\]", line) is not None
    return None
