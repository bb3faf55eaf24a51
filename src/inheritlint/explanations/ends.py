"""An end that stays open too long: where both were made, and where the other one is read."""

from inheritlint.events.ends import CopyKept, EndLeftOpen
from inheritlint.findings import Step, StepRole


def trace(left: EndLeftOpen | CopyKept) -> tuple[Step, ...]:
    """Where the two ends are made, and where one is read to its end."""
    span_of, kept = left.program.tree.span, left.kept
    reader = name_of(left.reader, "the other end")
    steps = [Step(span_of(kept.created), "both ends are created here", StepRole.CREATED)] if kept.created else []
    return (*steps, Step(span_of(kept.read), f"{reader} is read to its end here", StepRole.WAIT))


def name_of(end: str, otherwise: str) -> str:
    """How an end is called in a message."""
    return f"`{end}`" if end else otherwise
