"""What a project says about where its code runs."""

import os
from typing import NamedTuple

from inheritlint.knowledge.platforms import NAMES, USUAL, WINDOWS

#: File names that say by themselves that only Windows imports them (glob patterns on the base name).
WINDOWS_FILES = ("*_windows.py", "*_win32.py", "*_win.py", "win32_*.py", "windows_*.py", "win_*.py", "nt*.py")


class Target(NamedTuple):
    """`oldest` is the lowest Python that `requires-python` admits, None where it says nothing;
    `windows_files` are glob patterns of base names that only Windows imports; `spawners` are the qualified names of
    functions that start children and hand their keywords to `subprocess`; `platforms` are the names of those on which
    the code runs (keys of `knowledge.platforms.NAMES`); `stdio_server` says that the program reads requests from
    standard input, wherever that is written."""

    oldest: tuple[int, int] | None = None
    windows_files: tuple[str, ...] = WINDOWS_FILES
    spawners: tuple[str, ...] = ()
    platforms: tuple[str, ...] = USUAL
    stdio_server: bool = False

    @property
    def everywhere(self) -> frozenset[int]:
        """The platforms on which the code runs, as the analysis counts them."""
        return frozenset(NAMES[name] for name in self.platforms)

    def platforms_of(self, path: str) -> frozenset[int]:
        """The platforms on which the file at `path` can run."""
        from fnmatch import fnmatch  # settings are read for every file, and this is asked for few

        name = os.path.basename(path.rstrip("/"))  # noqa: PTH119 - pathlib takes as long to load as a small file to check
        here = self.everywhere
        return here & WINDOWS or here if any(fnmatch(name, pattern) for pattern in self.windows_files) else here
