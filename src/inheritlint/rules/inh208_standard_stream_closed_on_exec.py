from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.standard_stream_events import StandardStreamNotInheritable
from inheritlint.explanations import streams


@rule(
    code="INH208",
    name="standard-stream-closed-on-exec",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    added_in="0.1",
    message="making {streams} non-inheritable leaves child processes without {pronoun}; "
    "redirect {pronoun} with `os.dup2` instead",
    example="""
        import os


        def shield():
            os.set_inheritable(0, False)
    """,
    fixed_example="""
        import os


        def shield():
            os.dup2(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)
    """,
    references=("uvloop#40", "Library reference: os.set_inheritable", "dup(2)"),
)
def standard_stream_closed_on_exec(lost: StandardStreamNotInheritable) -> Iterator[Report]:
    """## What it does

    Checks for standard streams that are made non-inheritable and not replaced.

    ## Why is this bad?

    A child process then starts without that stream, and the first file that it opens gets the number: what the child
    prints may be written to that file. `subprocess` does not change this if `stdin`, `stdout` and `stderr` are not
    given.

    ## Not reported

    Functions that duplicate another descriptor onto the number, make it inheritable again, or replace the process.
    """
    if not lost.reopened:
        span = lost.span_of(lost.argument)
        yield Report(lost, span=span, streams=streams.names_of(lost), pronoun=streams.pronoun(lost))
