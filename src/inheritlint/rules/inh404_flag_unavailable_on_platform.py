from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.flags import read_portably
from inheritlint.facts.flag_reads import FlagAbsent


@rule(
    code="INH404",
    name="flag-unavailable-on-platform",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="`{module}.{flag}` exists on {only} only and raises `AttributeError` here: "
    'write `getattr({module}, "{flag}", 0)`',
    bad="""
        import os


        def keep(path):
            return os.open(path, os.O_RDONLY | os.O_NOINHERIT)
    """,
    good="""
        import os


        def keep(path):
            return os.open(path, os.O_RDONLY | getattr(os, "O_NOINHERIT", 0))
    """,
    references=("Library reference: os, open() flag constants", "PEP 446"),
)
def flag_unavailable_on_platform(read: FlagAbsent) -> Iterator[Report]:
    """A flag of `os.open` is read on a path that a platform without it can reach.

    `O_NOINHERIT`, `O_BINARY`, `O_TEXT`, `O_TEMPORARY`, `O_SHORT_LIVED`, `O_SEQUENTIAL` and `O_RANDOM` exist on Windows
    only; `O_CLOEXEC` does not exist there, and is reported on paths that only Windows runs.

    Silent: whatever keeps the other platforms out, as INH401 lists it; `getattr` with a default; a handler for
    `AttributeError`.

    The fix reads the flag with a default of 0. It is safe: the flag means nothing where it does not exist.
    """
    yield Report(read, mend=read_portably(read), module=read.module, flag=read.flag, only=read.only)
