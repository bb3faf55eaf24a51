"""What the fixes of INH402 and INH403 do on Windows, on a model of its two number spaces.

`win32api.SetHandleInformation` takes a handle, too (Win32 API, SetHandleInformation).

Descriptors belong to the C runtime and handles to the kernel; `msvcrt.get_osfhandle` leads from one to the other
(Doc/library/msvcrt.rst). `os.set_inheritable` takes descriptors and `os.set_handle_inheritable` handles
(Modules/posixmodule.c, os_set_inheritable_impl and os_set_handle_inheritable_impl). What raises here raises there.
"""

import errno
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes

FIXTURES = Path(__file__).parents[2] / "fixtures"


class Windows:
    """Two tables: descriptors with their handles, and handles with their mark."""

    def __init__(self) -> None:
        self.handles: dict[int, int] = {}
        self.inheritable: dict[int, bool] = {}

    def opened(self) -> int:
        """A new descriptor; its handle is another number, as on Windows."""
        descriptor = 3 + len(self.handles)
        handle = 4 * (50 + len(self.handles))
        self.handles[descriptor] = handle
        self.inheritable[handle] = True
        return descriptor

    def handle(self, descriptor: int) -> int:
        if descriptor not in self.handles:
            raise OSError(errno.EBADF, "Bad file descriptor")
        return self.handles[descriptor]

    def set_inheritable(self, descriptor: int, inheritable: bool) -> None:
        self.inheritable[self.handle(descriptor)] = inheritable

    def set_handle_inheritable(self, handle: int, inheritable: bool) -> None:
        if handle not in self.inheritable:
            raise OSError(6, "The handle is invalid")
        self.inheritable[handle] = inheritable

    def modules(self) -> dict[str, ModuleType]:
        system, runtime = ModuleType("os"), ModuleType("msvcrt")
        vars(system).update(
            set_inheritable=self.set_inheritable,
            set_handle_inheritable=self.set_handle_inheritable,
            pipe=lambda: (self.opened(), self.opened()),
        )
        vars(runtime).update(get_osfhandle=self.handle)
        interface, constants = ModuleType("win32api"), ModuleType("win32con")
        vars(constants).update(HANDLE_FLAG_INHERIT=1)
        vars(interface).update(
            SetHandleInformation=lambda handle, _, flags: self.set_handle_inheritable(handle, bool(flags))
        )
        return {"os": system, "msvcrt": runtime, "win32api": interface, "win32con": constants}


HANDLE_GIVEN = """
import msvcrt
import os

reader, writer = os.pipe()
os.set_inheritable(msvcrt.get_osfhandle(reader), False)
"""
DESCRIPTOR_GIVEN = """
import os

reader, writer = os.pipe()
os.set_handle_inheritable(reader, False)
"""
DESCRIPTOR_GIVEN_TO_PYWIN32 = """
import os
import win32api
import win32con

reader, writer = os.pipe()
win32api.SetHandleInformation(reader, win32con.HANDLE_FLAG_INHERIT, 0)
"""


def run(program: str, monkeypatch: pytest.MonkeyPatch) -> Windows:
    windows = Windows()
    for name, module in windows.modules().items():
        monkeypatch.setitem(__import__("sys").modules, name, module)
    names: dict[str, Any] = {}
    try:
        exec(compile(program, "program", "exec"), names)
    finally:
        monkeypatch.undo()
    return windows


@pytest.mark.parametrize(
    ("code", "program"),
    [("INH403", HANDLE_GIVEN), ("INH402", DESCRIPTOR_GIVEN), ("INH402", DESCRIPTOR_GIVEN_TO_PYWIN32)],
)
def test_the_fix_reaches_the_right_table(code: str, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OSError):
        run(program, monkeypatch)
    data = program.encode()
    assert code in {finding.code for finding in analyse("pipes_windows.py", data, Target()).findings}
    mended = apply_fixes("pipes_windows.py", data, Target(), lambda finding: finding.code == code, False)
    assert mended.data != data, mended.error
    windows = run(mended.data.decode(), monkeypatch)
    first, second = windows.handles.values()
    assert (windows.inheritable[first], windows.inheritable[second]) == (False, True)
