from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.guards import guard_for_windows
from inheritlint.facts.handles import HandleCalled


@rule(
    code="INH401",
    name="unguarded-windows-handle-call",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    since="0.1",
    message="`{function}` exists on Windows only and raises `AttributeError` elsewhere: "
    'guard it with `if sys.platform == "win32":`',
    bad="""
        import os
        import sys


        def keep(handle):
            os.set_handle_inheritable(handle, False)
    """,
    good="""
        import os
        import sys


        def keep(handle):
            if sys.platform == "win32":
                os.set_handle_inheritable(handle, False)
    """,
    references=("Library reference: os.set_handle_inheritable, Availability: Windows", "PEP 446", "CERT WIN03-C"),
)
def unguarded_windows_handle_call(call: HandleCalled) -> Iterator[Report]:
    """`os.set_handle_inheritable` or `os.get_handle_inheritable` where a platform other than Windows can reach it.

    Both speak of Windows handles and exist on Windows only; elsewhere the name is missing. For a descriptor there
    are `os.set_inheritable` and `os.get_inheritable`, the same everywhere.

    What keeps the others out is understood in any combination, either branch, and with early exits:
    `sys.platform`, `os.name`, `platform.system()`, `hasattr`, `getattr` with a default that is tested, `try … except
    AttributeError`, constants and helper functions built from these, well-known constants such as `WINDOWS`, an import
    of a module that only Windows has, skip decorators, `assert`, `match`, private functions that are only called on
    Windows paths, and a file name that says so (`*_windows.py`, `*_win32.py`, …; the option `windows-files` adds more).

    The fix guards the statement. It is unsafe: on other platforms the call is then skipped where it raised before.
    """
    if call.off_windows and not call.guarded:
        yield Report(call, mend=guard_for_windows(call), function=call.function)
