"""What the command tells the shell."""

from collections.abc import Iterable
from enum import IntEnum

from inheritlint.pipeline.outcome import Mode, Outcome


class ExitStatus(IntEnum):
    """The statuses, as flake8 and ruff have them."""

    CLEAN = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130


def exit_status(outcomes: Iterable[Outcome], mode: Mode, *, failed: bool, exit_zero: bool) -> ExitStatus:
    """FAILED where something could not be done, else FINDINGS where any remain (or a diff has lines).

    `failed` says that something failed outside the files; `exit_zero` forgives findings, not failures.
    """
    outcomes = list(outcomes)
    if failed or any(outcome.problems for outcome in outcomes):
        return ExitStatus.FAILED
    if mode is Mode.DIFF:
        found = any(outcome.after is not None for outcome in outcomes)
    else:
        found = any(outcome.findings for outcome in outcomes)
    return ExitStatus.FINDINGS if found and not exit_zero else ExitStatus.CLEAN
