# ruff: noqa: PTH100, PTH109
"""`--show-settings`, `--show-files` and `--add-noqa`: runs that print no findings."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from inheritlint.faces.cli.exit_status import ExitStatus
from inheritlint.faces.cli.output import print_error, print_line
from inheritlint.faces.cli.request import Request
from inheritlint.faces.reports.escaping import plain
from inheritlint.pipeline.atomic_write import reason_of, replace_file
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.outcome import Outcome
from inheritlint.pipeline.settings import OPTIONS, Kind, Settings
from inheritlint.pipeline.silencing import silenced
from inheritlint.source.discovery import discover
from inheritlint.source.patterns import Patterns


def show(request: Request, configuration: Configuration) -> ExitStatus:
    """Print what is asked for. Raises SettingsError as `Configuration` does."""
    discovery = discover(request.paths or (os.curdir,), lambda each: configuration.of_directory(each).exclusions)
    for warning in (*configuration.warnings, *discovery.warnings):
        print_error(f"warning: {warning}")
    for problem in discovery.problems:
        print_error(problem)
    if request.show_files:
        lines = list(map(plain, discovery.files))
    else:
        first = os.path.abspath(discovery.files[0]) if discovery.files else f"{os.getcwd()}{os.sep}"
        lines = [*_settings(first, configuration.of_file(first))]
    for line in lines:
        print_line(line, sys.stdout)
    sys.stdout.flush()
    return ExitStatus.FAILED if discovery.problems else ExitStatus.CLEAN


def add_comments(
    request: Request, configuration: Configuration, outcomes: Sequence[Outcome], problems: Sequence[str]
) -> ExitStatus:
    """Write a comment for every finding of `outcomes`, and say how many."""
    assert request.add_noqa is not None
    problems = [*problems, *(each for outcome in outcomes for each in outcome.problems)]
    added = files = 0
    for outcome in outcomes:
        result = silenced(outcome, request.add_noqa, configuration.of_file(os.path.abspath(outcome.path)))
        if result.problem:
            problems.append(result.problem)
        if result.data is None or outcome.source is None:
            continue
        try:
            replace_file(outcome.path, outcome.source.data, result.data)
        except OSError as error:
            problems.append(reason_of(outcome.path, error))
            continue
        added, files = added + result.added, files + 1
    for problem in problems:
        print_error(problem)
    if not request.quiet:
        plural = "" if added == 1 else "s"
        print_line(f"Added {added} `# noqa` comment{plural} in {files} file{'' if files == 1 else 's'}.", sys.stdout)
        sys.stdout.flush()
    return ExitStatus.FAILED if problems else ExitStatus.CLEAN


def _settings(path: str, settings: Settings) -> Iterator[str]:
    """The settings of the file (or directory) at `path` as a table in TOML; what is not set is a comment."""
    yield f"# Settings for: {plain(path)}"
    yield f"# Read from: {plain(settings.source) if settings.source else 'no file'}"
    yield "[tool.inheritlint]"
    for key, option in OPTIONS.items():
        value = _written(getattr(settings, key.replace("-", "_")))
        if option.kind is Kind.CODES_BY_PATTERN and value == "[]":
            value = "{}"
        yield f"# {key} is not set" if value is None else f"{key} = {value}"


def _written(value: Any) -> str | None:
    """The value as TOML writes it; None where there is none."""
    match value:
        case None:
            return None
        case Patterns(lines=lines):
            return json.dumps(lines, ensure_ascii=False)
        case tuple() if value and isinstance(value[0], Patterns):
            return json.dumps([line for each in value for line in each.lines], ensure_ascii=False)
        case tuple() if value and isinstance(value[0], tuple):
            table = ", ".join(f"{json.dumps(each.lines[0])} = {json.dumps(codes)}" for each, codes in value)
            return f"{{{table}}}"
    return json.dumps(value, ensure_ascii=False)
