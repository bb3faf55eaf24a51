"""What a project says about where its code runs."""

from typing import NamedTuple

#: File names that say by themselves that only Windows imports them (glob patterns on the base name).
WINDOWS_FILES = ("*_windows.py", "*_win32.py", "*_win.py", "win32_*.py", "windows_*.py", "win_*.py", "nt*.py")


class Target(NamedTuple):
    """`oldest` is the lowest Python that `requires-python` admits, None where it says nothing;
    `windows_files` are glob patterns of base names that only Windows imports; `spawners` are the qualified names of
    functions that start children and hand their keywords to `subprocess`."""

    oldest: tuple[int, int] | None = None
    windows_files: tuple[str, ...] = WINDOWS_FILES
    spawners: tuple[str, ...] = ()
