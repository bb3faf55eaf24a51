from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.guards import guard_for_windows
from inheritlint.events.handle_calls import HandleFunctionUsed


@rule(
    code="INH401",
    name="unguarded-windows-handle-call",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message='`{function}` is Windows-only and raises `{error}` elsewhere; guard it with `if sys.platform == "win32":`',
    example="""
        import os
        import sys


        def keep(handle):
            os.set_handle_inheritable(handle, False)
    """,
    fixed_example="""
        import os
        import sys


        def keep(handle):
            if sys.platform == "win32":
                os.set_handle_inheritable(handle, False)
    """,
    references=("Library reference: os.set_handle_inheritable, Availability: Windows", "PEP 446", "CERT WIN03-C"),
)
def unguarded_windows_handle_call(used: HandleFunctionUsed) -> Iterator[Report]:
    """## What it does

    Checks for unguarded uses of `os.set_handle_inheritable` and `os.get_handle_inheritable`, which exist on Windows
    only. Uses are calls, imports, and code that passes the functions on or stores them.

    ## Why is this bad?

    On other platforms, the call raises `AttributeError`, as does `atexit.register(os.set_handle_inheritable, …)`, and
    `from os import set_handle_inheritable` raises `ImportError`. For file descriptors, use `os.set_inheritable`
    and `os.get_inheritable`, which are available on all platforms.

    ## Not reported

    Code that other platforms cannot reach. These guards are understood, in any combination, on either branch, and
    with early exits:

    - `sys.platform`, `os.name`, `platform.system()`, `hasattr`, `getattr` with a default, `try … except
      AttributeError`, and around an import `try … except ImportError`;
    - constants and functions that are built from these, and well-known constants such as `WINDOWS`;
    - imports of modules that exist on Windows only, `skipif` decorators, `assert` and `match`;
    - private functions that are called in Windows-only code only;
    - file names such as `*_windows.py` and `*_win32.py`; the option `windows-files` adds more.

    ## Fix safety

    The fix adds a guard around the statement. It is unsafe: on other platforms, the call is skipped instead of
    raising. No fix is offered for an import, for a value that is used, or if `sys` is shadowed, deleted or rebound.
    """
    yield Report(used, fix=lambda: guard_for_windows(used), function=used.function, error=used.error)
