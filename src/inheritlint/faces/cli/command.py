"""The click command: what can be asked, and what the shell gets back."""

import os
import sys
from typing import Any

import click

from inheritlint import __version__
from inheritlint.faces.cli.comparison import Comparing
from inheritlint.faces.cli.exit_status import ExitStatus
from inheritlint.faces.cli.options import GroupedCommand, complete_codes, configured, overrides, settings_options
from inheritlint.faces.cli.output import discard_output, print_line
from inheritlint.faces.cli.report_files import report_files
from inheritlint.faces.cli.request import STANDARD_INPUT, Request
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.settings import CACHE_VARIABLE

_EPILOG = """\
Exit status: 0 if there are no findings, 1 if findings remain (with --diff, if a file would change), 2 if an error
occurred.

Shell completion: add eval "$(_INHERITLINT_COMPLETE=bash_source inheritlint)" to ~/.bashrc (zsh_source and fish_source
for zsh and fish).
"""


def _jobs(context: click.Context, parameter: click.Parameter, value: str) -> int:
    """`auto` or a number that is not negative."""
    del context, parameter
    if value == "auto":
        return 0
    if not value.isascii() or not value.isdigit():
        raise click.BadParameter(f"expected a number or `auto`, got {value!r}")
    return int(value)


@click.command(
    cls=GroupedCommand,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.argument("paths", nargs=-1, type=click.Path())
@settings_options
@click.option("--diff", is_flag=True, help="Print the changes that --fix would make, without writing any file.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with status 1 if fixes were applied.")
@click.option(
    "--add-noqa", metavar="[=REASON]", help="Add a `# noqa` comment, with the reason, to every line with findings."
)
@click.option("--ignore-noqa", is_flag=True, help="Report findings that `# noqa` comments suppress, too.")
@click.option("--stdin-filename", metavar="PATH", help="File name to use for code read from standard input.")
@click.option("--output-file", "-o", type=click.Path(), help="Write the report to a file instead of standard output.")
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=PATH", help="Also write a report to PATH; can be repeated."
)
@click.option("--baseline", metavar="FILE", help="Report only findings that are not listed in FILE.")
@click.option("--update-baseline", is_flag=True, help="Write the current findings to the --baseline file.")
@click.option("--diff-base", metavar="REV", help="Report only findings that are not in the git commit REV.")
@click.option("--statistics", is_flag=True, help="Show the number of findings per rule instead of the findings.")
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are findings.")
@click.option(
    "--jobs",
    "-j",
    metavar="N",
    default="auto",
    callback=_jobs,
    help="Number of worker processes; auto or 0 uses all CPUs.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only findings and errors.")
@click.option("--cache-dir", envvar=CACHE_VARIABLE, type=click.Path(), help="Cache directory.", show_envvar=True)
@click.option("--clean-cache", is_flag=True, help="Delete the cache and exit.")
@click.option(
    "--config",
    multiple=True,
    metavar="FILE|KEY=VALUE",
    help="Use this pyproject.toml instead of the nearest one, or set one option, in TOML. Repeatable.",
)
@click.option("--isolated", is_flag=True, help="Ignore all pyproject.toml files.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use color.")
@click.option("--verbose", "-v", is_flag=True, help="Say which settings and files are used, on standard error.")
@click.option("--show-settings", is_flag=True, help="Print the settings of the first path and exit.")
@click.option("--show-files", is_flag=True, help="Print the files that would be checked and exit.")
@click.option("--explain", metavar="CODE", shell_complete=complete_codes, help="Print the documentation of a rule.")
@click.option("--list-rules", is_flag=True, help="List all rules, one per line.")
@click.version_option(__version__, "--version", "-V", message="inheritlint %(version)s")
@click.pass_context
def inheritlint(context: click.Context, /, **given: Any) -> None:
    """Find file descriptors and Windows handles that leak into child processes.

    PATHS are files or directories to check (default: the current directory); use `-` for standard input.
    """
    try:
        context.exit(_print_rules(given) if any(given[question] for question in _QUESTIONS) else _run(given))
    except BrokenPipeError:
        discard_output()


#: Options that ask something instead of checking files.
_QUESTIONS = ("explain", "list_rules", "clean_cache")


def _run(given: dict[str, Any]) -> ExitStatus:
    # What reads and reports files is loaded when a file is to be read.
    from inheritlint.faces.cli.running import run_to_exit_status

    for question in _QUESTIONS:
        del given[question]
    if folder := given.pop("cache_dir"):
        os.environ[CACHE_VARIABLE] = folder  # so that the processes which share the work know it, too
    return run_to_exit_status(_request(given))


def _print_rules(given: dict[str, Any]) -> ExitStatus:
    from inheritlint.faces.cli.explain import answer

    if folder := given["cache_dir"]:
        os.environ[CACHE_VARIABLE] = folder
    for line in answer(given):
        print_line(line, sys.stdout)
    sys.stdout.flush()
    return ExitStatus.CLEAN


#: Options that cannot both be meant, by the names of their values.
_EXCLUDE_EACH_OTHER = (
    ("reports", "diff"),
    ("show_fixes", "diff"),
    *(("update_baseline", each) for each in ("diff", "diff_base", "add_noqa")),
    ("exit_zero", "exit_non_zero_on_fix"),
    *(("add_noqa", each) for each in ("fix", "fix_only", "diff", "ignore_noqa", "show_fixes")),
    ("verbose", "quiet"),
    ("show_settings", "show_files"),
)


def _request(given: dict[str, Any]) -> Request:
    said = {name for name, value in given.items() if value not in (None, False, ())}
    for one, other in _EXCLUDE_EACH_OTHER:
        if said.issuperset((one, other)):
            raise click.UsageError(f"`{_flag(one)}` cannot be used with `{_flag(other)}`")
    file, inline = configured(given.pop("config"))
    if file is not None and given["isolated"]:
        raise click.UsageError("`--config` with a file cannot be used with `--isolated`")
    settings = {**inline, **overrides(given)}
    mode = Mode.DIFF if given.pop("diff") else Mode.REPORT
    reports = report_files(given.pop("reports"), given["output_file"])
    comparing = Comparing(given.pop("baseline"), given.pop("update_baseline"), given.pop("diff_base"))
    request = Request(overrides=settings, mode=mode, config=file, reports=reports, comparing=comparing, **given)
    if len(request.paths) > 1 and STANDARD_INPUT in request.paths:
        raise click.UsageError("`-` cannot be combined with other paths")
    if request.stdin_filename is not None and not request.reads_standard_input:
        raise click.UsageError("`--stdin-filename` requires `-` (standard input)")
    _check_comparing(request)
    if request.add_noqa is not None:
        _check_comments(request, request.add_noqa)
    return request


def _check_comparing(request: Request) -> None:
    """Raises click's UsageError where a baseline is asked for in a way that cannot be meant."""
    if request.comparing.update and request.comparing.baseline is None:
        raise click.UsageError("`--update-baseline` requires `--baseline`")
    if request.comparing.update and request.reads_standard_input:
        raise click.UsageError("`--update-baseline` cannot be used with standard input")


def _check_comments(request: Request, reason: str) -> None:
    from inheritlint.pipeline.suppressions import is_reason

    if not is_reason(reason):
        raise click.UsageError(f"`--add-noqa`: {reason!r} would be read as a code, or is more than a line")
    if request.reads_standard_input:
        raise click.UsageError("`--add-noqa` cannot be used with standard input")


def _flag(name: str) -> str:
    return "--report" if name == "reports" else f"--{name.replace('_', '-')}"
