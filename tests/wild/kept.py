"""The findings that are kept, so that a change in them is seen."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

PACKAGES = Path(__file__).parent / "packages.txt"
FINDINGS = Path(__file__).parent / "findings.jsonl"


class Row(NamedTuple):
    """One finding: in which version of a package, where, and the text of its line."""

    package: str
    path: str
    line: int
    code: str
    severity: str
    text: str


def packages() -> list[str]:
    """The packages as `name==version`, the most used first."""
    return PACKAGES.read_text(encoding="utf-8").split()


def kept() -> list[Row]:
    """The findings that are kept, sorted."""
    return [Row(**json.loads(line)) for line in FINDINGS.read_text(encoding="utf-8").splitlines()]


def keep(rows: Iterable[Row]) -> None:
    """Keep `rows` in place of those of before."""
    FINDINGS.write_text("".join(json.dumps(row._asdict()) + "\n" for row in sorted(rows)), encoding="utf-8")


def changes(before: Iterable[Row], after: Iterable[Row], checked: Iterable[str]) -> tuple[list[Row], list[Row]]:
    """What has appeared and what is gone, in the packages that were `checked`."""
    looked_at = set(checked)
    old, new = Counter(row for row in before if row.package in looked_at), Counter(after)
    return sorted((new - old).elements()), sorted((old - new).elements())
