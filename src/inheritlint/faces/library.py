"""inheritlint as a library: functions of a file's bytes and of settings, and where the settings come from."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from inheritlint.findings import Finding
from inheritlint.pipeline.checking import check_data, internal_error
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.settings import Settings, merge
from inheritlint.source.discovery import discover as discovered

Path = str | os.PathLike[str]


class Fixed(NamedTuple):
    """The result of `fix`: the new `source`, the findings that were `fixed` (each with its place before its fix), the
    findings that `remain` (each with its place in `source`), and the `warnings` about fixes that were not applied, a
    line each."""

    source: bytes
    fixed: list[Finding]
    remaining: list[Finding]
    warnings: list[str]


def lint(source: bytes, *, path: Path = "<source>", settings: Settings | None = None) -> list[Finding]:
    """Return the findings in `source`, the bytes of a Python file, in source order.

    These are the findings that the command reports for a file with this content: the rules are those that `settings`
    select (default: those enabled by default), findings that a comment suppresses are left out, and what cannot be
    decoded, parsed or analyzed is a finding of INH901. No file is read or written and nothing is cached.

    `path` is not opened. Its name decides what `windows-files` and `per-file-ignores` say about the file; a relative
    path is relative to the current directory.

    Raises TypeError if `source` is not bytes, and nothing else: an internal error is a finding of INH901, too.
    """
    return list(_outcome(source, path, settings, Mode.REPORT, unsafe=False).findings)


def fix(source: bytes, *, path: Path = "<source>", settings: Settings | None = None, unsafe: bool = False) -> Fixed:
    """Return `source` with its findings fixed, as `--fix` does, and with `unsafe` as `--fix --unsafe-fixes` does.

    `path` and `settings` are those of `lint`. A fix that would introduce a syntax error or another finding, or that
    cannot be encoded, is not applied; `warnings` says so. Where nothing can be fixed, `source` is returned.

    Raises TypeError if `source` is not bytes, and nothing else.
    """
    outcome = _outcome(source, path, settings, Mode.FIX, unsafe=unsafe)
    after = source if outcome.after is None else outcome.after
    return Fixed(after, list(outcome.fixed), list(outcome.findings), [*outcome.warnings, *outcome.problems])


def parse_settings(options: Mapping[str, object], *, root: Path = os.curdir) -> Settings:
    """Return the settings that the table `options` describes: the keys and values of `[tool.inheritlint]`.

    Patterns are relative to `root`. Raises SettingsError for an unknown key, an unknown code or a wrong type.
    """
    return merge(Settings(), options, os.path.abspath(root))  # noqa: PTH100 - links are not to be resolved


def read_settings(path: Path) -> Settings:
    """Return the settings that the command uses for the file at `path`: those of the nearest `pyproject.toml`.

    This reads files. Raises SettingsError, which names the file, where one cannot be read or holds a mistake.
    """
    return Configuration().of_file(os.path.abspath(path))  # noqa: PTH100 - links are not to be resolved


def discover(*paths: Path) -> list[tuple[str, Settings]]:
    """Return each Python file that the command checks when it is given `paths`, with the settings that hold for it.

    Raises OSError where a path does not exist or a directory cannot be listed, and SettingsError as `read_settings`.
    """
    configuration = Configuration()
    found = discovered([os.fspath(path) for path in paths], lambda each: configuration.of_directory(each).exclusions)
    if found.problems:
        raise OSError("; ".join(found.problems))
    return [(each, configuration.of_file(os.path.abspath(each))) for each in found.files]  # noqa: PTH100


def _outcome(source: bytes, path: Path, settings: Settings | None, mode: Mode, *, unsafe: bool) -> Outcome:
    if not isinstance(source, bytes):
        raise TypeError(f"source must be bytes, not {type(source).__name__}")
    name = os.fspath(path)
    pure = (settings or Settings())._replace(cache=False)
    try:
        return check_data(name, source, pure, mode, unsafe)
    except Exception as error:
        return internal_error(name, pure, error)
