"""The page about the findings in the most used packages, from what is kept and from what was judged by eye."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from kept import Row, kept, packages

from inheritlint.pipeline.registry import all_rules

VERDICTS = Path(__file__).parent / "verdicts.toml"
PAGE = Path(__file__).parent.parent.parent / "docs" / "wild.md"


class Verdict(NamedTuple):
    """A finding that was read by eye: whether it is right, and why."""

    package: str
    path: str
    line: int
    code: str
    right: bool
    why: str


def verdicts() -> list[Verdict]:
    """The findings that were read, in their order."""
    if not VERDICTS.exists():
        return []
    return [Verdict(**each) for each in tomllib.loads(VERDICTS.read_text(encoding="utf-8"))["finding"]]


def page(rows: list[Row], read: list[Verdict]) -> str:
    """The page in Markdown."""
    by_code = Counter(row.code for row in rows)
    holders = {code: len({row.package for row in rows if row.code == code}) for code in by_code}
    counts = "\n".join(
        f"| [{code}](rules/{code}.md) | `{all_rules()[code].name}` | {count} | {holders[code]} |"
        for code, count in sorted(by_code.items())
    )
    right = sum(each.right for each in read)
    judged = "\n\n".join(
        f"**{number}. {each.package}**, `{each.path}:{each.line}`, [{each.code}](rules/{each.code}.md): "
        f"{'right' if each.right else 'wrong'}. {each.why}"
        for number, each in enumerate(read, 1)
    )
    versions = ", ".join(packages())
    return f"""\
# Findings in real packages

The {len(packages())} most used packages of PyPI that have a wheel, in the versions [below](#versions), checked by
`tests/wild` with the Pythons that each of them supports and every rule that is enabled by default. A wheel holds what
is installed, so mostly no tests. {len({row.package for row in rows})} of them have findings, {len(rows)} in all.

## Counts

| Code | Rule | Findings | Packages |
| --- | --- | --- | --- |
{counts}

## Thirty findings, read

{len(read)} findings, chosen so that each rule that reports something is there, were read in their files. {right} are
right, {len(read) - right} wrong. *Right* means that the code does what the finding says; whether that matters to the
project is said beside it.

{judged}

## Regression list

What is found is kept in `tests/wild/findings.jsonl`, a finding a line. Continuous integration checks the packages that
have findings again and shows what has appeared and what is gone. To do the same with all of them:

```sh
python tests/wild download wheels
python tests/wild check wheels
```

`python tests/wild check --keep wheels` keeps what is found now and writes this page.

## Versions

{versions}.
"""


def write_page() -> None:
    """Write the page from what is kept."""
    PAGE.write_text(page(kept(), verdicts()), encoding="utf-8", newline="\n")
