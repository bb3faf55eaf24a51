"""The lines beside the source, as SVG. Colours and strokes are the style sheet's: here are only places."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from inheritlint.faces.reports.escaping import plain
from inheritlint.faces.reports.picture.lives import Life
from inheritlint.findings import StepRole

#: Pixels: the height of a line of source (the style sheet's, too), and what a life takes beside it.
ROW, TRACK, MARGIN = 20, 22, 14
#: So many lives are drawn side by side; more than a screen holds do not help.
_MOST_TRACKS = 24

_STARTS = (StepRole.CHILD, StepRole.CHILD_WITHOUT, StepRole.EXEC)
_ENDS = (StepRole.RESET, StepRole.CLOSED)


class Stretch(NamedTuple):
    """A piece of a life, from one height to another, in which children get the descriptor or not."""

    top: float
    bottom: float
    kind: str


def drawing(lives: Sequence[Life], places: Mapping[int, int], height: int) -> str:
    """The lives of one function. `places` gives the row of each line that is shown, `height` how many rows there are;
    empty where there is no life."""
    if not lives:
        return ""
    tracks = _tracks(lives, places, height)
    width = MARGIN * 2 + TRACK * min(max(tracks) + 1, _MOST_TRACKS)
    drawn = "".join(
        _life(life, letter(place), MARGIN + TRACK * track, width, places, height * ROW)
        for place, (life, track) in enumerate(zip(lives, tracks, strict=True))
        if track < _MOST_TRACKS
    )
    names = ", ".join(plain(life.name) for life in lives)
    return (
        f'<svg class="lives" width="{width}" height="{height * ROW}" viewBox="0 0 {width} {height * ROW}" '
        f'role="img" aria-label="{escape(f"The life of {names}")}">{drawn}</svg>'
    )


def letter(place: int) -> str:
    """A, B, … Z, A1, B1, …: what a life is called in the drawing."""
    again, place = divmod(place, 26)
    return f"{chr(ord('A') + place)}{again or ''}"


def _tracks(lives: Sequence[Life], places: Mapping[int, int], height: int) -> list[int]:
    """For each life the first track that is free where it is drawn; from `_MOST_TRACKS` on there is no space."""
    ends: list[int] = []
    tracks: list[int] = []
    for life in lives:
        first, last = _middle(life, places, 0), height * ROW if _stays_open(life) else _middle(life, places, -1)
        free = next((track for track, end in enumerate(ends) if end < first - ROW), len(ends))
        if free < _MOST_TRACKS:
            ends[free:] = [int(last), *ends[free + 1 :]]
        tracks.append(free)
    return tracks


def _life(life: Life, name: str, x: int, width: int, places: Mapping[int, int], bottom: int) -> str:
    numbers = " ".join(str(each.number) for each in life.findings)
    pieces = [f'<g class="life" data-findings="{numbers}"><title>{escape(plain(life.name))}</title>']
    for top, end, kind in _stretches(life, places, bottom):
        pieces.append(f'<line class="{kind}" x1="{x}" y1="{top}" x2="{x}" y2="{end}"/>')
    if _stays_open(life):
        pieces.append(f'<path class="open-end" d="M{x - 4} {bottom - 6} L{x} {bottom - 1} L{x + 4} {bottom - 6}"/>')
    pieces.append(f'<text x="{x - 7}" y="{_middle(life, places, 0) - 6}">{name}</text>')
    for step in life.steps:
        y = places[step.span.line] * ROW + ROW // 2
        tip = f"<title>{escape(plain(f'line {step.span.line}: {step.message}'))}</title>"
        mark = _mark(step.role, x, y, width)
        pieces.append(f'<g class="step {step.role}" data-line="{step.span.line}">{tip}{mark}</g>')
    return "".join([*pieces, "</g>"])


def _stretches(life: Life, places: Mapping[int, int], bottom: int) -> list[Stretch]:
    """The life in pieces; a path that escapes goes on beside it."""
    stretches: list[Stretch] = []
    kind, top = "", 0.0
    for step in life.steps:
        y = places[step.span.line] * ROW + ROW / 2
        after = {
            StepRole.CREATED: "closed",
            StepRole.LOCKED: "closed",
            StepRole.MADE_INHERITABLE: "inheritable",
            StepRole.RESET: "closed",
            StepRole.CLOSED: "",
            StepRole.EXEC: "",
        }.get(step.role, kind)
        if after != kind:
            if kind:
                stretches.append(Stretch(top, y, kind))
            kind, top = after, y
    if kind:
        stretches.append(Stretch(top, bottom - 2, kind))
    return [each for each in stretches if each.top < each.bottom]


def _stays_open(life: Life) -> bool:
    """Whether it leaves the function as children can get it."""
    roles = [step.role for step in life.steps]
    return StepRole.MADE_INHERITABLE in roles and not any(role in _ENDS for role in roles)


def _mark(role: StepRole, x: int, y: int, width: int) -> str:
    if role in _STARTS:
        end = width - 3
        tip = f'<path d="M{end - 5} {y - 4} L{end} {y} L{end - 5} {y + 4}"/>'
        return f'<line x1="{x}" y1="{y}" x2="{end}" y2="{y}"/>{tip}'
    if role is StepRole.ESCAPE:
        return f'<path d="M{x} {y} L{x - 9} {y + 9} M{x - 9} {y + 3} L{x - 9} {y + 9} L{x - 3} {y + 9}"/>'
    if role is StepRole.CLOSED:
        return f'<path d="M{x - 4} {y - 4} L{x + 4} {y + 4} M{x - 4} {y + 4} L{x + 4} {y - 4}"/>'
    if role is StepRole.RESET:
        return f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8"/>'
    return f'<circle cx="{x}" cy="{y}" r="4.5"/>'


def _middle(life: Life, places: Mapping[int, int], step: int) -> int:
    return places[life.steps[step].span.line] * ROW + ROW // 2
