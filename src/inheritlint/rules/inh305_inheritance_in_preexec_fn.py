from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.preexec import remove_preexec_fn
from inheritlint.events.preexec import PreexecFn


@rule(
    code="INH305",
    name="inheritance-in-preexec-fn",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`preexec_fn` {does}; {remedy}",
    example="""
        import os
        import subprocess


        def start(command, writer):
            return subprocess.Popen(command, preexec_fn=lambda: os.close(writer))
    """,
    fixed_example="""
        import os
        import subprocess


        def start(command, writer):
            return subprocess.Popen(command)
    """,
    references=(
        "Library reference: subprocess.Popen, preexec_fn is not safe with threads",
        "CPython: Modules/_posixsubprocess.c, do_fork_exec: no vfork with preexec_fn",
    ),
)
def inheritance_in_preexec_fn(prepared: PreexecFn) -> Iterator[Report]:
    """## What it does

    Checks for `preexec_fn` functions that only close descriptors or change whether they are inheritable.

    ## Why is this bad?

    `close_fds` and `pass_fds` do this: by default, the child inherits no descriptor except 0, 1 and 2, and `pass_fds`
    adds more. A `set_inheritable` call in `preexec_fn` has no effect, because descriptors are closed after it ran.
    `os.closerange` there closes the pipe over which `subprocess` reports that the program could not be started.

    `preexec_fn` itself is unsafe in a program with threads, and prevents `subprocess` from using `vfork` (measured:
    20 ms and more with 1 GiB resident, instead of 1.2 ms). On Windows it raises `ValueError`.

    ## Not reported

    Functions that do anything else, and functions that are not known.

    ## Fix safety

    The fix removes the argument if the function only closes descriptors and `close_fds` is true. It is unsafe,
    because the function may have effects that are not recognized.
    """
    does, remedy = _advice(prepared)
    span = prepared.span_of(prepared.argument)
    yield Report(prepared, span=span, fix=lambda: remove_preexec_fn(prepared), does=does, remedy=remedy)


def _advice(prepared: PreexecFn) -> tuple[str, str]:
    """What the function does, and what to do instead."""
    if prepared.on_windows_only:
        return "is not supported on Windows and raises `ValueError`", "remove it"
    if not prepared.only_closes:
        return (
            "only changes which descriptors are inheritable",
            "remove it and list the descriptors in `pass_fds`",
        )
    remedy = "remove it, `close_fds` already does this" if prepared.closes_anyway else "remove it and `close_fds=False`"
    return "only closes descriptors", remedy
