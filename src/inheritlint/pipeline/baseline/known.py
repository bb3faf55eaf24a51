# ruff: noqa: PTH100, PTH118
"""Outcomes of a run, with what was known before told apart from what is new."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from inheritlint.findings import Finding, Span
from inheritlint.pipeline.baseline.entries import BaselineFile
from inheritlint.pipeline.baseline.identity import Identity, identities
from inheritlint.pipeline.baseline.matching import match
from inheritlint.pipeline.baseline.revision import Revision
from inheritlint.pipeline.checking import found
from inheritlint.pipeline.codes import FILE_NOT_CHECKED
from inheritlint.pipeline.outcome import Outcome
from inheritlint.pipeline.selection import report_filter
from inheritlint.pipeline.settings import Settings

#: The settings of the file at an absolute path.
SettingsOf = Callable[[str], Settings]


class Compared(NamedTuple):
    """The outcomes with known findings apart, and the old ones that are there no more."""

    outcomes: list[Outcome]
    gone: list[Identity]


def beside_file(file: BaselineFile, outcomes: Sequence[Outcome], settings_of: SettingsOf) -> Compared:
    """Compare `outcomes` with the baseline in `file`. Raises SettingsError where that cannot be read.

    An entry counts where its file was analysed or is there no more: what a run did not look at is neither gone nor
    moved elsewhere."""
    is_in_reach = _reach(file, outcomes)
    old = [each for each in file.read() if is_in_reach(each)]
    compared = _compare(old, outcomes, file.name_of)
    gone = [each for each in compared.gone if _would_be_reported(file.path_of(each.path), each.code, settings_of)]
    return compared._replace(gone=gone)


def beside_revision(revision: Revision, outcomes: Sequence[Outcome], settings_of: SettingsOf) -> Compared:
    """Compare `outcomes` with what is found in the same files as they were at `revision`. Raises SettingsError."""
    old = list(_found_then(revision, outcomes, settings_of))
    return _compare(old, outcomes, lambda path: revision.name_of(path) or os.path.abspath(path))


def together(*comparisons: Sequence[Outcome]) -> list[Outcome]:
    """The same outcomes as several comparisons left them: a finding is known where any of them knows it."""
    outcomes = []
    for first, *others in zip(*comparisons, strict=True):
        for other in others:
            left = set(first.findings)
            first = _apart(first, [each for each in other.known if each in left])
        outcomes.append(first)
    return outcomes


def updated(file: BaselineFile, outcomes: Sequence[Outcome]) -> list[Identity]:
    """What `file` is to hold after a run: what was found, and the entries that the run could not judge."""
    kept: list[Identity] = []
    if os.path.lexists(file.path):
        is_in_reach = _reach(file, outcomes)
        kept = [each for each in file.read() if not is_in_reach(each)]
    for outcome in outcomes:
        findings = [each for each in outcome.findings if each.code != FILE_NOT_CHECKED]
        kept += identities(file.name_of(outcome.path), outcome.source, findings)
    return kept


def _compare(old: Sequence[Identity], outcomes: Sequence[Outcome], name_of: Callable[[str], str]) -> Compared:
    places: list[tuple[int, Finding]] = []
    new: list[Identity] = []
    for place, outcome in enumerate(outcomes):
        # What could not be analysed may hide anything: it is said each time.
        findings = [each for each in outcome.findings if each.code != FILE_NOT_CHECKED]
        new += identities(name_of(outcome.path), outcome.source, findings)
        places += ((place, finding) for finding in findings)
    matching = match(old, new)
    known: dict[int, list[Finding]] = {}
    for (place, finding), is_known in zip(places, matching.is_known, strict=True):
        if is_known:
            known.setdefault(place, []).append(finding)
    return Compared([_apart(each, known.get(place, [])) for place, each in enumerate(outcomes)], matching.gone)


def _apart(outcome: Outcome, known: list[Finding]) -> Outcome:
    apart = set(known)
    left = tuple(each for each in outcome.findings if each not in apart)
    return outcome._replace(findings=left, known=(*outcome.known, *known)) if known else outcome


def _reach(file: BaselineFile, outcomes: Sequence[Outcome]) -> Callable[[Identity], bool]:
    """Whether a run with these outcomes can say if an entry's finding is still there."""
    analysed = {file.name_of(each.path): _is_analysed(each) for each in outcomes}

    def is_in_reach(entry: Identity) -> bool:
        return analysed.get(entry.path, not os.path.lexists(file.path_of(entry.path)))

    return is_in_reach


def _is_analysed(outcome: Outcome) -> bool:
    return not outcome.problems and all(each.code != FILE_NOT_CHECKED for each in outcome.findings)


def _would_be_reported(path: str, code: str, settings_of: SettingsOf) -> bool:
    """Whether the settings let a finding of the rule be reported: where they do not, that it is gone says nothing."""
    from inheritlint.pipeline.registry import all_rules  # only an entry without a finding needs the rules

    rule = all_rules().get(code)
    if rule is None:
        return True
    example = Finding(code, rule.name, rule.severity, "", Span(0, 0, 1, 1, 1, 1), by_default=rule.on_by_default)
    return report_filter(settings_of(path), path)(example)


def _found_then(revision: Revision, outcomes: Sequence[Outcome], settings_of: SettingsOf) -> Iterator[Identity]:
    for now, then, data in revision.contents(outcome.path for outcome in outcomes):
        if not then.endswith((".py", ".pyw")) and not data.startswith(b"#!"):
            continue  # one of all the files that are no more
        settings = settings_of(os.path.join(revision.root, now))
        try:
            outcome = found(os.path.join(revision.root, then), data, settings)
        except Exception:  # a fault of ours about what is no more: nothing of it is known
            continue
        yield from identities(now, outcome.source, outcome.findings)
