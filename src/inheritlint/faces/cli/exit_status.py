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


def exit_status(
    outcomes: Iterable[Outcome],
    mode: Mode,
    *,
    failed: bool,
    exit_zero: bool,
    fix_only: bool = False,
    non_zero_on_fix: bool = False,
) -> ExitStatus:
    """FAILED where something could not be done, else FINDINGS where any remain (or a diff has lines).

    `failed` says that something failed outside the files; `exit_zero` forgives findings, not failures; with `fix_only`
    what remains does not count, with `non_zero_on_fix` what was fixed does.
    """
    outcomes = list(outcomes)
    if failed or any(outcome.problems for outcome in outcomes):
        return ExitStatus.FAILED
    if mode is Mode.DIFF:
        found = any(outcome.after is not None for outcome in outcomes)
    else:
        found = not fix_only and any(outcome.findings for outcome in outcomes)
        found = found or (non_zero_on_fix and any(outcome.fixed for outcome in outcomes))
    return ExitStatus.FINDINGS if found and not exit_zero else ExitStatus.CLEAN
