"""Where the time of one tree goes, phase by phase, in one process."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import trees

from inheritlint.interpreter import program
from inheritlint.interpreter.target import Target
from inheritlint.pipeline import analysis
from inheritlint.source import extraction, parsing, reading, slicing

#: Phase, and the function that it is.
_PHASES: tuple[tuple[str, Any, str], ...] = (
    ("sieve: bytes searched", analysis, "may_be_relevant"),
    ("ast: text parsed", extraction, "parse_ast"),
    ("slice: parts chosen", slicing, "split_units"),
    ("slice: parts chosen", slicing._Slicer, "__init__"),
    ("slice: parts chosen", slicing._Slicer, "made"),
    ("long data blank_data", extraction, "blank_data"),
    ("LibCST: slices parsed", parsing.cst, "parse_module"),
    ("LibCST: outline", program.Program, "__init__"),
    ("functions solved", program.Program, "run"),
    ("LibCST: positions", parsing.CharacterSpans, "write"),
)


def profile(root: Path) -> dict[str, float]:
    """Seconds of each phase for every Python file below `root`. The modules stay as they were."""
    spent: Counter[str] = Counter()
    before = [(owner, name, getattr(owner, name)) for _, owner, name in _PHASES]
    try:
        for phase, owner, name in _PHASES:
            setattr(owner, name, _timed(getattr(owner, name), phase, spent))
        for path in trees.python_files(root):
            began = time.perf_counter()
            data = reading.read(str(path))
            spent["read"] += time.perf_counter() - began
            analysis.analyse(str(path), data, Target())
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)
    return dict(spent.most_common())


def _timed(function: Callable[..., Any], phase: str, spent: "Counter[str]") -> Callable[..., Any]:
    """`function`, whose own time, without that of the phases inside it, is added to `spent`."""

    def timed(*arguments: Any, **named: Any) -> Any:
        began, inside = time.perf_counter(), spent.total()
        try:
            return function(*arguments, **named)
        finally:
            spent[phase] += time.perf_counter() - began - (spent.total() - inside)

    return timed
