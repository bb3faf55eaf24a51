from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.spawns import swap
from inheritlint.events.names import name_of
from inheritlint.events.spawn_actions import SpawnSwapped


@rule(
    code="INH307",
    name="swapped-spawn-dup2",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`POSIX_SPAWN_DUP2` arguments are swapped, so {number} in the child is not redirected; "
    "use `(os.POSIX_SPAWN_DUP2, {source}, {number})`",
    example="""
        import os


        def start(program, log):
            output = os.open(log, os.O_WRONLY | os.O_CLOEXEC)
            os.posix_spawn(program, [program], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 1, output)])
    """,
    fixed_example="""
        import os


        def start(program, log):
            output = os.open(log, os.O_WRONLY | os.O_CLOEXEC)
            os.posix_spawn(program, [program], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)])
    """,
    references=("posix_spawn_file_actions_adddup2(3)", "Library reference: os.posix_spawn"),
)
def swapped_spawn_dup2(swapped: SpawnSwapped) -> Iterator[Report]:
    """## What it does

    Checks for `POSIX_SPAWN_DUP2` file actions with swapped descriptors.

    ## Why is this bad?

    The order is `(os.POSIX_SPAWN_DUP2, fd, new_fd)`: the source first. In the wrong order, the standard stream of the
    child process is not redirected, and the file that was opened for it is replaced.

    ## Not reported

    - actions with two standard streams, such as `(os.POSIX_SPAWN_DUP2, 1, 2)`;
    - actions with the same number twice, or with numbers that are unknown;
    - the number of `sys.stdin`, `sys.stdout` or `sys.stderr`, if the file replaces that stream.

    ## Fix safety

    The fix swaps the two descriptors. It is unsafe: the output of the child goes elsewhere than before.
    """
    source = name_of(swapped.program.tree, swapped.second) or "fd"
    yield Report(swapped, fix=lambda: swap(swapped), number=str(swapped.number), source=source)
