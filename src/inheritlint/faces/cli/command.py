"""The click command: what can be asked, and what the shell gets back."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from inheritlint import __version__
from inheritlint.faces.cli.comparison import Comparing
from inheritlint.faces.cli.exit_status import ExitStatus
from inheritlint.faces.cli.output import let_go_of_output, say
from inheritlint.faces.cli.report_files import report_files
from inheritlint.faces.cli.request import STANDARD_INPUT, Request
from inheritlint.findings import Severity
from inheritlint.pipeline.codes import known_codes
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.settings import CACHE_VARIABLE, OPTIONS, Kind, Option, OutputFormat

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])

_LISTS = {
    Kind.CODES: "CODES",
    Kind.PATTERNS: "PATTERNS",
    Kind.NAMES: "PATTERNS",
    Kind.FUNCTIONS: "NAMES",
    Kind.CODES_BY_PATTERN: "PATTERN:CODES",
}
_CHOICES: dict[Kind, list[Any]] = {Kind.SEVERITY: list(Severity), Kind.FORMAT: list(OutputFormat)}

_EPILOG = """\
Exit status: 0 clean, 1 findings remain (with --diff: something would change), 2 something could not be done.

Shell completion: eval "$(_INHERITLINT_COMPLETE=bash_source inheritlint)" in ~/.bashrc; zsh_source and fish_source
for those shells.
"""


def _complete_codes(context: click.Context, parameter: click.Parameter, typed: str) -> "list[CompletionItem]":
    """Codes for the last word of a comma-separated list."""
    from click.shell_completion import CompletionItem

    del context, parameter
    before, comma, word = typed.rpartition(",")
    return [CompletionItem(before + comma + code) for code in known_codes() if code.startswith(word.upper())]


def _settings(command: Command) -> Command:
    """Every option of the settings as an option of the command."""
    for option in reversed(OPTIONS.values()):
        command = _flag(option)(command)
    return command


def _flag(option: Option) -> Callable[[Command], Command]:
    name, kind = f"--{option.key}", option.kind
    if kind in _LISTS:
        completion = _complete_codes if kind is Kind.CODES else None
        return click.option(
            name, multiple=True, metavar=_LISTS[kind], help=option.help, shell_complete=completion, default=None
        )
    if kind in _CHOICES:
        return click.option(name, type=click.Choice([str(each) for each in _CHOICES[kind]]), help=option.help)
    if kind is Kind.SWITCH:
        return click.option(f"{name}/--no-{option.key}", default=None, help=option.help)
    return click.option(name, metavar="SPECIFIER", help=option.help)


def _overrides(given: dict[str, Any]) -> dict[str, object]:
    """The settings among the given options, as a configuration file would spell them."""
    overrides: dict[str, object] = {}
    for key, option in OPTIONS.items():
        value = given.pop(key.replace("-", "_"))
        if value is None or value == ():
            continue
        if option.kind is Kind.CODES_BY_PATTERN:
            value = _by_pattern(f"--{key}", _split(value))
        elif option.kind in _LISTS:
            value = _split(value)
        overrides[key] = value
    return overrides


def _split(values: Sequence[str]) -> list[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _by_pattern(flag: str, words: list[str]) -> dict[str, list[str]]:
    """`a:X,Y,b:Z` → a table; a word without a colon is one more code of the pattern before it."""
    table: dict[str, list[str]] = {}
    pattern = ""
    for word in words:
        before, colon, code = word.rpartition(":")
        pattern = before if colon else pattern
        if not pattern or not code:
            raise click.UsageError(f"{flag}: {word!r} is not PATTERN:CODE")
        table.setdefault(pattern, []).append(code.strip())
    return table


def _jobs(context: click.Context, parameter: click.Parameter, value: str) -> int:
    """`auto` or a number that is not negative."""
    del context, parameter
    if value == "auto":
        return 0
    if not value.isascii() or not value.isdigit():
        raise click.BadParameter(f"{value!r} is neither a number nor `auto`")
    return int(value)


@click.command(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.argument("paths", nargs=-1, type=click.Path())
@_settings
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--unsafe-fixes", is_flag=True, help="Trust fixes that may change what the program does, too.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--stdin-filename", metavar="PATH", help="The name of what `-` reads.")
@click.option("--output-file", "-o", type=click.Path(), help="Write the report to this file.")
@click.option(
    "--report", "reports", multiple=True, metavar="FORMAT=PATH", help="Write a report to a file, beside the others."
)
@click.option("--baseline", metavar="FILE", help="Do not report the findings that are kept in this file.")
@click.option("--update-baseline", is_flag=True, help="Write what is found now to the file of --baseline.")
@click.option("--diff-base", metavar="REV", help="Report only what the git commit REV does not have.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of showing them.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even where there are findings.")
@click.option(
    "--jobs", "-j", metavar="N", default="auto", callback=_jobs, help="Processes to use; auto or 0: one a processor."
)
@click.option("--quiet", "-q", is_flag=True, help="Findings and errors only: no summary, no progress bar.")
@click.option(
    "--cache-dir", envvar=CACHE_VARIABLE, type=click.Path(), help="Where what is found is kept.", show_envvar=True
)
@click.option("--config", metavar="FILE", help="Read this pyproject.toml instead of the nearest ones.")
@click.option("--isolated", is_flag=True, help="Read no pyproject.toml.")
@click.option("--explain", metavar="CODE", shell_complete=_complete_codes, help="Print the page of a rule.")
@click.option("--list-rules", is_flag=True, help="Print every rule in a line.")
@click.version_option(__version__, "--version", "-V", message="inheritlint %(version)s")
@click.pass_context
def inheritlint(context: click.Context, /, **given: Any) -> None:
    """Find file descriptors and handles that Python programs hand to the processes they start.

    PATHS are files and directories (default: the current directory); `-` is the standard input.
    """
    try:
        context.exit(_answer(given) if given["explain"] is not None or given["list_rules"] else _run(given))
    except BrokenPipeError:
        let_go_of_output()


def _run(given: dict[str, Any]) -> ExitStatus:
    # What reads and reports files is loaded when a file is to be read.
    from inheritlint.faces.cli.running import finish

    del given["explain"], given["list_rules"]
    if folder := given.pop("cache_dir"):
        os.environ[CACHE_VARIABLE] = folder  # so that the processes which share the work know it, too
    return finish(_request(given))


def _answer(given: dict[str, Any]) -> ExitStatus:
    from inheritlint.faces.cli.explain import explain, listing

    code: str | None = given["explain"]
    say(explain(code).rstrip("\n") if code is not None else "\n".join(listing()), sys.stdout)
    sys.stdout.flush()
    return ExitStatus.CLEAN


def _request(given: dict[str, Any]) -> Request:
    overrides = _overrides(given)
    fix, diff, unsafe = given.pop("fix"), given.pop("diff"), given.pop("unsafe_fixes")
    mode = Mode.DIFF if diff else Mode.FIX if fix else Mode.REPORT
    reports = report_files(given.pop("reports"), given["output_file"])
    comparing = Comparing(given.pop("baseline"), given.pop("update_baseline"), given.pop("diff_base"))
    request = Request(overrides=overrides, mode=mode, unsafe=unsafe, reports=reports, comparing=comparing, **given)
    if len(request.paths) > 1 and STANDARD_INPUT in request.paths:
        raise click.UsageError("`-` cannot be read together with other paths")
    if request.stdin_filename is not None and not request.reads_standard_input:
        raise click.UsageError("`--stdin-filename` names what `-` reads, and there is no `-`")
    if request.config is not None and request.isolated:
        raise click.UsageError("`--config` and `--isolated` exclude each other")
    if request.reports and request.mode is Mode.DIFF:
        raise click.UsageError("`--report` and `--diff` exclude each other")
    _check_comparing(request)
    return request


def _check_comparing(request: Request) -> None:
    """Raises click's UsageError where a baseline is asked for in a way that cannot be meant."""
    if not request.comparing.update:
        return
    if request.comparing.baseline is None:
        raise click.UsageError("`--update-baseline` writes the file of `--baseline`, and there is none")
    for flag, is_given in (
        ("--diff-base", request.comparing.diff_base is not None),
        ("--diff", request.mode is Mode.DIFF),
        ("-", request.reads_standard_input),
    ):
        if is_given:
            raise click.UsageError(f"`--update-baseline` and `{flag}` exclude each other")
