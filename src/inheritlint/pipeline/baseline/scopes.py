"""Which function or class a place in a file is in."""

import ast
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from inheritlint.findings import LineTable
from inheritlint.source.nesting import NestedTooDeeplyError, module_of

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Scope(NamedTuple):
    """A class or function from its `def` to its end, as offsets; its dotted name, which a module does not have."""

    start: int
    end: int
    name: str


class Scopes:
    """The scopes of a text. One that is not Python is a module and nothing else."""

    def __init__(self, text: str) -> None:
        self._all = [Scope(0, len(text) + 1, ""), *sorted(_scopes(text))]
        #: The place of the scope around each; that of the module is its own.
        self._outer = [0]
        for place, scope in enumerate(self._all[1:]):
            outer = place  # the one that begins before it, or one around that
            while self._all[outer].end <= scope.start:
                outer = self._outer[outer]
            self._outer.append(outer)

    def around(self, offset: int) -> Scope:
        """The innermost scope that holds `offset`."""
        place = bisect_right(self._all, offset, key=lambda scope: scope.start) - 1
        while self._all[place].end <= offset and place:
            place = self._outer[place]
        return self._all[place]


def _scopes(text: str) -> Iterator[Scope]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            module = module_of(text)
        except NestedTooDeeplyError:
            return
    lines = LineTable(text)
    waiting: list[tuple[ast.AST, str]] = [(module, "")] if module else []
    while waiting:
        node, outer = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _DEFINITIONS):
                name = f"{outer}.{child.name}" if outer else child.name
                start = lines.offset_of_byte(child.lineno, child.col_offset)
                yield Scope(start, lines.offset_of_byte(child.end_lineno or 1, child.end_col_offset or 0), name)
                waiting.append((child, name))
            elif isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
                waiting.append((child, outer))
