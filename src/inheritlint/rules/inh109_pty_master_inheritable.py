from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.creations import keep_terminal
from inheritlint.facts.creations import BornInheritable, Origin


@rule(
    code="INH109",
    name="pty-master-inheritable",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="the master that `{callee}` returns is inheritable before Python 3.15: "
    "make it non-inheritable in the parent",
    bad="""
        import os
        import pty


        def terminal(command):
            pid, master = pty.fork()
            if pid == 0:
                os.execvp(command[0], command)
            return master
    """,
    good="""
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
def pty_master_inheritable(born: BornInheritable) -> Iterator[Report]:
    """`pty.fork()` and `os.forkpty()` return a master that children get.

    The next terminal's shell inherits the master of the first one: it can read what is typed there, and the first
    terminal does not hang up while the second one lives. Since Python 3.15 the master is non-inheritable; where
    `requires-python` admits no older one, this rule is silent.

    Silent, too: the master is closed or made non-inheritable in the parent.

    The fix does the latter right after the fork. It is safe: no child needs the master.
    """
    if born.origin is Origin.TERMINAL and born.leaks:
        yield Report(born, trace=born.trace, mend=keep_terminal(born), callee=born.callee)
