"""What a linter says: where, which rule, in which words, how it came to be and how to mend it."""

from enum import StrEnum
from typing import NamedTuple

from inheritlint.findings.edit import Fix
from inheritlint.findings.span import Span

#: Where the rules' pages are published; each is `docs/rules/<code>.md` in every checkout.
PAGES = "https://inheritlint.readthedocs.io/en/latest/rules/"


def page_of(code: str) -> str:
    """Where the page of the rule with that code is published."""
    return f"{PAGES}{code}/"


class Severity(StrEnum):
    """What a rule can prove; see `rank` for the order."""

    CONVENTION = "convention"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for a convention, 1 for a warning, 2 for an error."""
        return list(Severity).index(self)


class StepRole(StrEnum):
    """What happens to the descriptor at a step; NONE where the step is about something else."""

    NONE = ""
    CREATED = "created"
    MADE_INHERITABLE = "made-inheritable"
    CHILD = "child"  # that gets it
    CHILD_WITHOUT = "child-without"  # that does not
    RESET = "reset"
    CLOSED = "closed"
    ESCAPE = "escape"  # a path leaves and passes the reset by
    EXEC = "exec"


class Step(NamedTuple):
    """One step of the story behind a finding: a place, a sentence about it, and what happens there."""

    span: Span
    sentence: str
    role: StepRole = StepRole.NONE


class Finding(NamedTuple):
    """One report. `trace` is empty where the place alone tells the story; `by_default` says whether its rule runs
    where nothing is said about it."""

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    fix: Fix | None = None
    trace: tuple[Step, ...] = ()
    by_default: bool = True

    @property
    def paths(self) -> tuple[tuple[Step, ...], ...]:
        """The steps of each path that `trace` tells of, in the order in which they happen: one that escapes the reset,
        and one that comes to it."""
        escape = next((step for step in self.trace if step.role is StepRole.ESCAPE), None)
        if escape is None:
            return (self.trace,) if self.trace else ()
        ends = (StepRole.RESET, StepRole.CLOSED, StepRole.ESCAPE)
        before = [step for step in self.trace if step.role not in ends]
        resets = [step for step in self.trace if step.role in ends and step is not escape]
        on_the_way = [step for step in before if step.role not in _STARTS or step.span.start <= escape.span.start]
        reset = (*before, *resets)
        return ((*on_the_way, escape), reset) if resets else ((*on_the_way, escape),)


_STARTS = (StepRole.CHILD, StepRole.CHILD_WITHOUT)
