"""One request from arguments to exit status."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING

from inheritlint.faces.cli.comparison import Comparison
from inheritlint.faces.cli.exit_status import ExitStatus, exit_status
from inheritlint.faces.cli.narration import narrate, refuse_subcommands
from inheritlint.faces.cli.output import (
    check_writable,
    discard_output,
    has_colour,
    opened,
    print_error,
    print_line,
    show_bytes,
    write_bytes,
)
from inheritlint.faces.cli.progress import Progress
from inheritlint.faces.cli.report_files import check_report_files, write_reports
from inheritlint.faces.cli.request import STANDARD_INPUT, Request
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.colors import Paint, colourless, in_colour
from inheritlint.faces.reports.formats import FOR_PEOPLE, report
from inheritlint.faces.reports.summary import fixes, only_fixed, summary
from inheritlint.pipeline.checking import check_data, internal_error
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.parallel import Task, run
from inheritlint.pipeline.settings import OutputFormat, Settings
from inheritlint.source.discovery import discover, is_excluded

if TYPE_CHECKING:
    from inheritlint.pipeline.unchanged import Unchanged


def _run_request(request: Request) -> ExitStatus:
    """Do what is asked. Raises SettingsError for what cannot be meant, BrokenPipe with the status when nothing
    reads on, OSError where the report cannot be written."""
    configuration = Configuration(
        request.config, isolated=request.isolated, overrides=request.overrides, noqa=not request.ignore_noqa
    )
    here = configuration.of_directory(os.getcwd())  # noqa: PTH109 - settings go by strings
    refuse_subcommands(request.paths)
    if request.show_settings or request.show_files:
        from inheritlint.faces.cli.showing import show  # most runs check

        return show(request, configuration)
    if request.mode is Mode.REPORT and (here.fix or here.fix_only) and request.add_noqa is None:
        request = request._replace(mode=Mode.FIX)
    problems: list[str] = []
    target = check_writable(request.output_file) if request.output_file else None
    check_report_files(request.reports)
    comparison = None
    if request.comparing.is_asked_for:
        comparison = Comparison(request.comparing, configuration)
    if request.reads_standard_input:
        outcomes = [_standard_input(request, configuration, here)]
    else:
        outcomes, problems = _files(request, configuration, here, comparison)
    if comparison:
        outcomes = comparison.apart(outcomes, quiet=request.quiet)
    if request.add_noqa is not None:
        from inheritlint.faces.cli.showing import add_comments

        return add_comments(request, configuration, outcomes, problems)
    for problem in (*problems, *(each for outcome in outcomes for each in (*outcome.warnings, *outcome.problems))):
        print_error(problem)
    status = exit_status(
        outcomes,
        request.mode,
        failed=bool(problems),
        exit_zero=request.exit_zero,
        fix_only=here.fix_only,
        non_zero_on_fix=request.exit_non_zero_on_fix,
    )
    checked = Checked(outcomes, bool(here.unsafe_fixes), tuple(problems), request.comparing.is_asked_for)
    write_reports(request.reports, checked)
    try:
        if target is None:
            _publish(request, here, checked, status)
        else:
            with opened(target) as file:
                _report(request, here, checked, status, file)
    except BrokenPipeError:
        raise BrokenPipe(status) from None
    return status


def run_to_exit_status(request: Request) -> ExitStatus:
    """Do what is asked. Raises what `_run_request` does, but for a report that is not read to its end."""
    try:
        return _run_request(request)
    except BrokenPipe as broken:
        discard_output()
        return broken.status


class BrokenPipe(Exception):  # noqa: N818 - it is no error: the reader had enough
    """The output is not read any more; the run itself ended with `status`."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__(status)
        self.status = status


def _files(
    request: Request, configuration: Configuration, here: Settings, comparison: Comparison | None
) -> tuple[list[Outcome], list[str]]:
    """The outcomes of all files that the arguments lead to, without those in which nothing can be new, and the
    arguments that lead nowhere."""
    discovery = discover(request.paths or (os.curdir,), lambda each: configuration.of_directory(each).exclusions)
    tasks = [
        Task(path, configuration.of_file(os.path.abspath(path)))  # noqa: PTH100 - paths are strings here
        for path in discovery.files
        if comparison is None or not comparison.is_unchanged(path)
    ]
    for warning in (*configuration.warnings, *discovery.warnings):
        print_error(f"warning: {warning}")
    if not discovery.files and not discovery.problems and not discovery.warnings and not request.quiet:
        print_error("warning: no Python files found under the given paths")
    began = time.monotonic()
    unchanged = _unchanged(request, tasks)
    with Progress(len(tasks), quiet=request.quiet) as progress:
        outcomes = run(
            tasks,
            mode=request.mode,
            unsafe=bool(here.unsafe_fixes),
            jobs=request.jobs,
            progress=progress,
            unchanged=unchanged,
        )
    if request.verbose:
        narrate(tasks, time.monotonic() - began)
    return outcomes, discovery.problems


def _unchanged(request: Request, tasks: Sequence[Task]) -> "Unchanged | None":
    """The list of files in which nothing was found before, where a whole folder is asked about and not only files of
    it, which may be others each time."""
    folders = [each for each in request.paths or (os.curdir,) if os.path.isdir(each)]  # noqa: PTH112
    if request.comparing.is_asked_for or not folders or not any(task.settings.cache for task in tasks):
        return None
    from inheritlint.pipeline.unchanged import Unchanged  # what names one file need not wait for it

    return Unchanged(folders)


def _standard_input(request: Request, configuration: Configuration, here: Settings) -> Outcome:
    """The outcome of the standard input; with fixes, `after` is what goes to the standard output."""
    path = request.stdin_filename or STANDARD_INPUT
    settings = configuration.of_file(os.path.abspath(path))  # noqa: PTH100 - links are not to be resolved
    data = sys.stdin.buffer.read()
    if request.stdin_filename and is_excluded(path, lambda _: settings.exclusions, named=True):
        return Outcome(path, before=data)
    try:
        outcome = check_data(path, data, settings, request.mode, bool(here.unsafe_fixes))
    except Exception as error:
        outcome = internal_error(path, settings, error)
    return outcome._replace(before=data)


def _publish(request: Request, here: Settings, checked: Checked, status: ExitStatus) -> None:
    """The report to the standard output, or beside it where fixed source has that place."""
    if request.mode is Mode.FIX and request.reads_standard_input:
        (outcome,) = checked.outcomes
        write_bytes(outcome.before if outcome.after is None else outcome.after)
        _report(request, here, checked, status, sys.stderr)
    else:
        _report(request, here, checked, status, sys.stdout)
        sys.stdout.flush()


def _report(request: Request, here: Settings, checked: Checked, status: ExitStatus, stream: IO[str]) -> None:
    style, outcomes = here.output_format, checked.outcomes
    if request.mode is Mode.DIFF:
        _diff(request, outcomes, stream, hints=here.unsafe_fixes is not False)
        return
    paint = in_colour if has_colour(stream, request.color) else colourless
    if not here.fix_only:
        for each in _lines(request, style, checked, paint):
            print_line(each, stream)
    if style not in FOR_PEOPLE:
        return
    if here.show_fixes and request.mode is Mode.FIX:
        for each in fixes(outcomes):
            print_line(each, stream)
    if request.quiet:
        return
    hints = here.unsafe_fixes is not False
    sound = status is not ExitStatus.FAILED and bool(outcomes or request.comparing.is_asked_for)
    for each in (
        only_fixed(outcomes)
        if here.fix_only
        else summary(outcomes, request.mode, unsafe=checked.unsafe, hints=hints, sound=sound)
    ):
        print_line(each, stream)


def _lines(request: Request, style: OutputFormat, checked: Checked, paint: Paint) -> Iterable[str]:
    if request.statistics:
        from inheritlint.faces.reports import statistics

        return (
            [statistics.array(checked.outcomes, unsafe=checked.unsafe)]
            if style is OutputFormat.JSON
            else statistics.table(checked.outcomes, unsafe=checked.unsafe)
        )
    return report(style, checked, paint)


def _diff(request: Request, outcomes: Sequence[Outcome], stream: IO[str], *, hints: bool) -> None:
    from inheritlint.pipeline.patch import base_of, patch  # most runs do without it

    changed = [outcome for outcome in outcomes if outcome.after is not None]
    base = base_of(outcome.path for outcome in changed)
    for outcome in changed:
        show_bytes(patch(outcome.path, outcome.before, outcome.after or b"", base), stream)
    stream.flush()
    if changed and base != os.path.realpath(os.curdir):
        print_error(f"the names in the diff are relative to {base}: apply it there")
    if not request.quiet:
        for each in summary(outcomes, request.mode, hints=hints):
            print_line(each, sys.stderr)
