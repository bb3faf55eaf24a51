from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable_creation import make_pty_master_non_inheritable
from inheritlint.events.inheritable_creation import CreatedInheritable, Origin
from inheritlint.explanations import creation


@rule(
    code="INH109",
    name="pty-master-inheritable",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="pty master returned by `{callee}` is inheritable before Python 3.15; {remedy}",
    example="""
        import os
        import pty


        def terminal(command):
            pid, master = pty.fork()
            if pid == 0:
                os.execvp(command[0], command)
            return master
    """,
    fixed_example="""
        import os
        import pty


        def terminal(command):
            pid, master = pty.fork()
            if pid:
                os.set_inheritable(master, False)
            if pid == 0:
                os.execvp(command[0], command)
            return master
    """,
    references=("gh-139184", "CWE-403", "forkpty(3)"),
)
def pty_master_inheritable(born: CreatedInheritable) -> Iterator[Report]:
    """## What it does

    Checks for `pty.fork` and `os.forkpty` calls whose master descriptor is left inheritable.

    ## Why is this bad?

    The shell of the next terminal inherits the master of the first one. It can read what is typed there, and the
    first terminal does not hang up while the second one is open. Since Python 3.15, the master is not inheritable.

    ## Not reported

    - code whose `requires-python` admits Python 3.15 and later only;
    - masters that are closed or made non-inheritable in the parent;
    - functions that stand for `os.forkpty`: that return the process and the master in the parent and in the child.

    ## Fix safety

    The fix makes the master non-inheritable in the parent, right after the fork. It is safe if the master does not
    leave the function and the file never reads whether a descriptor is inheritable. Otherwise it is unsafe: other code
    may pass the master to a child process.
    """
    if born.origin is Origin.TERMINAL and born.leaks:
        yield Report(
            born,
            role=StepRole.MADE_INHERITABLE,
            trace=creation.trace(born),
            fix=lambda: make_pty_master_non_inheritable(born),
            callee=born.callee,
            remedy=creation.remedy_for_master(born),
        )
