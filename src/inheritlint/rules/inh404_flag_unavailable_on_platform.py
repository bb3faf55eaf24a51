from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.flags import use_getattr_default
from inheritlint.events.unavailable_flags import UnavailableFlag


@rule(
    code="INH404",
    name="flag-unavailable-on-platform",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`{module}.{flag}` is {only}-only and raises `AttributeError` elsewhere; "
    'use `getattr({module}, "{flag}", 0)`',
    example="""
        import os


        def keep(path):
            return os.open(path, os.O_RDONLY | os.O_NOINHERIT)
    """,
    fixed_example="""
        import os


        def keep(path):
            return os.open(path, os.O_RDONLY | getattr(os, "O_NOINHERIT", 0))
    """,
    references=("Library reference: os, open() flag constants", "PEP 446"),
)
def flag_unavailable_on_platform(read: UnavailableFlag) -> Iterator[Report]:
    """## What it does

    Checks for `os.open` flags that are used on platforms where they do not exist.

    ## Why is this bad?

    `O_NOINHERIT`, `O_BINARY`, `O_TEXT`, `O_TEMPORARY`, `O_SHORT_LIVED`, `O_SEQUENTIAL` and `O_RANDOM` exist on
    Windows only; reading them raises `AttributeError` elsewhere. `O_CLOEXEC` does not exist on Windows, and is
    reported in code that runs on Windows only. Cygwin defines `O_BINARY` and `O_TEXT`, too.

    ## Not reported

    - code that the other platforms cannot reach (the guards are those of INH401);
    - `getattr` with a default, and code with a handler for `AttributeError`.

    ## Fix safety

    The fix reads the flag with a default of 0. It is safe, because the flag has no meaning on platforms that do not
    define it, unless a handler or a `with` block around it may expect the exception; then it is unsafe.
    """
    yield Report(read, fix=lambda: use_getattr_default(read), module=read.module, flag=read.flag, only=read.only)
