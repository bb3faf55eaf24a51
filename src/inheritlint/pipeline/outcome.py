"""What a run says of one file."""

from enum import StrEnum
from typing import NamedTuple

from inheritlint.findings import Finding
from inheritlint.source.reading import SourceFile


class Mode(StrEnum):
    """What a run does about what it finds."""

    REPORT = "report"
    FIX = "fix"
    DIFF = "diff"


class Outcome(NamedTuple):
    """One file after a run.

    `path` is as the arguments lead to it. `findings` are those still there, with their places in `source`,
    which is None where there is nothing to show. `fixed` were fixed: on disk, or for a diff or the standard
    output in `after`, which is None where nothing changed. `warnings` are fixes that were held
    back, `problems` what could not be done, a sentence each; `internal_error` says that a fault of ours was among
    these. `silenced` are findings that a comment suppresses, `known` those that were there before, in what the run was
    compared with.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    source: SourceFile | None = None
    fixed: tuple[Finding, ...] = ()
    before: bytes = b""
    after: bytes | None = None
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    internal_error: bool = False
    silenced: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
