"""An end or a socket that stays open too long: where it was made, and what waits because of it."""

from inheritlint.events.ends import CopyKept, EndLeftOpen
from inheritlint.findings import Step, StepRole
from inheritlint.lifecycle.ends import Copy

#: What is wrong with a copy, and which process should close it.
MESSAGES = {
    Copy.LISTENER: "the forked process keeps the listening socket{name} open, so its port stays in use; "
    "close it in the child process",
    Copy.CONNECTION: "the parent process keeps the accepted connection{name} open after the fork; "
    "close it in the parent process",
    Copy.END: "the forked process keeps {end} open, so {reader} never reaches end of file; "
    "close it in the child process",
}


def trace(left: EndLeftOpen) -> tuple[Step, ...]:
    """Where the two ends are made, and where one is read to its end."""
    span_of, kept = left.program.tree.span, left.kept
    steps = [Step(span_of(kept.created), "both ends are created here", StepRole.CREATED)] if kept.created else []
    text = f"{name_of(left.reader, 'the other end')} is read to its end here"
    return (*steps, Step(span_of(kept.read), text, StepRole.WAIT))


def trace_of_copy(kept: CopyKept) -> tuple[Step, ...]:
    """Where what is kept was made, and where something waits because of it."""
    span_of, steps = kept.program.tree.span, []
    if kept.created is not None:
        text = {
            Copy.END: "both ends are created here",
            Copy.LISTENER: "the listening socket is created here",
            Copy.CONNECTION: "the connection is accepted here",
        }[kept.copy]
        steps.append(Step(span_of(kept.created), text, StepRole.CREATED))
    if kept.read is not None:
        text = f"{name_of(kept.reader, 'the other end')} is read to its end here"
        steps.append(Step(span_of(kept.read), text, StepRole.WAIT))
    return tuple(steps)


def name_of(end: str, otherwise: str) -> str:
    """How an end is called in a message."""
    return f"`{end}`" if end else otherwise
