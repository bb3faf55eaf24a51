"""Files and stretches of source as SARIF names them."""

from typing import Any

from inheritlint.faces.reports.places import Root, percent_encoded, utf16_column
from inheritlint.findings import LineTable, Span

#: Stands for the top of the repository.
SOURCE_ROOT = "%SRCROOT%"


class Artifact:
    """One file of a run; `lines` are those of its text, None where it could not be read."""

    def __init__(self, root: Root, path: str, lines: LineTable | None) -> None:
        relative = root.relative(path)
        self.lines = lines
        if relative is None:
            whole = percent_encoded(root.shown(path))
            self.location: dict[str, Any] = {"uri": f"file:///{whole.lstrip('/')}"}
        else:
            self.location = {"uri": percent_encoded(relative), "uriBaseId": SOURCE_ROOT}

    def place(self, span: Span) -> dict[str, Any]:
        """A `location` with the physical location of `span`."""
        return {"physicalLocation": {"artifactLocation": self.location, "region": self.region(span)}}

    def region(self, span: Span) -> dict[str, int]:
        """`span` in lines and UTF-16 columns from 1."""
        return {
            "startLine": span.line,
            "startColumn": self._column(span.line, span.column),
            "endLine": span.end_line,
            "endColumn": self._column(span.end_line, span.end_column),
        }

    def _column(self, line: int, column: int) -> int:
        return utf16_column(self.lines, line, column) if self.lines else column
