"""What one call of the command asks for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from inheritlint.faces.cli.comparison import Comparing
from inheritlint.faces.cli.report_files import ReportFile
from inheritlint.pipeline.outcome import Mode

STANDARD_INPUT = "-"


class Request(NamedTuple):
    """The command line, understood; `overrides` are the settings it gives, option key to raw value."""

    paths: tuple[str, ...]
    overrides: Mapping[str, object] = MappingProxyType({})
    mode: Mode = Mode.REPORT
    stdin_filename: str | None = None
    output_file: str | None = None
    statistics: bool = False
    exit_zero: bool = False
    jobs: int = 0
    quiet: bool = False
    config: str | None = None
    isolated: bool = False
    reports: tuple[ReportFile, ...] = ()
    comparing: Comparing = Comparing()
    color: str = "auto"
    verbose: bool = False
    exit_non_zero_on_fix: bool = False
    ignore_noqa: bool = False
    add_noqa: str | None = None  # the reason, which may be empty
    show_settings: bool = False
    show_files: bool = False

    @property
    def reads_standard_input(self) -> bool:
        """Whether the source comes from the standard input."""
        return STANDARD_INPUT in self.paths or (self.stdin_filename is not None and not self.paths)
