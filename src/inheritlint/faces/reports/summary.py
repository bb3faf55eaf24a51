"""The last lines of a run."""

from collections.abc import Iterator, Sequence

from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.single import can_fix


def summary(outcomes: Sequence[Outcome], mode: Mode, *, unsafe: bool = False) -> Iterator[str]:
    """What was found and fixed in all, and what could be fixed."""
    yield from _totals(outcomes, mode, unsafe=unsafe)
    known = sum(len(outcome.known) for outcome in outcomes)
    if known and mode is not Mode.DIFF:
        yield f"{_errors(known)} known from before {'is' if known == 1 else 'are'} not shown."


def _totals(outcomes: Sequence[Outcome], mode: Mode, *, unsafe: bool) -> Iterator[str]:
    fixed = sum(len(outcome.fixed) for outcome in outcomes)
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    if mode is Mode.DIFF:
        yield f"Would fix {_errors(fixed)}." if fixed else "No error would be fixed."
        return
    if not fixed and not findings:
        yield "All checks passed!"
        return
    detail = f" ({fixed} fixed, {len(findings)} remaining)" if fixed else ""
    yield f"Found {_errors(fixed + len(findings))}{detail}."
    now = sum(can_fix(each, unsafe) for each in findings)
    more = sum(can_fix(each, True) for each in findings) - now
    if now and mode is Mode.REPORT:
        option = "--fix --unsafe-fixes" if unsafe else "--fix"
        yield f"[*] {now} fixable with `{option}`" + (f" ({more} more with `--unsafe-fixes`)." if more else ".")
    elif more:
        yield f"{more} fixable with `--fix --unsafe-fixes`."


def _errors(number: int) -> str:
    return f"{number} error{'' if number == 1 else 's'}"
