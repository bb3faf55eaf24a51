# ruff: noqa: PTH109
"""`--baseline`, `--update-baseline` and `--diff-base`: what a run says beside what was there before."""

import os
from collections.abc import Sequence
from typing import NamedTuple

from inheritlint.faces.cli.output import print_error
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.outcome import Outcome


class Comparing(NamedTuple):
    """What the command line asks a run to be compared with."""

    baseline: str | None = None
    update: bool = False
    diff_base: str | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether there is anything to compare with."""
        return self.baseline is not None or self.diff_base is not None


class Comparison:
    """One run's comparison. Raises SettingsError where there is nothing to compare with."""

    def __init__(self, asked: Comparing, configuration: Configuration) -> None:
        # Few runs are compared with anything, and this module is loaded for those.
        from inheritlint.pipeline.baseline.entries import BaselineFile
        from inheritlint.pipeline.baseline.revision import Revision

        self._asked, self._configuration = asked, configuration
        self._revision = Revision(asked.diff_base, os.getcwd()) if asked.diff_base is not None else None
        self._file = BaselineFile(asked.baseline) if asked.baseline is not None else None
        if self._file and (not asked.update or os.path.lexists(self._file.path)):
            self._file.read()

    def is_unchanged(self, path: str) -> bool:
        """Whether the file at `path` cannot hold anything new."""
        return self._revision is not None and self._revision.is_unchanged(path)

    def apart(self, outcomes: Sequence[Outcome], *, quiet: bool) -> list[Outcome]:
        """`outcomes` with what is known apart; the baseline is written where that is asked for. Raises SettingsError,
        and OSError where it cannot be written."""
        from inheritlint.pipeline.baseline.known import beside_file, beside_revision, together

        compared = []
        if self._revision:
            compared.append(beside_revision(self._revision, outcomes, self._configuration.of_file).outcomes)
        if self._file:
            if self._asked.update:
                self._update(outcomes, quiet=quiet)
            known, gone = beside_file(self._file, outcomes, self._configuration.of_file)
            compared.append(known)
            if gone and not quiet:
                print_error(
                    f"{self._file.path}: {_entries(len(gone))} no longer found; "
                    "use `--update-baseline` to remove fixed findings"
                )
        return together(*compared)

    def _update(self, outcomes: Sequence[Outcome], *, quiet: bool) -> None:
        from collections import Counter

        from inheritlint.pipeline.baseline.known import updated

        assert self._file is not None
        before = Counter(self._file.read() if os.path.lexists(self._file.path) else ())
        after = Counter(updated(self._file, outcomes))
        self._file.write(after.elements())
        if not quiet:
            added, removed = (after - before).total(), (before - after).total()
            print_error(f"{self._file.path}: {_entries(after.total())} written ({added} added, {removed} removed)")


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"
