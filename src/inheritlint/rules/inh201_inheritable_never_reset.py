from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.marks import hand_over_or_reset
from inheritlint.facts.fates import Ending
from inheritlint.facts.marks import MadeInheritable


@rule(
    code="INH201",
    name="inheritable-never-reset",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`{target}` is made inheritable and nothing takes it back: give it to its one child with `pass_fds`, "
    "or reset it in a `finally`",
    bad="""
        import os


        def start(reader, command):
            os.set_inheritable(reader, True)
            os.spawnv(os.P_WAIT, command[0], command)
    """,
    good="""
        import os


        def start(reader, command):
            os.set_inheritable(reader, True)
            try:
                os.spawnv(os.P_WAIT, command[0], command)
            finally:
                os.set_inheritable(reader, False)
    """,
    references=("PEP 446", "CWE-403", "CWE-402", "CERT FIO22-C"),
)
def inheritable_never_reset(mark: MadeInheritable) -> Iterator[Report]:
    """A descriptor, socket or handle is made inheritable, and no path takes that back.

    From then on every child that does not close descriptors gets it: one that is started with `close_fds=False`,
    by `os.system`, `os.exec*`, `os.spawn*` or `os.posix_spawn`, or meanwhile in another thread. A write end keeps
    the reader waiting for ever, a listening socket keeps its port, a lock stays locked.

    Taking back means: `set_inheritable(…, False)` on the same descriptor, closing it, `fcntl` with `FD_CLOEXEC`, or
    leaving the `with` that owns it. The same descriptor may have another name: an alias, `x` and `x.fileno()`,
    `self.attribute` in another method of the class, the element of the same collection.

    Silent: the process replaces itself next (`os.exec*`), the code runs only in a forked child, the second argument
    is not known to be true, or a wrapper passes its own parameter through.

    The fix: where exactly one child of the same function gets the descriptor, `pass_fds` gives it to that child
    alone, and the mark and `close_fds=False` go (safe where Windows cannot run it; `pass_fds` is POSIX's). Else
    what follows, up to the last start of a child, is wrapped in `try … finally` (unsafe: a later child that relied
    on the mark no longer gets the descriptor).
    """
    if not mark.clears_flag and mark.fate.ending is Ending.NEVER_RESET:
        yield Report(mark, mend=hand_over_or_reset(mark), trace=mark.trace, target=mark.target)
