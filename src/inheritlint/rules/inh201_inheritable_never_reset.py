from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable import use_pass_fds_or_reset
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.explanations import inheritable
from inheritlint.lifecycle.lifecycle import ResetStatus


@rule(
    code="INH201",
    name="inheritable-never-reset",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="{target} is made inheritable and never reset, so other child processes can inherit it; {remedy}",
    example="""
        import os


        def start(reader, command):
            os.set_inheritable(reader, True)
            os.spawnv(os.P_WAIT, command[0], command)
    """,
    fixed_example="""
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
    """## What it does

    Checks for descriptors, sockets and handles that are made inheritable and never reset.

    ## Why is this bad?

    `set_inheritable(True)` changes the descriptor for the whole process, not for one child process. Until it is
    reset, every child that does not close inherited descriptors receives it: those started with `close_fds=False`, by
    `os.system`, `os.exec*`, `os.spawn*` or `os.posix_spawn`, and those started by other threads.

    A child that holds a descriptor keeps it open. If it is the write end of a pipe, the reader never sees the end of
    the file; if it is a listening socket, its port stays in use; if it is a locked file, the lock stays held.

    On POSIX, `pass_fds` passes a descriptor to one child without making it inheritable in the parent. If the child is
    not started by `subprocess`, reset the descriptor in a `finally` block. On Windows, list the handle in
    `STARTUPINFO(lpAttributeList={"handle_list": [...]})`, and reset it in a `finally` block too: a handle in that
    list must be inheritable while the process is created.

    ## Not reported

    A descriptor counts as reset if any code path calls `set_inheritable(…, False)` or `fcntl` with `FD_CLOEXEC` on
    it, closes it, or leaves the `with` block that owns it; paths that skip the reset are reported by INH202. Aliases,
    `x` and `x.fileno()`, `self.attribute` in other methods of the class and elements of the same collection are
    treated as the same descriptor.

    The rule does not report:

    - code that replaces the process with `os.exec*` afterwards, because the descriptor is meant for the new program;
    - code that runs only in a forked child process;
    - calls whose second argument is not known to be true;
    - wrappers that pass on their own parameter.

    ## Fix safety

    If one child process in the same block inherits the descriptor, is started with `close_fds=False`, and no other
    descriptor is known to be inheritable then, the fix uses `pass_fds` for that child and removes the
    `set_inheritable` call and `close_fds=False`. If a loop makes the elements of a collection inheritable, `pass_fds`
    is that collection, provided that nothing between the loop and the call changes it. This fix is offered only if
    the code cannot run on Windows, where `pass_fds` is not available.

    If not, the fix wraps the following statements, up to the last one that starts a child process, in `try …
    finally`, and on Windows also lists a handle in `handle_list`.

    No fix is offered if a statement in between closes the descriptor or rebinds its name, or if a multi-line string
    would have to be indented.

    The fix is unsafe: another module may have made descriptors inheritable for the same child process, and a child
    that is started later may rely on the descriptor.
    """
    if not mark.uses_fcntl and mark.fate.ending is ResetStatus.NEVER_RESET:
        yield Report(
            mark,
            fix=lambda: use_pass_fds_or_reset(mark),
            role=StepRole.MADE_INHERITABLE,
            trace=inheritable.trace(mark),
            target=inheritable.name_of(mark),
            remedy=inheritable.remedy(mark),
        )
