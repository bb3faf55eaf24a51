"""Files in which an earlier run found nothing and which have not changed since: they are not even read.

What tells them is what the system says of a file: size, times, and which file it is, as git's index does
(https://git-scm.com/docs/racy-git). A list belongs to the folders that a command names, where it names them from;
the settings are part of it, and our own code, as of everything that is kept.
"""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inheritlint.pipeline.cache import digest, place
from inheritlint.pipeline.settings import Settings

#: A file that was changed so many seconds ago may be changed again without another time.
RACY = 2
_Facts = list[int]


class Unchanged:
    """The list of the `folders`, as a command names them; nothing is on it where that cannot be read."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._place = place(("unchanged", os.getcwd(), *folders))  # noqa: PTH109 - paths are strings here
        self._began = time.time()
        self._questions: dict[int, str] = {}
        self._before = self._read()

    def has(self, path: str, settings: Settings, status: os.stat_result) -> bool:
        """Whether nothing was found in the file at `path` under `settings`, and `status` is what it was."""
        return self._before.get(self._question(settings), {}).get(path) == _facts(status)

    def keep(self, clean: Iterable[tuple[str, Settings, os.stat_result]]) -> None:
        """Let the list hold `clean`, files in which nothing was found, and no others. Where it cannot be written the
        next run finds it out again."""
        after: dict[str, dict[str, _Facts]] = {}
        for path, settings, status in clean:
            if max(status.st_mtime, status.st_ctime) < self._began - RACY:
                after.setdefault(self._question(settings), {})[path] = _facts(status)
        if after != self._before:
            self._place.write(after)

    def _question(self, settings: Settings) -> str:
        """What was asked of a file; settings are a few for all files."""
        if id(settings) not in self._questions:
            self._questions[id(settings)] = digest(settings)
        return self._questions[id(settings)]

    def _read(self) -> Mapping[str, Mapping[str, Any]]:
        found = self._place.read()
        is_ours = isinstance(found, dict) and all(isinstance(each, dict) for each in found.values())
        return found if is_ours else {}


def _facts(status: os.stat_result) -> _Facts:
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev]
