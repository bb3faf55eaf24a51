"""What the command says about itself: which settings and files it used, and what an argument was meant to be."""

import os
from collections.abc import Iterable, Sequence

from inheritlint.faces.cli.output import print_error
from inheritlint.pipeline.parallel import Task
from inheritlint.pipeline.settings import SettingsError

#: Subcommands of other linters, and what they are here; the rest of the arguments takes the place of the braces.
_INSTEAD = {
    "check": "inheritlint {}",
    "lint": "inheritlint {}",
    "fix": "inheritlint --fix {}",
    "rule": "inheritlint --explain {}",
    "explain": "inheritlint --explain {}",
    "rules": "inheritlint --list-rules",
    "linter": "inheritlint --list-rules",
    "clean": "inheritlint --clean-cache",
    "config": "inheritlint --show-settings",
    "version": "inheritlint --version",
    "help": "inheritlint --help",
}


def refuse_subcommands(paths: Sequence[str]) -> None:
    """Raises SettingsError, which says what was meant, where the first of `paths` is a subcommand of another linter and
    no file has that name."""
    word, *rest = paths or ("",)
    if word in _INSTEAD and not os.path.lexists(word):
        meant = _INSTEAD[word].format(" ".join(rest)).rstrip()
        raise SettingsError(f"there is no subcommand `{word}`; use `{meant}`")


def narrate(tasks: Iterable[Task], seconds: float) -> None:
    """Say which settings each file had, and how long all took."""
    tasks = list(tasks)
    for path, settings in tasks:
        print_error(f"checked {path} with {settings.source or 'the default settings'}")
    print_error(f"checked {len(tasks)} file{'' if len(tasks) == 1 else 's'} in {seconds:.2f} s")
