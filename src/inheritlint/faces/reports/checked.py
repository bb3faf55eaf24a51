"""What a run found, as every report is given it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inheritlint.findings import Finding
from inheritlint.pipeline.outcome import Outcome


class Checked(NamedTuple):
    """The outcomes of a run in the order of its files; `unsafe` says that unsafe fixes are trusted, `problems` what
    could not be done beside them, a sentence each, `compared` that known findings were told apart."""

    outcomes: Sequence[Outcome]
    unsafe: bool = False
    problems: tuple[str, ...] = ()
    compared: bool = False

    @property
    def findings(self) -> Iterator[tuple[Outcome, Finding]]:
        """Every finding that is reported, with its file."""
        for outcome in self.outcomes:
            for finding in outcome.findings:
                yield outcome, finding
