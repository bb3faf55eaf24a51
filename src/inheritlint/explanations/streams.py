"""A standard stream that child processes start without: what it is called, and what replaced it."""

from inheritlint.events.standard_stream_events import StandardStreamNotInheritable
from inheritlint.findings import Step, StepRole


def names_of(lost: StandardStreamNotInheritable) -> str:
    """The streams in backquotes: "`stdin`, `stdout` and `stderr`"."""
    *others, last = [f"`{name}`" for name in lost.streams]
    return f"{', '.join(others)} and {last}" if others else last


def pronoun(lost: StandardStreamNotInheritable) -> str:
    """Return "it" for one stream, "them" for several."""
    return "them" if len(lost.numbers) > 1 else "it"


def trace(lost: StandardStreamNotInheritable) -> tuple[Step, ...]:
    """What replaced the stream that was closed."""
    text = "the replacement is created here, not inheritable"
    return (Step(lost.span, text, StepRole.CREATED),) if lost.closed_by is not None else ()
