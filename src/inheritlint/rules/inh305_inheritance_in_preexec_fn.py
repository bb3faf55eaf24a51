from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.preparations import drop_preparation
from inheritlint.facts.preparations import InheritancePrepared


@rule(
    code="INH305",
    name="inheritance-in-preexec-fn",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    since="0.1",
    message="this `preexec_fn` only {does}: {remedy}",
    bad="""
        import os
        import subprocess


        def start(command, writer):
            return subprocess.Popen(command, preexec_fn=lambda: os.close(writer))
    """,
    good="""
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
def inheritance_in_preexec_fn(prepared: InheritancePrepared) -> Iterator[Report]:
    """A `preexec_fn` does nothing but close descriptors, or make them inheritable or not.

    That is what `close_fds` and `pass_fds` are for: by default the child gets no descriptor but 0, 1 and 2, and
    `pass_fds` names more. A mark that is made in `preexec_fn` is lost, for descriptors are closed after it ran;
    `os.closerange` there closes the pipe over which `subprocess` reports that the program could not be started.
    `preexec_fn` itself is not safe where there are threads, and it keeps `subprocess` from the fast `vfork` (measured:
    20 ms and more with 1 GiB resident, where 1.2 ms do).

    Silent: the function does anything else, or is not known.

    The fix drops the argument where it only closes and `close_fds` is true. It is unsafe: a function that is called for
    its other effects is not recognised by everybody.
    """
    does = "closes descriptors" if prepared.only_closes else "changes inheritance"
    closed = "drop it, `close_fds` does that" if prepared.closes_anyway else "drop it and `close_fds=False`"
    remedy = closed if prepared.only_closes else "drop it, and name what the child needs in `pass_fds`"
    yield Report(prepared, mend=drop_preparation(prepared), does=does, remedy=remedy)
