# ruff: noqa: PTH102, PTH103, PTH112, PTH117, PTH118, PTH120, PTH123
"""What an earlier run has found out: the same question about the same content has the same answer.

Nothing depends on it: what cannot be read is found out again, what cannot be written is found out the next time.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import Any, NamedTuple

from inheritlint import __version__
from inheritlint.pipeline.cache_folder import Folder, our_folder
from inheritlint.pipeline.settings import CACHE_VARIABLE

#: What other versions of us have found is dropped after so many seconds without use: 30 days, as ruff does.
UNUSED = 30 * 24 * 60 * 60

_TIDIED: set[str] = set()
_GENERATION = r"inheritlint-[0-9a-f]{16}"
#: What tells backups and git that nothing here is worth keeping (https://bford.info/cachedir/).
_SIGNS = {
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Made by inheritlint; delete it at any time.\n",
    ".gitignore": "*\n",
}


def place(question: object, data: bytes = b"") -> "Place":
    """Where the answer to `question` about `data` is kept: below the folder that the environment says, or the user's
    own."""
    return Place(_generation(), f"{digest(question, data)}.json")


def digest(question: object, data: bytes = b"") -> str:
    """What stands for `question` about `data`; its `repr` says all of it."""
    return sha256(repr(question).encode("utf-8", "backslashreplace") + b"\0" + data).hexdigest()[:40]


def has_entries() -> bool:
    """Whether this code has kept something of an earlier run."""
    return os.path.isdir(_generation())


def clean() -> Iterator[str]:
    """Delete what is kept, by this and by other versions of us; gives the folders that were deleted. Nothing else that
    stands beside them is touched. Raises OSError where that fails."""
    import shutil

    with suppress(FileNotFoundError):
        for each in os.scandir(_root()):
            if re.fullmatch(_GENERATION, each.name):
                shutil.rmtree(each.path)
                yield each.path


def _generation() -> str:
    return os.path.join(_root(), f"inheritlint-{_of_this_code()}")


def _root() -> str:
    return os.environ.get(CACHE_VARIABLE) or _of_the_user()


class Place(NamedTuple):
    """A file called `name` that holds one answer as JSON. `generation` is the folder of those of the same code."""

    generation: str
    name: str

    @property
    def path(self) -> str:
        """Where that file is, or will be."""
        return os.path.join(self.generation, self.name)

    def read(self) -> Any:
        """The answer; None where there is none that can be read."""
        try:
            with our_folder(self.generation) as folder:
                data = folder.read(self.name)
            answer = json.loads(data or b"")
        except (OSError, ValueError, RecursionError):
            return None
        _use(self.generation)
        return answer

    def write(self, answer: object) -> None:
        """Keep `answer`, whole or not at all."""
        with suppress(OSError):
            _make(self.generation)
            with our_folder(self.generation) as folder:
                folder.write(self.name, json.dumps(answer).encode())
                _tidy(folder)


def _of_the_user() -> str:
    if sys.platform == "linux":  # what platformdirs says there, which takes as long to load as a file to look up
        given = os.environ.get("XDG_CACHE_HOME", "")
        user = given if os.path.isabs(given) else os.path.expanduser("~/.cache")  # noqa: PTH111
        folder = os.path.join(user, "inheritlint")
    else:
        from platformdirs import user_cache_dir

        folder = user_cache_dir("inheritlint", appauthor=False)
    return folder if os.path.isabs(folder) else os.devnull  # a user without a home has none: nothing can be kept there


@cache
def _of_this_code() -> str:
    """What findings depend on beside the file: our own code, LibCST's version and Python's."""
    digest = sha256(f"{__version__} {sys.version}".encode())
    for folder, folders, names in os.walk(os.path.dirname(os.path.dirname(__file__))):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".py"):
                digest.update(name.encode() + _content(os.path.join(folder, name)))
    libcst = find_spec("libcst")
    for folder in (libcst and libcst.submodule_search_locations) or ():
        digest.update(_content(os.path.join(folder, "_version.py")))
    return digest.hexdigest()[:16]


def _content(path: str) -> bytes:
    with suppress(OSError), open(path, "rb") as file:
        return file.read()
    return b""


@cache
def _use(generation: str) -> None:
    """Say, once a process, that the folder `generation` is used."""
    with suppress(OSError):
        os.utime(generation)


def _tidy(folder: Folder) -> None:
    """Once a process, look for what another one left half-written."""
    if folder.path not in _TIDIED:
        _TIDIED.add(folder.path)
        folder.sweep(time.time())


def _make(generation: str) -> None:
    """Make the folder `generation`, and remove those that were not used for long. Raises OSError."""
    if os.path.isdir(generation):
        return
    os.makedirs(os.path.dirname(generation), 0o700, exist_ok=True)
    with suppress(FileExistsError):  # another run was first
        os.mkdir(generation, 0o700)
    with our_folder(generation) as folder:
        for name, text in _SIGNS.items():
            folder.write(name, text.encode())
    for each in os.scandir(os.path.dirname(generation)):
        if re.fullmatch(_GENERATION, each.name) and time.time() - each.stat().st_mtime > UNUSED:
            import shutil  # it takes long to load

            shutil.rmtree(each.path, ignore_errors=True)
