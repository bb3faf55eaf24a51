"""One file's journey from bytes to findings: the few lines that are the linter."""

from dataclasses import dataclass

from inheritlint.facts.target import Target
from inheritlint.findings import Finding
from inheritlint.source.reading import SourceFile, Unreadable, decode


@dataclass(frozen=True, slots=True)
class Analysis:
    """All findings of all rules in one file, in source order; `source` is None where it could not be decoded."""

    source: SourceFile | None
    findings: tuple[Finding, ...]


def analyse(path: str, data: bytes | Unreadable, target: Target) -> Analysis:
    """What every rule finds in the file at `path`, whose content is `data`. Nothing is selected or silenced here."""
    source = data if isinstance(data, Unreadable) else decode(path, data)
    if isinstance(source, Unreadable):
        return Analysis(None, ())
    return Analysis(source, ())
