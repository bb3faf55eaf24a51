"""The comment that suppresses a finding, as an edit."""

import re

from inheritlint.findings import Edit, Finding, LineTable
from inheritlint.pipeline.suppressions import noqa_row
from inheritlint.source.reading import SourceFile

_CODES = re.compile(r"# noqa:\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)", re.IGNORECASE)


def suppression(source: SourceFile, finding: Finding) -> Edit | None:
    """Add the finding's code to the `# noqa` comment of its line, or such a comment; None where a line cannot have
    one because a backslash ends it."""
    lines = LineTable(source.text)
    row = noqa_row(source, finding)
    line = lines.line(row)
    start = lines.offset(row)
    if match := _CODES.search(line):
        place = start + match.end("codes")
        return Edit(place, place, f",{finding.code}")
    if line.endswith("\\"):
        return None
    end = start + len(line.rstrip())
    return Edit(end, start + len(line), f"{'  ' if line.strip() else ''}# noqa: {finding.code}")
