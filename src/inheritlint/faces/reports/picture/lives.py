"""Findings of a file by function, and in a function by descriptor: what the picture draws."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from inheritlint.findings import Finding, LineTable, Span, Step, StepRole
from inheritlint.pipeline.baseline.scopes import Scope, Scopes
from inheritlint.pipeline.outcome import Outcome

#: A function of so many lines is shown whole; of a longer one what is around the steps.
_SHORT, _AROUND = 30, 2

_NAME = re.compile(r"`([^`]+)`")
_ASSIGNED = re.compile(r"(?<![\w.])([\w.]+) ?= ?")
#: With what the story of a descriptor begins, where nothing happens to it at the finding's own place.
_BEGINNINGS = (StepRole.CREATED, StepRole.RECEIVED)
#: So much of a line is searched for the name that a descriptor is given.
_LONGEST = 200


class Numbered(NamedTuple):
    """A finding and its number in the page, from 1."""

    number: int
    finding: Finding


class Life(NamedTuple):
    """One descriptor: what it is called, what happens to it in the order of the lines, and what is found about it."""

    name: str
    steps: tuple[Step, ...]
    findings: tuple[Numbered, ...]


class Function(NamedTuple):
    """One function with findings (the module where `name` is empty): the lines that are shown, the lives of its
    descriptors, and all findings in it."""

    name: str
    rows: tuple[int, ...]
    lives: tuple[Life, ...]
    findings: tuple[Numbered, ...]


def functions(outcome: Outcome, first: int) -> Iterator[Function]:
    """The functions of a file in which something is found, in the order of the file; findings are numbered from
    `first`."""
    numbered = [Numbered(number, finding) for number, finding in enumerate(outcome.findings, first)]
    if outcome.source is None:
        if numbered:
            yield Function("", (), (), tuple(numbered))
        return
    scopes, lines = Scopes(outcome.source.text), LineTable(outcome.source.text)
    by_scope: dict[Scope, list[Numbered]] = {}
    for each in numbered:
        by_scope.setdefault(scopes.around(each.finding.span.start), []).append(each)
    for scope, found in sorted(by_scope.items()):
        lives = tuple(_lives(found, outcome.source.text))
        yield Function(scope.name, tuple(_rows(scope, found, lines)), lives, tuple(found))


def _lives(found: Iterable[Numbered], text: str) -> Iterator[Life]:
    """The descriptors that findings tell a story of; what is found at a step of one, without a story, is of it."""
    stories: dict[tuple[Span, str], list[Numbered]] = {}
    others: list[Numbered] = []
    for each in found:
        steps = [step for step in each.finding.steps if step.role is not StepRole.NONE]
        if steps and (each.finding.role or steps[0].role in _BEGINNINGS):
            stories.setdefault((steps[0].span, _name(each.finding, steps[0].span, text)), []).append(each)
        else:
            others.append(each)
    others.sort(key=lambda each: each.finding.span.start)
    starts = [each.finding.span.start for each in others]
    for (_, name), told in stories.items():
        # A place may have two roles: a start that raises is where a path escapes, too.
        once = {(step.span, step.role): step for each in told for step in each.finding.steps if step.role}
        ordered = tuple(sorted(once.values(), key=lambda step: (step.span.line, _ORDER.index(step.role))))
        at_steps = [each for step in ordered for each in _inside(step.span, others, starts)]
        yield Life(name, ordered, tuple(sorted({*told, *at_steps}, key=lambda each: each.number)))


def _inside(place: Span, others: list[Numbered], starts: list[int]) -> Iterator[Numbered]:
    """Those of `others`, which begin at `starts`, that stand in `place`, as an argument does in its call."""
    for each in others[bisect_left(starts, place.start) : bisect_right(starts, place.end)]:
        if each.finding.span.end <= place.end:
            yield each


#: Of what happens on one line, what comes first.
_ORDER = list(StepRole)


def _name(finding: Finding, first: Span, text: str) -> str:
    """What the descriptor is called in the story, or in the message. Where that is the call in the line of `first` that
    creates it, it is called by the name that it is given there."""
    sentences = (*(step.message for step in finding.steps if step.span != finding.span), finding.message)
    name = next((match[1] for match in map(_NAME.search, sentences) if match), "the descriptor")
    begin = first.start - first.column + 1
    line = text[begin : begin + _LONGEST]
    return next((match[1] for match in _ASSIGNED.finditer(line) if line.startswith(f"{name}(", match.end())), name)


def _rows(scope: Scope, found: Iterable[Numbered], lines: LineTable) -> Iterator[int]:
    """The lines that are shown, each once and in order."""
    first, last = lines.place(scope.start)[0], lines.place(max(scope.start, scope.end - 1))[0]
    shown: set[int] = set()
    if scope.name:
        shown.update(range(first, last + 1 if last - first < _SHORT else first + 1))
    for each in found:
        for span in (each.finding.span, *(step.span for step in each.finding.steps)):
            inside = first <= span.line <= last
            begin, end = (first, last) if inside else (1, len(lines))
            shown.update(range(max(begin, span.line - _AROUND), min(span.line + _AROUND, end) + 1))
    yield from sorted(shown)
