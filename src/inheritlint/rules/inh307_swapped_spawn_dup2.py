from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.spawns import swap
from inheritlint.facts.spawn_actions import SpawnSwapped


@rule(
    code="INH307",
    name="swapped-spawn-dup2",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    since="0.1",
    message="`POSIX_SPAWN_DUP2` takes the source first: this copies {number} onto the descriptor, "
    "and the child keeps its old {number}",
    bad="""
        import os


        def start(program, log):
            output = os.open(log, os.O_WRONLY | os.O_CLOEXEC)
            os.posix_spawn(program, [program], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 1, output)])
    """,
    good="""
        import os


        def start(program, log):
            output = os.open(log, os.O_WRONLY | os.O_CLOEXEC)
            os.posix_spawn(program, [program], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output, 1)])
    """,
    references=("posix_spawn_file_actions_adddup2(3)", "Library reference: os.posix_spawn"),
)
def swapped_spawn_dup2(swapped: SpawnSwapped) -> Iterator[Report]:
    """A file action duplicates 0, 1 or 2 onto a descriptor that this function opened.

    It reads `(os.POSIX_SPAWN_DUP2, fd, new_fd)`. The other way round the child's standard stream stays what it was, and
    what was opened for it is overwritten.

    Silent: `(os.POSIX_SPAWN_DUP2, 1, 2)` between two standard streams, the same number twice, numbers that are not
    known.

    The fix swaps the two. It is unsafe: the child's output goes elsewhere than before.
    """
    yield Report(swapped, mend=swap(swapped), number=str(swapped.number))
