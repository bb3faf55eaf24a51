"""Findings to comments: `# noqa: CODES` where they are suppressed, and no other byte moved."""

from typing import NamedTuple

from inheritlint.pipeline.checking import found
from inheritlint.pipeline.codes import FILE_NOT_CHECKED
from inheritlint.pipeline.outcome import Outcome
from inheritlint.pipeline.rewriting import UnencodableError, rewritten
from inheritlint.pipeline.settings import Settings
from inheritlint.pipeline.suppressions import adding, noqa_row


class Silenced(NamedTuple):
    """What comments make of a file: `data` is its new content, None where nothing is added; `added` how many rows got a
    comment, or a code in theirs; `problem` why nothing could be added, a sentence."""

    data: bytes | None = None
    added: int = 0
    problem: str | None = None


def silenced(outcome: Outcome, reason: str, settings: Settings) -> Silenced:
    """The file of `outcome` with a comment for every finding, and `reason` in each new one. What says that the file was
    not analysed (INH901) stays: no line is at fault."""
    source = outcome.source
    codes: dict[int, set[str]] = {}
    for finding in outcome.findings if source else ():
        if finding.code != FILE_NOT_CHECKED:
            assert source is not None
            codes.setdefault(noqa_row(source, finding), set()).add(finding.code)
    if source is None or not codes:
        return Silenced()
    try:
        data = rewritten(source, sorted(adding(source, row, sorted(here), reason) for row, here in codes.items()))
    except UnencodableError as error:
        return Silenced(problem=f"{outcome.path}: no comment was added: the new text {error}")
    left = {each.code for each in found(outcome.path, data, settings._replace(noqa=True)).findings}
    if left - {each.code for each in outcome.findings if each.code == FILE_NOT_CHECKED}:
        return Silenced(
            problem=f"{outcome.path}: no comment was added: {', '.join(sorted(left))} would still be reported"
        )
    return Silenced(data, len(codes))
