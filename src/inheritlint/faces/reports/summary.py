"""The last lines of a run."""

from collections import Counter
from collections.abc import Iterator, Sequence

from inheritlint.findings import Finding
from inheritlint.pipeline.outcome import Mode, Outcome


def summary(
    outcomes: Sequence[Outcome], mode: Mode, *, unsafe: bool = False, hints: bool = True, sound: bool = True
) -> Iterator[str]:
    """What was found and fixed in all, and what could be fixed. `hints` says whether unsafe fixes that were not asked
    for are mentioned, `sound` whether something was checked and nothing failed: only then all checks have passed."""
    yield from _totals(outcomes, mode, unsafe=unsafe, hints=hints, sound=sound)
    known = sum(len(outcome.known) for outcome in outcomes)
    if known and mode is not Mode.DIFF:
        yield f"{_problems(known)} already known, not shown."


def _totals(outcomes: Sequence[Outcome], mode: Mode, *, unsafe: bool, hints: bool, sound: bool) -> Iterator[str]:
    fixed = sum(len(outcome.fixed) for outcome in outcomes)
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    if mode is Mode.DIFF:
        yield f"Would fix {_problems(fixed)}." if fixed else "Nothing to fix."
        return
    if not fixed and not findings:
        if sound:
            yield "All checks passed!"
        return
    if fixed:
        yield f"Found {_problems(fixed + len(findings))} ({fixed} fixed, {len(findings)} remaining)."
    else:
        yield total(findings)
    now = sum(each.is_fixable(unsafe) for each in findings)
    more = sum(each.is_fixable(True) for each in findings) - now if hints else 0
    if now and mode is Mode.REPORT:
        option = "--fix --unsafe-fixes" if unsafe else "--fix"
        yield f"[*] {now} fixable with `{option}`" + (f" ({more} more with `--fix --unsafe-fixes`)." if more else ".")
    elif more:
        yield f"{more} fixable with `--fix --unsafe-fixes`."


def total(findings: Sequence[Finding]) -> str:
    """How many findings there are, in one sentence."""
    return f"Found {_problems(len(findings))} ({_by_severity(findings)})."


def fixes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The fixes that were applied, file by file."""
    fixed = sum(len(outcome.fixed) for outcome in outcomes)
    if not fixed:
        return
    yield f"Fixed {_problems(fixed)}:"
    for outcome in outcomes:
        counts = Counter((each.code, each.name) for each in outcome.fixed)
        if counts:
            yield f"- {outcome.path}:"
        width = max((len(str(count)) for count in counts.values()), default=0)
        for (code, name), count in counts.most_common():
            yield f"    {count:>{width}} × {code} ({name})"  # noqa: RUF001 - so does ruff
    yield ""


def only_fixed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """How many fixes were applied, for a run that says nothing else."""
    if fixed := sum(len(outcome.fixed) for outcome in outcomes):
        yield f"Fixed {_problems(fixed)}."


def _by_severity(findings: Sequence[Finding]) -> str:
    """How many findings there are of each severity, the highest first: "1 error, 2 warnings"."""
    counts = Counter(finding.severity for finding in findings)
    ranked = sorted(counts, key=lambda severity: severity.rank, reverse=True)
    return ", ".join(_counted(counts[severity], severity) for severity in ranked)


def _problems(number: int) -> str:
    return _counted(number, "problem")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
