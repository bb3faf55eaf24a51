# ruff: noqa: PTH123
"""One request from arguments to exit status."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import IO

from inheritlint.faces.cli.comparison import Comparison
from inheritlint.faces.cli.exit_status import ExitStatus, exit_status
from inheritlint.faces.cli.output import complain, has_colour, let_go_of_output, say, show_bytes, writable, write_bytes
from inheritlint.faces.cli.progress import Progress
from inheritlint.faces.cli.report_files import check_report_files, write_reports
from inheritlint.faces.cli.request import STANDARD_INPUT, Request
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.formats import FOR_PEOPLE, report
from inheritlint.faces.reports.painting import Paint, colourless, in_colour
from inheritlint.faces.reports.summary import summary
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.project import Task, run
from inheritlint.pipeline.settings import OutputFormat
from inheritlint.pipeline.single import check_data, crashed
from inheritlint.source.discovery import discover


def fulfil(request: Request) -> ExitStatus:
    """Do what is asked. Raises SettingsError for what cannot be meant, BrokenPipe with the status when nobody
    reads on, OSError where the report cannot be written."""
    configuration = Configuration(request.config, isolated=request.isolated, overrides=request.overrides)
    style = configuration.of_directory(os.getcwd()).output_format  # noqa: PTH109 - settings go by strings
    problems: list[str] = []
    target = writable(request.output_file) if request.output_file else None
    check_report_files(request.reports)
    comparison = Comparison(request.comparing, configuration) if request.comparing.is_asked_for else None
    if request.reads_standard_input:
        outcomes = [_standard_input(request, configuration)]
    else:
        outcomes, problems = _files(request, configuration, comparison)
    if comparison:
        outcomes = comparison.apart(outcomes, quiet=request.quiet)
    for problem in (*problems, *(each for outcome in outcomes for each in (*outcome.warnings, *outcome.problems))):
        complain(problem)
    status = exit_status(outcomes, request.mode, failed=bool(problems), exit_zero=request.exit_zero)
    checked = Checked(outcomes, request.unsafe, tuple(problems), request.comparing.is_asked_for)
    write_reports(request.reports, checked)
    try:
        if target is None:
            _publish(request, style, checked)
        else:
            with open(target, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
                _report(request, style, checked, file)
    except BrokenPipeError:
        raise BrokenPipe(status) from None
    return status


def finish(request: Request) -> ExitStatus:
    """`fulfil`, also where nobody reads the report to its end."""
    try:
        return fulfil(request)
    except BrokenPipe as broken:
        let_go_of_output()
        return broken.status


class BrokenPipe(Exception):  # noqa: N818 - it is no error: the reader had enough
    """Nobody reads the output any more; the run itself ended with `status`."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__(status)
        self.status = status


def _files(
    request: Request, configuration: Configuration, comparison: Comparison | None
) -> tuple[list[Outcome], list[str]]:
    """The outcomes of all files that the arguments lead to, without those in which nothing can be new, and the
    arguments that lead nowhere."""
    discovery = discover(request.paths or (os.curdir,), lambda each: configuration.of_directory(each).exclusions)
    tasks = [
        Task(path, configuration.of_file(os.path.abspath(path)))  # noqa: PTH100 - links are not to be resolved
        for path in discovery.files
        if comparison is None or not comparison.is_unchanged(path)
    ]
    if not discovery.files and not discovery.problems and not request.quiet:
        complain("no Python files under the given paths")
    with Progress(len(tasks), quiet=request.quiet) as progress:
        outcomes = run(tasks, mode=request.mode, unsafe=request.unsafe, jobs=request.jobs, progress=progress)
    return outcomes, discovery.problems


def _standard_input(request: Request, configuration: Configuration) -> Outcome:
    """The outcome of the standard input; with fixes, `after` is what goes to the standard output."""
    path = request.stdin_filename or STANDARD_INPUT
    settings = configuration.of_file(os.path.abspath(path))  # noqa: PTH100 - links are not to be resolved
    data = sys.stdin.buffer.read()
    try:
        outcome = check_data(path, data, settings, request.mode, request.unsafe)
    except Exception as error:
        outcome = crashed(path, settings, f"{type(error).__name__}: {error}")
    return outcome._replace(before=data)


def _publish(request: Request, style: OutputFormat, checked: Checked) -> None:
    """The report to the standard output, or beside it where mended source has that place."""
    if request.mode is Mode.FIX and request.reads_standard_input:
        (outcome,) = checked.outcomes
        write_bytes(outcome.before if outcome.after is None else outcome.after)
        _report(request, style, checked, sys.stderr)
    else:
        _report(request, style, checked, sys.stdout)
        sys.stdout.flush()


def _report(request: Request, style: OutputFormat, checked: Checked, stream: IO[str]) -> None:
    if request.mode is Mode.DIFF:
        _diff(request, checked.outcomes, stream)
        return
    paint = in_colour if has_colour(stream) else colourless
    for each in _lines(request, style, checked, paint):
        say(each, stream)
    if style in FOR_PEOPLE and not request.quiet:
        for each in summary(checked.outcomes, request.mode, unsafe=request.unsafe):
            say(each, stream)


def _lines(request: Request, style: OutputFormat, checked: Checked, paint: Paint) -> Iterable[str]:
    if request.statistics:
        from inheritlint.faces.reports import statistics

        return (
            [statistics.array(checked.outcomes, unsafe=checked.unsafe)]
            if style is OutputFormat.JSON
            else statistics.table(checked.outcomes, unsafe=checked.unsafe)
        )
    return report(style, checked, paint)


def _diff(request: Request, outcomes: Sequence[Outcome], stream: IO[str]) -> None:
    from inheritlint.pipeline.patch import base_of, patch  # most runs do without it

    changed = [outcome for outcome in outcomes if outcome.after is not None]
    base = base_of(outcome.path for outcome in changed)
    for outcome in changed:
        show_bytes(patch(outcome.path, outcome.before, outcome.after or b"", base), stream)
    stream.flush()
    if changed and base != os.path.realpath(os.curdir):
        complain(f"the names in the diff are relative to {base}: apply it there")
    if not request.quiet:
        for each in summary(outcomes, request.mode, unsafe=request.unsafe):
            say(each, sys.stderr)
