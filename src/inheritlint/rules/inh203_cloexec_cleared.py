from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable import use_pass_fds_or_reset
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.explanations import inheritable
from inheritlint.lifecycle.lifecycle import ResetStatus


@rule(
    code="INH203",
    name="cloexec-cleared",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`FD_CLOEXEC` is cleared on {target} and {end}; {remedy}",
    example="""
        import fcntl
        import os


        def start(reader, command):
            fcntl.fcntl(reader, fcntl.F_SETFD, 0)
            os.spawnv(os.P_WAIT, command[0], command)
    """,
    fixed_example="""
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
    """## What it does

    Checks for `fcntl` calls that clear `FD_CLOEXEC` on a descriptor and do not set it again on every code path.

    ## Why is this bad?

    `fcntl` with `F_SETFD` and flags without `FD_CLOEXEC` does what `os.set_inheritable(fd, True)` does, on POSIX
    only. What INH201 and INH202 say about inheritable descriptors applies.

    ## Not reported

    - flags that are unknown;
    - code that replaces the process with `os.exec*` afterwards, and code that runs only in a forked child process;
    - functions that only clear the flag of their parameter; their callers are checked instead.

    ## Fix safety

    The fix is that of INH201: `pass_fds`, or a reset in `finally`. It is unsafe: another module may have made
    descriptors inheritable for the same child process, and a child that is started later may rely on the descriptor.
    """
    if not mark.uses_fcntl or (mark.is_parameter and not mark.fate.children):
        return
    if mark.fate.ending in (ResetStatus.NEVER_RESET, ResetStatus.NOT_ON_EVERY_PATH):
        end = (
            "never set again"
            if mark.fate.ending is ResetStatus.NEVER_RESET
            else f"stays cleared if {inheritable.skipped_by(mark)}"
        )
        yield Report(
            mark,
            fix=lambda: use_pass_fds_or_reset(mark),
            role=StepRole.MADE_INHERITABLE,
            trace=inheritable.trace(mark),
            other_path=inheritable.other_path(mark),
            target=inheritable.name_of(mark),
            end=end,
            remedy=inheritable.remedy(mark),
        )
