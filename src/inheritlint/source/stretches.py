"""A file as stretches of whole statements of its module: each can be read without the others."""

from _ast import expr, stmt
from bisect import bisect_right
from functools import lru_cache

from inheritlint.findings import LineTable
from inheritlint.source.nesting import NestedTooDeeplyError, parse_ast


class Stretches:
    """Where each stretch begins, as offsets in characters, and last the end of the text."""

    def __init__(self, text: str, beginnings: list[int]) -> None:
        self._ends = [*beginnings, len(text)]

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The stretch, or those together, in which all from `start` to `end` stands."""
        ends = self._ends
        first = min(max(bisect_right(ends, start), 1), len(ends) - 1)
        last = max(bisect_right(ends, max(start, end - 1)), first)
        return ends[first - 1], ends[min(last, len(ends) - 1)]


@lru_cache(maxsize=2)
def stretches_of(text: str) -> Stretches:
    """The stretches of `text`: from the line in which a statement begins, if none ends there, up to the next one's;
    all of it is one where the running Python cannot parse it."""
    try:
        module = parse_ast(text)
    except NestedTooDeeplyError:
        module = None
    lines = LineTable(text)
    beginnings = [0]
    free = 2  # the first line in which no statement before stands
    for statement in module.body if module else ():
        first = first_line(statement)
        if first >= free:
            beginnings.append(lines.offset(first))
        free = (statement.end_lineno or first) + 1
    return Stretches(text, beginnings)


def first_line(statement: stmt | expr) -> int:
    """The line in which a statement begins, its decorators included, or an expression."""
    decorators: list[expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])
