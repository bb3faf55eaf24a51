"""How often each rule speaks."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from inheritlint.findings import Finding
from inheritlint.pipeline.outcome import Outcome


def table(outcomes: Iterable[Outcome], *, unsafe: bool = False) -> Iterator[str]:
    """One row a rule, the most frequent first; `[*]` where all its findings can be fixed, `[-]` where some can."""
    counts, fixable, names = _counted(outcomes, unsafe)
    width = len(str(max(counts.values(), default=0)))
    for code, count in _ordered(counts):
        mark = "*" if fixable[code] == count else "-" if fixable[code] else " "
        yield f"{count:>{width}}\t{code}\t[{mark}] {names[code]}"


def array(outcomes: Iterable[Outcome], *, unsafe: bool = False) -> str:
    """The same rows as a JSON array, as ruff prints it."""
    counts, fixable, names = _counted(outcomes, unsafe)
    rows = [
        {
            "code": code,
            "name": names[code],
            "count": count,
            "fixable": fixable[code] > 0,
            "fixable_count": fixable[code],
        }
        for code, count in _ordered(counts)
    ]
    return json.dumps(rows, indent=2)


def _counted(outcomes: Iterable[Outcome], unsafe: bool) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    findings: list[Finding] = [finding for outcome in outcomes for finding in outcome.findings]
    fixable = Counter(finding.code for finding in findings if finding.is_fixable(unsafe))
    return Counter(finding.code for finding in findings), fixable, {each.code: each.name for each in findings}


def _ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
