# ruff: noqa: PTH100, PTH118, PTH120, PTH123
"""The file that a baseline is kept in: a JSON object a line, sorted, without line numbers, so that branches merge."""

import json
import os
from collections.abc import Iterable
from pathlib import PurePath

from inheritlint.pipeline.atomic_write import replace_file
from inheritlint.pipeline.baseline.identity import Identity
from inheritlint.pipeline.settings import SettingsError
from inheritlint.source.reading import Unreadable, read

_HEADER = {"inheritlint-baseline": 1}


class BaselineFile:
    """The baseline at `path`. What it calls a file is relative to its own folder."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._folder = os.path.dirname(os.path.abspath(path))

    def name_of(self, path: str) -> str:
        """What the baseline calls the file at `path`."""
        try:
            return PurePath(os.path.relpath(os.path.abspath(path), self._folder)).as_posix()
        except ValueError:  # another drive
            return PurePath(os.path.abspath(path)).as_posix()

    def path_of(self, name: str) -> str:
        """The absolute path of the file that the baseline calls `name`."""
        return os.path.normpath(os.path.join(self._folder, name))

    def read(self) -> list[Identity]:
        """The findings that are kept. Raises SettingsError, naming the line at fault, where the file cannot be read."""
        return self._entries(self._content())

    def write(self, entries: Iterable[Identity]) -> bool:
        """Keep `entries` and nothing else, in one step; whether the file had to be written. Raises OSError."""
        lines = [json.dumps(_HEADER), *(_line(each) for each in sorted(entries))]
        after = "".join(f"{line}\n" for line in lines).encode()
        if not os.path.lexists(self.path):
            with open(self.path, "xb"):
                pass  # it is replaced whole: half a baseline is never there
        before = read(self.path)
        if isinstance(before, Unreadable):
            raise OSError(f"{self.path} {before.reason}")
        if before.replace(b"\r\n", b"\n") == after:
            return False
        replace_file(self.path, before, after)
        return True

    def _content(self) -> bytes:
        content = read(self.path)
        if isinstance(content, Unreadable):
            missing = "" if os.path.lexists(self.path) else "; use `--update-baseline` to create it"
            raise SettingsError(f"{self.path}: {content.reason}{missing}")
        return content

    def _entries(self, content: bytes) -> list[Identity]:
        entries: list[Identity] = []
        for number, line in enumerate(content.split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
                if not entries and number == 1:
                    self._check_header(values)
                    continue
                if values != _HEADER:  # a merge of two branches may bring a second one
                    entries.append(_entry(values))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise SettingsError(f"{self.path}:{number}: not a baseline entry") from None
        if not content.strip():
            raise SettingsError(f"{self.path}: the baseline is empty; use `--update-baseline` to create it")
        return entries

    def _check_header(self, values: object) -> None:
        if not isinstance(values, dict) or list(values) != list(_HEADER):
            raise ValueError
        if values != _HEADER:
            raise SettingsError(f"{self.path}: unsupported baseline version")


def _line(entry: Identity) -> str:
    """An entry for people to read; what could break a line or the encoding is escaped."""
    return json.dumps(entry._asdict(), ensure_ascii=not "".join(entry).isprintable())


def _entry(values: dict[str, object]) -> Identity:
    entry = Identity(*(values[field] for field in Identity._fields))  # type: ignore[arg-type]
    if not all(isinstance(each, str) for each in entry):
        raise TypeError(values)
    return entry
