"""What was found in a file before.

Only what passes the byte sieve comes here, a file in a hundred: the rest is judged sooner than it is looked up.
"""

import re
from typing import TYPE_CHECKING, Any

from inheritlint.findings import Edit, Finding, Fix, Safety, Severity, Span, Step, StepRole
from inheritlint.pipeline.cache import Place, place

if TYPE_CHECKING:
    from inheritlint.interpreter.target import Target

_CODE = r"INH[0-9]{3}"


def place_of(name: str, data: bytes, target: "Target") -> Place:
    """Where it is kept what is found in a file of that base name with the content `data`."""
    return place((name, tuple(target)), data)


def findings_at(kept: Place) -> tuple[Finding, ...] | None:
    """What was found; None where that is not known."""
    answer = kept.read()
    try:
        return None if answer is None else tuple(_finding(*each) for each in answer)
    except (ValueError, TypeError, LookupError):
        return None


def _finding(
    code: str,
    name: str,
    severity: str,
    message: str,
    span: list[int],
    fix: Any,
    trace: list[tuple[list[int], str, str]],
    other_path: list[tuple[list[int], str, str]],
    role: str,
    by_default: bool,
) -> Finding:
    """A finding as JSON keeps it; raises TypeError or ValueError for what is none."""
    mended = None
    if fix is not None:
        edits, safety, about, certain = fix
        mended = Fix(tuple(_edit(*each) for each in edits), Safety(safety), _text(about), certain is True)
    if not re.fullmatch(_CODE, code):
        raise ValueError(code)
    place = Span(*_numbers(span))
    known, here = Severity(severity), StepRole(role)
    steps, others = _steps(trace), _steps(other_path)
    return Finding(code, _text(name), known, _text(message), place, mended, steps, others, here, by_default is True)


def _steps(path: list[tuple[list[int], str, str]]) -> tuple[Step, ...]:
    return tuple(Step(Span(*_numbers(place)), _text(sentence), StepRole(role)) for place, sentence, role in path)


def _edit(start: int, end: int, text: str) -> Edit:
    _numbers([start, end])
    return Edit(start, end, _text(text))


def _numbers(values: list[int]) -> list[int]:
    if any(type(value) is not int or value < 0 for value in values):
        raise ValueError(values)
    return values


def _text(value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
