"""`@rule`: the one place where a rule says what it is."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from inheritlint.events.event import Event
from inheritlint.findings import Finding, Fix, Safety, Severity, Span, Step, StepRole, page_of

E = TypeVar("E", bound=Event)


class Report:
    """What a rule reports of an event: the fields of its message, what computes its fix, its trace. It stands at
    `span`, the argument at fault, where that is given, else where the event does. `message` is the form of the message
    where the rule has several."""

    def __init__(
        self,
        at: Event,
        *,
        span: Span | None = None,
        fix: Callable[[], Fix | None] | None = None,
        trace: tuple[Step, ...] = (),
        other_path: tuple[Step, ...] = (),
        role: StepRole = StepRole.NONE,
        severity: Severity | None = None,
        message: str | None = None,
        **words: str,
    ) -> None:
        self.span, self.fix, self.severity, self.words = span or at.span, fix, severity, words
        self.trace = tuple(step for step in trace if step.span != self.span)
        self.other_path, self.role, self.message = other_path, role, message


@dataclass(frozen=True)
class Rule(Generic[E]):
    """A declared rule. `safety` is the furthest trust that any of its fixes may claim, `messages` are the forms of its
    message; `written` are its example and the fixed one as they stand in its module."""

    code: str
    name: str
    severity: Severity
    safety: Safety
    added_in: str
    on_by_default: bool
    messages: tuple[str, ...]
    written: tuple[str, str]
    documentation: str
    references: tuple[str, ...]
    supersedes: tuple[str, ...]
    event_type: type[E]
    check: Callable[[E], Iterator[Report]]

    @property
    def example(self) -> str:
        """Code in which the rule finds something."""
        return inspect.cleandoc(self.written[0]) + "\n"

    @property
    def fixed_example(self) -> str:
        """The same code, where it finds nothing."""
        return inspect.cleandoc(self.written[1]) + "\n"

    @property
    def url(self) -> str:
        """The rule's published page."""
        return page_of(self.code)

    @property
    def module(self) -> str:
        """The name that the rule's module and its fixture folder share."""
        return f"{self.code.lower()}_{self.name.replace('-', '_')}"

    @property
    def summary(self) -> str:
        """The first sentence of the page, under its first heading."""
        first = self.documentation.split("\n\n")[1].replace("\n", " ")
        return re.split(r"(?<=[^.][.]) ", first, maxsplit=1)[0]

    def findings(self, event: Event, *, with_fixes: bool = True) -> Iterator[Finding]:
        """What this rule finds at `event`; nothing where it listens to another kind. Without fixes, whose computing
        takes longer than most, no finding has one."""
        if not isinstance(event, self.event_type):
            return
        for report in self.check(event):
            yield Finding(
                code=self.code,
                name=self.name,
                severity=report.severity or self.severity,
                message=(report.message or self.messages[0]).format(**report.words),
                span=report.span,
                fix=report.fix() if with_fixes and report.fix is not None else None,
                trace=report.trace,
                other_path=report.other_path,
                role=report.role,
                by_default=self.on_by_default,
            )


def rule(
    *,
    code: str,
    name: str,
    severity: Severity,
    fix: Safety,
    added_in: str,
    message: str | tuple[str, ...],
    example: str,
    fixed_example: str,
    on_by_default: bool = True,
    references: tuple[str, ...] = (),
    supersedes: tuple[str, ...] = (),
) -> Callable[[Callable[[E], Iterator[Report]]], Rule[E]]:
    """Declare a rule. The annotation of its one parameter says which event it listens to,
    its docstring is the rule's page."""

    def declare(check: Callable[[E], Iterator[Report]]) -> Rule[E]:
        hints: dict[str, Any] = get_type_hints(check)
        (event_type,) = (kind for parameter, kind in hints.items() if parameter != "return")
        return Rule(
            code=code,
            name=name,
            severity=severity,
            safety=fix,
            added_in=added_in,
            on_by_default=on_by_default,
            messages=(message,) if isinstance(message, str) else message,
            written=(example, fixed_example),
            documentation=inspect.getdoc(check) or "",
            references=references,
            supersedes=supersedes,
            event_type=event_type,
            check=check,
        )

    return declare
