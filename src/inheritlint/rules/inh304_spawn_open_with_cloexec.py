from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.spawns import drop_cloexec
from inheritlint.events.spawn_actions import SpawnOpen


@rule(
    code="INH304",
    name="spawn-open-with-cloexec",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`O_CLOEXEC` in `POSIX_SPAWN_OPEN` {closes} the file when the child program starts; remove the flag",
    example="""
        import os


        def start(program, log):
            opened = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CLOEXEC, 0o600)
            os.posix_spawn(program, [program], os.environ, file_actions=[opened])
    """,
    fixed_example="""
        import os


        def start(program, log):
            opened = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY, 0o600)
            os.posix_spawn(program, [program], os.environ, file_actions=[opened])
    """,
    references=("posix_spawn_file_actions_addopen(3)", "glibc: sysdeps/unix/sysv/linux/spawni.c"),
)
def spawn_open_with_cloexec(opened: SpawnOpen) -> Iterator[Report]:
    """## What it does

    Checks for `POSIX_SPAWN_OPEN` file actions with `O_CLOEXEC`.

    ## Why is this bad?

    The file is opened for the child process, but the flag closes it before the child program runs. The C library
    opens the file and moves it to the requested number with dup2(2), which clears the flag; but if the requested
    number is the lowest free one, nothing is moved and the flag stays. For 0, 1 and 2, the number has always been
    freed before, so the file is always closed.

    ## Not reported

    Flags that are unknown.

    ## Fix safety

    The fix removes the flag. It is safe, because the file is opened for the child only.
    """
    is_certain = opened.number in (0, 1, 2)
    yield Report(
        opened,
        span=opened.program.tree.span(opened.flags) if opened.flags is not None else None,
        fix=lambda: drop_cloexec(opened),
        severity=Severity.ERROR if is_certain else None,
        closes="closes" if is_certain else "can close",
    )
