"""The flake8 plugin: the same findings as the command line, by the same table of the same `pyproject.toml`; flake8's
own options and its `noqa` come on top."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from inheritlint import __version__

if TYPE_CHECKING:
    import ast

    from inheritlint.findings import Finding
    from inheritlint.pipeline.configuration import Configuration
    from inheritlint.pipeline.settings import Settings

T = TypeVar("T")


class Plugin:
    """One file under flake8, as its plugins are called: made with the file, then run once."""

    name = "inheritlint"
    version = __version__

    _overrides: ClassVar[dict[str, object]] = {}
    _configuration: ClassVar[Configuration | None] = None
    _piped: ClassVar[str | None] = None
    _named: ClassVar[frozenset[str]] = frozenset()
    _asked_for: ClassVar[tuple[str, ...]] = ()

    def __init__(self, tree: ast.Module, filename: str, lines: Sequence[str]) -> None:
        # flake8 has parsed the file, whether we ask for the tree or not.
        self._tree, self._path, self._lines = tree, filename, lines

    @staticmethod
    def add_options(manager: Any) -> None:
        """Register our options with flake8's option manager, for its command line and its configuration files."""
        manager.add_option(
            "--inheritlint-min-severity",
            metavar="SEVERITY",
            parse_from_config=True,
            help="Report only findings of at least this severity (convention, warning, error).",
        )
        manager.add_option(
            "--inheritlint-windows-files",
            metavar="NAMES",
            parse_from_config=True,
            comma_separated_list=True,
            help="File name patterns of Windows-only modules, in addition to the built-in ones.",
        )
        manager.add_option(
            "--inheritlint-spawners",
            metavar="NAMES",
            parse_from_config=True,
            comma_separated_list=True,
            help="Dotted names of functions that start a child process and forward their keyword arguments to "
            "subprocess.",
        )
        manager.add_option(
            "--inheritlint-stdio-server",
            action="store_true",
            default=None,
            parse_from_config=True,
            help="The program reads requests from its standard input, so child processes must not inherit it.",
        )
        manager.add_option(
            "--inheritlint-platforms",
            metavar="NAMES",
            parse_from_config=True,
            comma_separated_list=True,
            help="Platforms that the code runs on. Default: those of the nearest pyproject.toml.",
        )
        manager.add_option(
            "--inheritlint-requires-python",
            metavar="SPECIFIER",
            parse_from_config=True,
            help="Python versions that the code supports. Default: "
            "project.requires-python of the nearest pyproject.toml.",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Keep what `options` say; raises flake8's `ExecutionError` where that cannot be meant."""
        given = {
            key: getattr(options, f"inheritlint_{key.replace('-', '_')}", None)
            for key in ("min-severity", "windows-files", "spawners", "stdio-server", "platforms", "requires-python")
        }
        cls._overrides = {key: value for key, value in given.items() if value is not None}
        cls._configuration = None
        cls._asked_for = (*(options.select or ()), *(options.extend_select or ()))
        # `INH` says that this plugin is wanted; what is longer says which rules, whatever the table says of them.
        from inheritlint.pipeline.codes import is_ours

        if chosen := [each for each in cls._asked_for if len(each) > len("INH") and is_ours(each)]:
            cls._overrides["extend-select"] = chosen
        cls._piped = options.stdin_display_name if "-" in options.filenames else None
        cls._named = frozenset(map(os.path.abspath, options.filenames))
        if cls._overrides:
            cls._configured(lambda configuration: configuration)

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Row from 1, column from 0, code with message, and this class, for every finding."""
        # flake8 loads every plugin in every run; only a relevant file pays for more than this.
        from inheritlint.source.prefilter import may_be_relevant, may_contain_suppression

        _keep_what_is_loaded()
        data = self._content()
        if not may_be_relevant(data, stdio_server=True) and not may_contain_suppression(data):
            return
        settings = self._settings(self._path)
        if self._is_excluded(settings):
            return
        wanted = self._wanted(settings)
        for finding in self._findings(data, settings):
            if wanted(finding):
                place = finding.span
                yield place.line, place.column - 1, f"{finding.code} {finding.message}", type(self)

    def _wanted(self, settings: Settings) -> Callable[[Finding], bool]:
        """Whether the settings want a finding; a rule that is off by default is on where flake8 was asked for it."""
        from inheritlint.pipeline.selection import report_filter

        by_table = report_filter(settings, os.path.abspath(self._path))  # noqa: PTH100 - links are not to be resolved
        return lambda finding: by_table(
            finding._replace(by_default=True) if finding.code.startswith(self._asked_for) else finding
        )

    def _is_excluded(self, settings: Settings) -> bool:
        """Whether the table excludes this file: where it is named, only if named files are excluded, too."""
        from inheritlint.source.discovery import is_excluded

        path = os.path.abspath(self._path)  # noqa: PTH100 - links are not to be resolved
        named = self._path == self._piped or path in self._named
        return is_excluded(path, lambda each: self._directory(each).exclusions, named=named)

    def _findings(self, data: bytes, settings: Settings) -> Sequence[Finding]:
        try:
            from inheritlint.pipeline.analysis import analyse
            from inheritlint.source.nesting import Parsed

            known = Parsed("".join(self._lines), self._tree)
            return analyse(self._path, data, settings.target, known=known, with_fixes=False).findings
        except Exception as error:
            from inheritlint.pipeline.checking import internal_error

            return internal_error(self._path, settings, error).findings

    @classmethod
    def _settings(cls, path: str) -> Settings:
        absolute = os.path.abspath(path)  # noqa: PTH100 - links are not to be resolved
        return cls._configured(lambda configuration: configuration.of_file(absolute))

    @classmethod
    def _directory(cls, directory: str) -> Settings:
        return cls._configured(lambda configuration: configuration.of_directory(directory))

    @classmethod
    def _configured(cls, ask: Callable[[Configuration], T]) -> T:
        """What `ask` learns from the configuration; a mistake in it becomes an error that flake8 prints."""
        from flake8.exceptions import ExecutionError  # type: ignore[import-untyped]  # flake8 ships no types

        from inheritlint.pipeline.configuration import Configuration
        from inheritlint.pipeline.settings import SettingsError

        try:
            if cls._configuration is None:
                cls._configuration = Configuration(overrides=cls._overrides)
            return ask(cls._configuration)
        except SettingsError as error:
            raise ExecutionError(f"inheritlint: {error}") from error

    def _content(self) -> bytes:
        """The file as the command line sees it; flake8 hands out lines that are decoded, in doubt as Latin-1."""
        from inheritlint.source.reading import encoded, read

        data = None if self._path == self._piped else read(self._path)
        return data if isinstance(data, bytes) else encoded("".join(self._lines))


def _keep_what_is_loaded() -> None:
    """Once a file before this one has brought LibCST, take all that lives out of the sight of the garbage collector: it
    stays, and flake8's many collections would look through it each time."""
    if "libcst" in sys.modules and not gc.get_freeze_count():
        gc.collect()  # what is garbage by now would stay, too
        gc.freeze()
