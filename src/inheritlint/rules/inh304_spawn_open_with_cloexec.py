from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.spawns import drop_cloexec
from inheritlint.facts.spawn_actions import SpawnOpen


@rule(
    code="INH304",
    name="spawn-open-with-cloexec",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`O_CLOEXEC` in a `POSIX_SPAWN_OPEN` action closes the descriptor that the child is to get: drop it",
    bad="""
        import os


        def start(program, log):
            opened = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CLOEXEC, 0o600)
            os.posix_spawn(program, [program], os.environ, file_actions=[opened])
    """,
    good="""
        import os


        def start(program, log):
            opened = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY, 0o600)
            os.posix_spawn(program, [program], os.environ, file_actions=[opened])
    """,
    references=("posix_spawn_file_actions_addopen(3)", "glibc: sysdeps/unix/sysv/linux/spawni.c"),
)
def spawn_open_with_cloexec(opened: SpawnOpen) -> Iterator[Report]:
    """A file action opens a file for the child with a flag that closes it before the child runs.

    The C library opens the file and moves it to the wanted number with dup2(2), which drops the flag; where the number
    happens to be the lowest free one there is nothing to move, the flag stays, and exec closes the descriptor. With 0,
    1 or 2 the number always was freed before, so it is an error there.

    Silent: flags that are not known.

    The fix drops the flag. It is safe: the child was meant to get the file.
    """
    severity = Severity.ERROR if opened.number in (0, 1, 2) else None
    yield Report(opened, mend=drop_cloexec(opened), severity=severity)
