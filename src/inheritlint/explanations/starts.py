"""A child process that is started with `close_fds=False`: what the file shows of its needs."""

from inheritlint.events.subprocess_calls import Evidence, SubprocessCall
from inheritlint.findings import Step, StepRole


def trace(start: SubprocessCall) -> tuple[Step, ...]:
    """One place for each need of the child process: where something is made inheritable, or a variable is set."""
    first = {each.need: each for each in reversed(start.evidence)}
    return tuple(sorted(_step(start, each) for each in first.values()))


def _step(start: SubprocessCall, evidence: Evidence) -> Step:
    span = start.program.tree.span(evidence.node)
    if not evidence.variable:
        return Step(span, f"a {start.inherited} is made inheritable here", StepRole.MADE_INHERITABLE)
    done = "passed to the child process" if evidence.is_passed else "set"
    return Step(span, f"`{evidence.variable}` is {done} here", StepRole.ENVIRONMENT)
