from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.streams import make_stream_inheritable
from inheritlint.events.standard_stream_events import StandardStreamNotInheritable
from inheritlint.explanations import streams


@rule(
    code="INH106",
    name="reopened-standard-stream-closed-on-exec",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    added_in="0.1",
    message="{streams} is closed and replaced by a non-inheritable descriptor, "
    "so child processes start without {pronoun}; call `os.set_inheritable({number}, True)`",
    example="""
        import os


        def detach():
            os.close(0)
            os.open(os.devnull, os.O_RDWR)
            os.dup2(0, 1)
            os.dup2(0, 2)
    """,
    fixed_example="""
        import os


        def detach():
            os.close(0)
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(0, True)
            os.dup2(0, 1)
            os.dup2(0, 2)
    """,
    references=("PEP 446", "gunicorn#2727", "open(2)", "dup(2)"),
    supersedes=("INH101",),
)
def reopened_standard_stream_closed_on_exec(lost: StandardStreamNotInheritable) -> Iterator[Report]:
    """## What it does

    Checks for standard streams that are closed and replaced by a non-inheritable descriptor.

    ## Why is this bad?

    The lowest free number is used for the next descriptor, so after `os.close(0)` the next one becomes standard
    input. But descriptors that Python creates are not inheritable. Every child process that is started later has no
    such stream: `sys.stdin` is `None` there, and the first file that it opens gets the number.

    The classic daemon recipe has had this defect since Python 3.4. `os.dup2(fd, 0)` does not repair it if `fd` is 0
    already: then nothing is duplicated, and the descriptor stays non-inheritable.

    The finding stands on the call that closes the stream, or, where that cannot be located, on the call that replaces
    it.

    ## Not reported

    - numbers that are made inheritable, or replaced by `os.dup2`, before the function returns;
    - replacements that are one end of a pipe.

    ## Fix safety

    The fix makes the number inheritable. It is safe, because a standard stream is meant to be inherited. It is
    offered if the call is a statement of its own or the value of an assignment.
    """
    if lost.reopened:
        yield Report(
            lost,
            span=lost.program.tree.span(lost.closed_by) if lost.closed_by is not None else None,
            fix=lambda: make_stream_inheritable(lost),
            role=StepRole.CLOSED,
            trace=streams.trace(lost),
            streams=streams.names_of(lost),
            pronoun=streams.pronoun(lost),
            number=str(lost.numbers[0]),
        )
