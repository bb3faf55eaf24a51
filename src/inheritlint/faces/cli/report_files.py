# ruff: noqa: PTH100
"""`--report FORMAT=PATH`: reports beside the one on the terminal."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from inheritlint.faces.cli.output import check_writable, opened
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.formats import report
from inheritlint.pipeline.settings import OutputFormat, SettingsError


class ReportFile(NamedTuple):
    """A report that goes to a file of its own."""

    style: OutputFormat
    path: str


def report_files(values: Sequence[str], output_file: str | None = None) -> tuple[ReportFile, ...]:
    """What each `FORMAT=PATH` asks for. Raises SettingsError where one cannot be meant, or two (or `--output-file`) go
    to one file."""
    files = tuple(map(_report_file, values))
    seen = {os.path.abspath(output_file)} if output_file else set()
    for _, path in files:
        if os.path.abspath(path) in seen:
            raise SettingsError(f"`--report`: {path} is the target of two reports")
        seen.add(os.path.abspath(path))
    return files


def _report_file(value: str) -> ReportFile:
    style, equals, path = value.partition("=")
    if not equals or not path:
        raise SettingsError(f"`--report`: {value!r} is not FORMAT=PATH")
    if style not in list(OutputFormat):
        known = ", ".join(OutputFormat)
        raise SettingsError(f"`--report`: unknown format {style!r}; use one of {known}")
    return ReportFile(OutputFormat(style), path)


def check_report_files(files: Sequence[ReportFile]) -> None:
    """Raises SettingsError, before any work is done, where one of them cannot be written."""
    for _, path in files:
        check_writable(path)


def write_reports(files: Sequence[ReportFile], checked: Checked) -> None:
    """Write each of `files`. Raises OSError where that fails."""
    for style, path in files:
        text = "".join(f"{each}\n" for each in report(style, checked))
        with opened(path) as file:
            file.write(text)
