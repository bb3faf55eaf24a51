"""The settings as options of the command: each of `OPTIONS` once, and `--config KEY=VALUE` for all of them."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from inheritlint.findings import Severity
from inheritlint.pipeline.codes import known_codes
from inheritlint.pipeline.settings import OPTIONS, Kind, Option, OutputFormat, SettingsError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])

_LISTS = {
    Kind.CODES: "CODES",
    Kind.PATTERNS: "PATTERNS",
    Kind.NAMES: "PATTERNS",
    Kind.FUNCTIONS: "NAMES",
    Kind.PLATFORMS: "PLATFORMS",
    Kind.CODES_BY_PATTERN: "PATTERN:CODES",
}
_CHOICES: dict[Kind, list[Any]] = {Kind.SEVERITY: list(Severity), Kind.FORMAT: list(OutputFormat)}


def complete_codes(context: click.Context, parameter: click.Parameter, typed: str) -> "list[CompletionItem]":
    """Codes for the last word of a comma-separated list."""
    from click.shell_completion import CompletionItem

    del context, parameter
    before, comma, word = typed.rpartition(",")
    return [CompletionItem(before + comma + code) for code in known_codes() if code.startswith(word.upper())]


def settings_options(command: Command) -> Command:
    """Every option of the settings as an option of the command."""
    for option in reversed(OPTIONS.values()):
        command = _flag(option)(command)
    return command


def _flag(option: Option) -> Callable[[Command], Command]:
    name, kind = f"--{option.key}", option.kind
    if kind in _LISTS:
        completion = complete_codes if kind is Kind.CODES else None
        return click.option(
            name, multiple=True, metavar=_LISTS[kind], help=option.help, shell_complete=completion, default=None
        )
    if kind in _CHOICES:
        return click.option(name, type=click.Choice([str(each) for each in _CHOICES[kind]]), help=option.help)
    if kind is Kind.SWITCH:
        return click.option(f"{name}/--no-{option.key}", default=None, help=option.help)
    return click.option(name, metavar="SPECIFIER", help=option.help)


def overrides(given: dict[str, Any]) -> dict[str, object]:
    """The settings among the given options, as a configuration file would spell them."""
    given_here: dict[str, object] = {}
    for key, option in OPTIONS.items():
        value = given.pop(key.replace("-", "_"))
        if value is None or value == ():
            continue
        if option.kind is Kind.CODES_BY_PATTERN:
            value = _by_pattern(f"--{key}", _split(value))
        elif option.kind in _LISTS:
            value = _split(value)
        given_here[key] = value
    return given_here


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
            raise click.UsageError(f"{flag}: expected PATTERN:CODE, got {word!r}")
        table.setdefault(pattern, []).append(code.strip())
    return table


#: The headings of `--help`, and the options below each; what is not named here stands below the last.
HEADINGS = {
    "Rule selection": "select ignore extend-select min-severity per-file-ignores extend-per-file-ignores",
    "File selection": "exclude extend-exclude force-exclude respect-gitignore stdin-filename",
    "Analysis": "platforms windows-files spawners stdio-server requires-python cache cache-dir jobs",
    "Fixes": "fix unsafe-fixes diff fix-only show-fixes fixable unfixable extend-safe-fixes extend-unsafe-fixes",
    "Suppression and comparison": "add-noqa ignore-noqa baseline update-baseline diff-base",
    "Configuration": "config isolated show-settings show-files clean-cache",
    "Output": "",
}


class GroupedCommand(click.Command):
    """A command whose options stand below headings, and whose `--add-noqa` may have a reason: only behind an equals
    sign, for the next argument is a path."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = args.index("--") if "--" in args else len(args)
        before = ["--add-noqa=" if each == "--add-noqa" else each for each in args[:options]]
        return super().parse_args(ctx, [*before, *args[options:]])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        home = {option: heading for heading, options in HEADINGS.items() for option in options.split()}
        rows: dict[str, list[tuple[str, str]]] = {heading: [] for heading in HEADINGS}
        options = (each for each in self.get_params(ctx) if isinstance(each, click.Option))  # the usage shows the paths
        for parameter in options:
            if record := parameter.get_help_record(ctx):
                name = max(parameter.opts, key=len).removeprefix("--")
                rows[home.get(name, "Output")].append(record)
        for heading, records in rows.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def configured(values: Sequence[str]) -> tuple[str | None, dict[str, object]]:
    """What `--config` gives: the file to read, None where there is none, and settings that are spelled out. Raises
    SettingsError for what is neither, and for a second file."""
    files: list[str] = []
    settings: dict[str, object] = {}
    for value in values:
        if "=" not in value or os.path.exists(value):  # noqa: PTH110 - settings go by strings
            files.append(value)
            continue
        import tomllib  # only for who asks

        try:
            settings.update(tomllib.loads(value))
        except ValueError as error:
            raise SettingsError(f"`--config`: expected a file or KEY=VALUE in TOML, got {value!r}: {error}") from None
    if len(files) > 1:
        raise SettingsError(f"`--config`: only one file can be given, not {' and '.join(files)}")
    return (files[0] if files else None), settings
