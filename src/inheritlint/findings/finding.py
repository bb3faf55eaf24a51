"""What a linter says: where, which rule, in which words, how it came to be and how to mend it."""

from enum import StrEnum
from typing import NamedTuple

from inheritlint.findings.edit import Fix
from inheritlint.findings.span import Span

#: Where the rules' pages are published; each is `docs/rules/<code>.md` in every checkout.
PAGES = "https://inheritlint.readthedocs.io/rules/"


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


class Step(NamedTuple):
    """One step of the story behind a finding: a place and a sentence about it."""

    span: Span
    sentence: str


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
