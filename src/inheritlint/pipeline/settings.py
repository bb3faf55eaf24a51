"""What a project asks of us: every option once, with its type, its default and its help."""

import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from inheritlint.findings import Severity
from inheritlint.interpreter.target import WINDOWS_FILES, Target
from inheritlint.knowledge.platforms import MISSPELLINGS, NAMES, USUAL
from inheritlint.pipeline import requires_python
from inheritlint.pipeline.codes import known_codes, rule_names, selector
from inheritlint.source.discovery import EXCLUDED, Exclusions
from inheritlint.source.patterns import Patterns, fault

#: The environment variable that says where findings are kept. No configuration file does: one that came with a
#: stranger's code could name a folder that came with it, too.
CACHE_VARIABLE = "INHERITLINT_CACHE_DIR"


class Kind(StrEnum):
    """What an option's value looks like, in the words of an error message."""

    CODES = "a list of rule codes or prefixes"
    CODES_BY_PATTERN = "a table of patterns to lists of rule codes"
    PATTERNS = "a list of patterns"
    NAMES = "a list of file name patterns"
    FUNCTIONS = "a list of dotted names"
    SWITCH = "true or false"
    SEVERITY = '"convention", "warning" or "error"'
    FORMAT = '"full", "concise", "grouped", "json", "github", "gitlab", "html", "junit" or "sarif"'
    PYTHONS = 'a version specifier such as ">=3.9"'
    PLATFORMS = "a list of platforms"


class OutputFormat(StrEnum):
    """Output format."""

    FULL = "full"
    CONCISE = "concise"
    GROUPED = "grouped"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"


class SettingsError(Exception):
    """Settings that cannot be meant. The message is one line that names the source, the option and the fault."""


class OptionInfo(NamedTuple):
    """What makes a field of the settings an option."""

    kind: Kind
    help: str
    example: str


class Settings(NamedTuple):
    """The settings of one directory. A field that says something about itself is an option; its key has dashes for
    underscores."""

    select: Annotated[
        tuple[str, ...] | None,
        OptionInfo(
            Kind.CODES,
            "Rule codes or prefixes to enable; ALL enables every rule. Default: "
            "all rules except those that are off by default.",
            '["INH1", "INH401"]',
        ),
    ] = None
    ignore: Annotated[
        tuple[str, ...],
        OptionInfo(
            Kind.CODES,
            "Rule codes or prefixes to disable. When a code matches both "
            "`select` and `ignore`, the longer prefix wins.",
            '["INH101"]',
        ),
    ] = ()
    extend_select: Annotated[
        tuple[str, ...],
        OptionInfo(Kind.CODES, "Rule codes or prefixes to enable in addition to `select`.", '["INH101"]'),
    ] = ()
    min_severity: Annotated[
        Severity, OptionInfo(Kind.SEVERITY, "Report only findings of at least this severity.", '"warning"')
    ] = Severity.CONVENTION
    exclude: Annotated[
        Patterns,
        OptionInfo(
            Kind.PATTERNS,
            "Files and directories to skip, as .gitignore patterns; replaces the default list.",
            '["fixtures", "docs/*.py"]',
        ),
    ] = Patterns("", EXCLUDED)
    extend_exclude: Annotated[
        tuple[Patterns, ...],
        OptionInfo(Kind.PATTERNS, "Files and directories to skip in addition to `exclude`.", '["vendored"]'),
    ] = ()
    per_file_ignores: Annotated[
        tuple[tuple[Patterns, tuple[str, ...]], ...],
        OptionInfo(Kind.CODES_BY_PATTERN, "Rules to disable in files that match a pattern.", '{"tests/" = ["INH3"]}'),
    ] = ()
    extend_per_file_ignores: Annotated[
        tuple[tuple[Patterns, tuple[str, ...]], ...],
        OptionInfo(
            Kind.CODES_BY_PATTERN,
            "Rules to disable in files that match a pattern, in addition to `per-file-ignores`.",
            '{"scripts/" = ["INH101"]}',
        ),
    ] = ()
    force_exclude: Annotated[
        bool,
        OptionInfo(Kind.SWITCH, "Skip excluded files even if they are named on the command line.", "true"),
    ] = False
    respect_gitignore: Annotated[
        bool,
        OptionInfo(Kind.SWITCH, "Skip files that git ignores. Under flake8, flake8 itself selects the files.", "false"),
    ] = True
    windows_files: Annotated[
        tuple[str, ...],
        OptionInfo(
            Kind.NAMES,
            f"File name patterns of Windows-only modules, in addition to {', '.join(WINDOWS_FILES)}.",
            '["_winapi_*.py"]',
        ),
    ] = ()
    spawners: Annotated[
        tuple[str, ...],
        OptionInfo(
            Kind.FUNCTIONS,
            "Dotted names of functions that start a child process and forward their keyword arguments to `subprocess`.",
            '["project.processes.spawn"]',
        ),
    ] = ()
    stdio_server: Annotated[
        bool,
        OptionInfo(
            Kind.SWITCH,
            "The program reads requests from its standard input, so child processes must not inherit it (INH308). "
            "Default: where a file does so itself.",
            "true",
        ),
    ] = False
    platforms: Annotated[
        tuple[str, ...] | None,
        OptionInfo(
            Kind.PLATFORMS,
            f"Platforms that the code runs on: {', '.join(NAMES)}. Default: those that the project's "
            f"`Operating System ::` classifiers name, else {', '.join(USUAL)}.",
            '["linux", "darwin"]',
        ),
    ] = None
    requires_python: Annotated[
        str | None,
        OptionInfo(
            Kind.PYTHONS,
            "Python versions that the code supports. Default: `project.requires-python`.",
            '">=3.9"',
        ),
    ] = None
    output_format: Annotated[OutputFormat, OptionInfo(Kind.FORMAT, "How findings are written.", '"concise"')] = (
        OutputFormat.FULL
    )
    fix: Annotated[bool, OptionInfo(Kind.SWITCH, "Apply safe fixes.", "true")] = False
    unsafe_fixes: Annotated[
        bool | None,
        OptionInfo(
            Kind.SWITCH,
            "Also apply fixes that may change the behavior of the program (with `fix`, or shown with `--diff`).",
            "true",
        ),
    ] = None
    fix_only: Annotated[bool, OptionInfo(Kind.SWITCH, "Apply safe fixes and report no other findings.", "true")] = False
    show_fixes: Annotated[bool, OptionInfo(Kind.SWITCH, "List the fixes that were applied.", "true")] = False
    fixable: Annotated[
        tuple[str, ...] | None,
        OptionInfo(
            Kind.CODES, "Rule codes or prefixes whose findings may be fixed. Default: all.", '["INH1", "INH301"]'
        ),
    ] = None
    unfixable: Annotated[
        tuple[str, ...],
        OptionInfo(
            Kind.CODES,
            "Rule codes or prefixes whose findings are not fixed. When a code matches "
            "both `fixable` and `unfixable`, the longer prefix wins.",
            '["INH201"]',
        ),
    ] = ()
    extend_safe_fixes: Annotated[
        tuple[str, ...],
        OptionInfo(Kind.CODES, "Rule codes or prefixes whose unsafe fixes are treated as safe.", '["INH301"]'),
    ] = ()
    extend_unsafe_fixes: Annotated[
        tuple[str, ...],
        OptionInfo(Kind.CODES, "Rule codes or prefixes whose safe fixes are treated as unsafe.", '["INH101"]'),
    ] = ()
    cache: Annotated[bool, OptionInfo(Kind.SWITCH, "Cache results and reuse them for unchanged files.", "false")] = True
    #: What these settings were laid over: its selection holds until this one says otherwise.
    earlier: "Settings | None" = None
    #: The file that the table comes from.
    source: str | None = None
    #: Whether comments with `noqa` count.
    noqa: bool = True

    @property
    def target(self) -> Target:
        """What the settings say about where the code runs."""
        oldest = requires_python.oldest(self.requires_python)
        files = (*WINDOWS_FILES, *self.windows_files)
        return Target(oldest, files, self.spawners, self.platforms or USUAL, self.stdio_server)

    @property
    def exclusions(self) -> Exclusions:
        """What discovery leaves out."""
        root = os.path.dirname(self.source) if self.source else None  # noqa: PTH120 - settings go by strings
        return Exclusions((self.exclude, *self.extend_exclude), self.respect_gitignore, self.force_exclude, root)


class Option(NamedTuple):
    """One option as people meet it."""

    key: str
    kind: Kind
    default: Any
    help: str
    example: str


#: Every option by its key, in the order of the documentation.
OPTIONS = {
    (key := name.replace("_", "-")): Option(key, about.kind, Settings._field_defaults[name], about.help, about.example)
    for name, kind in Settings.__annotations__.items()
    for about in getattr(kind, "__metadata__", ())
}


#: What a later source of settings decides again; it asks `earlier` where it says nothing.
_CHOICES: dict[str, Any] = {"select": None, "ignore": (), "extend_select": (), "fixable": None, "unfixable": ()}
#: What a later source of settings adds to.
_ADDED = (
    "extend_exclude",
    "extend_per_file_ignores",
    "windows_files",
    "spawners",
    "extend_safe_fixes",
    "extend_unsafe_fixes",
)


def merge(settings: Settings, values: Mapping[str, object], root: str) -> Settings:
    """`settings` with `values` (option key to raw value) laid over them; patterns are relative to `root`.

    Raises SettingsError, its message beginning with the key.
    """
    parsed: dict[str, Any] = {**_CHOICES, "earlier": settings}
    for key, value in values.items():
        if key not in OPTIONS:
            raise SettingsError(f"unknown option `{key}`{_nearest(key, OPTIONS)}")
        parsed[key.replace("-", "_")] = _parse(OPTIONS[key], value, root)
    for key in _ADDED:
        parsed[key] = (*getattr(settings, key), *parsed.get(key, ()))
    return settings._replace(**parsed)


def _parse(option: Option, value: object, root: str) -> Any:
    key, kind = option.key, option.kind
    match kind, value:
        case (Kind.CODES, list()):
            return _codes(key, value)
        case (Kind.PATTERNS, list()):
            patterns = _patterns(key, value, root)
            return (patterns,) if key == "extend-exclude" else patterns
        case (Kind.NAMES, list()):
            return _strings(key, kind, value)
        case (Kind.FUNCTIONS, list()) if all(_is_dotted(each) for each in _strings(key, kind, value)):
            return tuple(value)
        case (Kind.CODES_BY_PATTERN, dict()):
            return tuple((_patterns(key, [glob], root), _codes(key, codes)) for glob, codes in value.items())
        case (Kind.SWITCH, bool()):
            return value
        case (Kind.SEVERITY, str()) if value in list(Severity):
            return Severity(value)
        case (Kind.FORMAT, str()) if value in list(OutputFormat):
            return OutputFormat(value)
        case (Kind.PLATFORMS, list()) if value:
            return _platforms(key, value)
        case (Kind.PYTHONS, str()) if requires_python.understood(value):
            return value
    raise SettingsError(f"`{key}`: expected {kind.value}, got {value!r}")


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def _strings(key: str, kind: Kind, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SettingsError(f"`{key}`: expected {kind.value}, got {value!r}")
    for each in value:
        if not isinstance(each, str):
            raise SettingsError(f"`{key}`: expected a string, got {each!r}")
    return tuple(value)


def _patterns(key: str, value: object, root: str) -> Patterns:
    lines = _strings(key, Kind.PATTERNS, value)
    for line in lines:
        if problem := fault(line):
            raise SettingsError(f"`{key}`: invalid pattern {line!r}: {problem}")
    return Patterns(root, lines)


def _codes(key: str, value: object) -> tuple[str, ...]:
    codes = []
    for word in _strings(key, Kind.CODES, value):
        code = selector(word)
        if code is None:
            raise SettingsError(f"`{key}`: unknown rule code `{word}`{_meant(word)}")
        codes.append(code)
    return tuple(codes)


def _meant(word: str) -> str:
    """What `word` may have been meant to be: a code where it begins like one, else the name of a rule. Codes begin
    alike, so that one which differs in more than a character is another one."""
    return _nearest(word, known_codes(), 0.8) if word.upper().startswith("INH") else _nearest(word, rule_names())


def _platforms(key: str, value: object) -> tuple[str, ...]:
    named = _strings(key, Kind.PLATFORMS, value)
    for name in named:
        if name not in NAMES:
            meant = MISSPELLINGS["sys.platform"].get(name)
            hint = f"; did you mean `{meant}`?" if meant else _nearest(name, NAMES)
            raise SettingsError(f"`{key}`: unknown platform `{name}`{hint}")
    return tuple(name for name in NAMES if name in named)


def _nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    from difflib import get_close_matches  # needed for a mistake alone

    spelled = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), spelled, 1, likeness)
    return f"; did you mean `{spelled[near[0]]}`?" if near else ""
