"""What a linter says: where, which rule, in which words, how it came to be and how it is fixed."""

from enum import StrEnum
from typing import NamedTuple

from inheritlint.findings.edit import Fix, Safety
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
    RECEIVED = "received"  # its number, from another process
    LOCKED = "locked"
    ENVIRONMENT = "environment"  # a variable that names it is set
    MADE_INHERITABLE = "made-inheritable"
    CHILD = "child"  # that can inherit it
    CHILD_WITHOUT = "child-without"  # that does not
    RESET = "reset"
    CLOSED = "closed"
    ESCAPE = "escape"  # a path leaves and skips the reset
    EXEC = "exec"
    WAIT = "wait"  # for an end of file that never comes
    READ = "read"  # by the program itself


#: What happens before the finding's own place.
_BEFORE = (
    *(StepRole.CREATED, StepRole.RECEIVED, StepRole.LOCKED),
    *(StepRole.ENVIRONMENT, StepRole.MADE_INHERITABLE),
)


class Step(NamedTuple):
    """One step of a path: a place, a clause about it, and what happens there."""

    span: Span
    message: str
    role: StepRole = StepRole.NONE


class Finding(NamedTuple):
    """One report. `trace` holds the other steps of the path that leads to it, in the order of execution, `other_path`
    those of a path on which it does not happen, and `role` says what happens at its own place. `by_default` says
    whether its rule is enabled by default."""

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    fix: Fix | None = None
    trace: tuple[Step, ...] = ()
    other_path: tuple[Step, ...] = ()
    role: StepRole = StepRole.NONE
    by_default: bool = True

    def is_fixable(self, unsafe: bool) -> bool:
        """Whether a run with fixes (with `unsafe`, of both kinds) fixes this."""
        trusted = (Safety.SAFE, Safety.UNSAFE) if unsafe else (Safety.SAFE,)
        return self.fix is not None and self.fix.safety in trusted

    @property
    def paths(self) -> tuple[tuple[Step, ...], ...]:
        """Each path in the order of execution, the finding's own place included: the one that leads to it, and the one
        on which it does not happen. Empty where there is no step but that place."""
        before = tuple(step for step in self.trace if step.role in _BEFORE)
        here = (Step(self.span, self.message, self.role),) if self.role else ()
        after = tuple(step for step in self.trace if step.role not in _BEFORE)
        if not before and not after and not self.other_path:
            return ()
        first = (*before, *here, *after)
        second = (*(step for step in first if step.role is not StepRole.ESCAPE), *self.other_path)
        return (first, second) if self.other_path else (first,)

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of `paths` once; its own place first where there is no other."""
        alone = (Step(self.span, self.message, self.role),) if self.role and not self.paths else ()
        return tuple(dict.fromkeys(step for path in self.paths for step in path)) or alone
