from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.locks import keep_lock
from inheritlint.events.locks_lost import LockLost
from inheritlint.explanations import locks


@rule(
    code="INH309",
    name="lock-lost-by-exec",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`{callee}` closes {lock}, so the lock is released before the new program runs; {remedy}",
    example="""
        import fcntl
        import os


        def launch(path, command):
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.execvp(command[0], command)
    """,
    fixed_example="""
        import fcntl
        import os


        def launch(path, command):
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(lock, True)
            os.execvp(command[0], command)
    """,
    references=("PEP 446", "flock(2)", "fcntl(2)", "boinc#4246"),
)
def lock_lost_by_exec(lost: LockLost) -> Iterator[Report]:
    """## What it does

    Checks for locks (`fcntl.flock`, `fcntl.lockf`) that are held when `os.exec*` replaces the program: in the same
    function, in one that it calls, or by an object whose `__init__` takes them.

    ## Why is this bad?

    The descriptors that Python creates are closed on exec, and a lock is released when its descriptor is closed.
    Another process can take the lock as soon as the new program runs, which is started under its protection.

    ## Not reported

    - descriptors that are made inheritable, duplicated with `os.dup2` or `F_DUPFD`, unlocked or closed before;
    - programs that start themselves again (`sys.executable`, `sys.argv`, `__file__`), because they take the lock again;
    - `os.exec*` in the child process of a fork, because the parent still holds the lock;
    - descriptors that were passed to code that is not known.

    ## Fix safety

    The fix makes the descriptor inheritable before the program is replaced. It is unsafe: the new program inherits the
    descriptor, and holds the lock until it exits.
    """
    yield Report(
        lost,
        fix=lambda: keep_lock(lost),
        role=StepRole.EXEC,
        trace=locks.trace(lost),
        callee=lost.callee,
        lock=locks.name_of(lost),
        remedy=locks.remedy(lost),
    )
