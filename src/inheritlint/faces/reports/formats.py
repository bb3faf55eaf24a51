"""Which module writes which format. Each is loaded when it is asked for."""

from collections.abc import Iterable

from inheritlint.faces.reports import text
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.colors import Paint, colourless
from inheritlint.pipeline.settings import OutputFormat

#: The formats that people read: what was found in all is said below them.
FOR_PEOPLE = (OutputFormat.FULL, OutputFormat.CONCISE, OutputFormat.GROUPED)


def report(style: OutputFormat, checked: Checked, paint: Paint = colourless) -> Iterable[str]:
    """The report in that format, in pieces that each end a line; only `paint` can bring colours in."""
    match style:
        case OutputFormat.FULL:
            return text.full(checked.outcomes, paint, unsafe=checked.unsafe)
        case OutputFormat.CONCISE:
            return text.concise(checked.outcomes, paint, unsafe=checked.unsafe)
        case OutputFormat.GROUPED:
            return text.grouped(checked.outcomes, paint, unsafe=checked.unsafe)
        case OutputFormat.JSON:
            from inheritlint.faces.reports import json

            return [json.report(checked.outcomes)]
        case OutputFormat.GITHUB:
            from inheritlint.faces.reports import github

            return github.report(checked.outcomes)
        case OutputFormat.GITLAB:
            from inheritlint.faces.reports import gitlab

            return [gitlab.report(checked)]
        case OutputFormat.HTML:
            from inheritlint.faces.reports.picture import page

            return [page.report(checked)]
        case OutputFormat.JUNIT:
            from inheritlint.faces.reports import junit

            return [junit.report(checked)]
        case OutputFormat.SARIF:
            from inheritlint.faces.reports import sarif

            return [sarif.report(checked)]
