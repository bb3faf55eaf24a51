from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.ends import close_after_start
from inheritlint.events.ends import EndLeftOpen
from inheritlint.explanations import ends


@rule(
    code="INH601",
    name="child-end-left-open",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="the parent process keeps {end} open, so {reader} never reaches end of file; close it after the start",
    example="""
        import os
        import subprocess


        def output_of(command):
            reader, writer = os.pipe()
            child = subprocess.Popen(command, stdout=writer)
            with open(reader, "rb") as stream:
                output = stream.read()
            child.wait()
            return output
    """,
    fixed_example="""
        import os
        import subprocess


        def output_of(command):
            reader, writer = os.pipe()
            child = subprocess.Popen(command, stdout=writer)
            os.close(writer)
            with open(reader, "rb") as stream:
                output = stream.read()
            child.wait()
            return output
    """,
    references=("pipe(7)", "pty(7)", "Library reference: multiprocessing, Pipe and Connection.recv"),
)
def child_end_left_open(left: EndLeftOpen) -> Iterator[Report]:
    """## What it does

    Checks for parent processes that keep the end of a pipe that they passed to a child process, and read the other
    end to its end. A `recv` of a `Connection` counts as that wherever an `except EOFError` is around it, even a single
    one, or one in a loop that another message ends: the handler is there for an end that never comes.

    ## Why is this bad?

    A pipe reports end of file when *no* process has its write end open any more. The parent's own copy counts: the
    child exits, and the parent waits for ever. The same is true of a pair of sockets, of a `multiprocessing.Pipe`,
    whose `recv` never raises `EOFError`, and of a pseudo-terminal, whose master never reports that the slave is closed.
    Close the copy as soon as the child has started.

    ## Not reported

    - ends that may be closed before: on another path, in a `finally`, by `with`, by a function that is called;
    - ends that are stored, returned, used by a nested function or passed to code that is not known;
    - reads that something else can end: a fixed number of them, a separator, a check of the child, a timeout. A
      generator that yields what it reads is reported, although its caller may stop early;
    - reads in a thread, whose order is not known.

    ## Fix safety

    The fix closes the end in the statement after the one that starts the child. It is not offered if the end is used
    later, or if the start is in a loop. It is unsafe: other code that closes the same number closes it a
    second time.
    """
    yield Report(
        left,
        role=StepRole.CHILD,
        trace=ends.trace(left),
        fix=lambda: close_after_start(left),
        end=ends.name_of(left.end, "one end"),
        reader=ends.name_of(left.reader, "the other end"),
    )
