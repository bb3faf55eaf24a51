"""An end or a socket that stays open too long: where it was made, and what waits because of it."""

from inheritlint.events.ends import CopyKept, EndLeftOpen
from inheritlint.findings import Step, StepRole
from inheritlint.lifecycle.ends import Copy


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


def problem(kept: CopyKept) -> tuple[str, str]:
    """What is wrong with a copy, and the process that should close it."""
    name = f" {name_of(kept.name, '')}".rstrip()
    match kept.copy:
        case Copy.LISTENER:
            return f"the forked process keeps the listening socket{name} open, so its port stays in use", "child"
        case Copy.CONNECTION:
            return f"the parent process keeps the accepted connection{name} open after the fork", "parent"
    end, reader = name_of(kept.name, "one end"), name_of(kept.reader, "the other end")
    return f"the forked process keeps {end} open, so {reader} never reaches end of file", "child"


def name_of(end: str, otherwise: str) -> str:
    """How an end is called in a message."""
    return f"`{end}`" if end else otherwise
