from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.marks import hand_over_or_reset
from inheritlint.facts.fates import Ending
from inheritlint.facts.marks import MadeInheritable


@rule(
    code="INH203",
    name="cloexec-cleared",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    since="0.1",
    message="`FD_CLOEXEC` of `{target}` is cleared and {end}: give it to its one child with `pass_fds`, "
    "or set the flag again in a `finally`",
    bad="""
        import fcntl
        import os


        def start(reader, command):
            fcntl.fcntl(reader, fcntl.F_SETFD, 0)
            os.spawnv(os.P_WAIT, command[0], command)
    """,
    good="""
        import fcntl
        import os


        def start(reader, command):
            fcntl.fcntl(reader, fcntl.F_SETFD, 0)
            try:
                os.spawnv(os.P_WAIT, command[0], command)
            finally:
                fcntl.fcntl(reader, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    """,
    references=("PEP 446", "CWE-403", "fcntl(2)"),
)
def cloexec_cleared(mark: MadeInheritable) -> Iterator[Report]:
    """`fcntl` with `F_SETFD` and flags that lack `FD_CLOEXEC` makes a descriptor inheritable, and nothing, or not every
    path, puts the flag back.

    It does what `os.set_inheritable(fd, True)` does, on POSIX only; what INH201 and INH202 say of that holds here.

    Silent: flags that are not known, a process that replaces itself next, a forked child, a helper that does this to
    what it is given (its callers are judged).

    The fix is unsafe: a later child that relied on the descriptor no longer gets it.
    """
    if not mark.clears_flag or (mark.is_parameter and not mark.fate.children):
        return
    if mark.fate.ending in (Ending.NEVER_RESET, Ending.MISSED):
        end = (
            "nothing sets it again"
            if mark.fate.ending is Ending.NEVER_RESET
            else f"{mark.way_past} leads past the reset"
        )
        yield Report(mark, mend=hand_over_or_reset(mark), trace=mark.trace, target=mark.target, end=end)
