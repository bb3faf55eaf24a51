"""Which function or class a place in a file is in, and which call."""

import ast
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from inheritlint.findings import LineTable
from inheritlint.source.nesting import NestedTooDeeplyError, parse_ast

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Scope(NamedTuple):
    """A class or function from its `def` to its end, as offsets; its dotted name, which a module does not have. A call
    is one as well, without a name."""

    start: int
    end: int
    name: str


class Scopes:
    """The scopes and calls of a text. One that is not Python is a module and nothing else."""

    def __init__(self, text: str) -> None:
        module = Scope(0, len(text) + 1, "")
        tree = _parsed(text)
        lines = LineTable(text)
        self._scopes = _Nested(module, _scopes(tree, lines) if tree else ())
        self._calls = _Nested(module, _calls(tree, lines) if tree else ())

    def around(self, offset: int) -> Scope:
        """The innermost scope that holds `offset`."""
        return self._scopes.around(offset, offset + 1)

    def call_around(self, start: int, end: int) -> tuple[int, int]:
        """Where the innermost call begins and ends that holds `start` to `end`; these two where none does."""
        call = self._calls.around(start, end)
        return (start, end) if call.start == 0 and call is self._calls.outermost else (call.start, call.end)


class _Nested:
    """Stretches of which any two either lie apart or one in the other, in `outermost`."""

    def __init__(self, outermost: Scope, inner: Iterable[Scope]) -> None:
        self.outermost = outermost
        self._all = [outermost, *sorted(inner, key=lambda each: (each.start, -each.end))]
        #: The place of the stretch around each; that of the outermost is its own.
        self._outer = [0]
        for place, each in enumerate(self._all[1:]):
            outer = place  # the one that begins before it, or one around that
            while self._all[outer].end <= each.start:
                outer = self._outer[outer]
            self._outer.append(outer)

    def around(self, start: int, end: int) -> Scope:
        """The innermost that holds all from `start` to `end`."""
        place = bisect_right(self._all, start, key=lambda each: each.start) - 1
        while self._all[place].end < end and place:
            place = self._outer[place]
        return self._all[place]


def _parsed(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return parse_ast(text)
        except NestedTooDeeplyError:
            return None


def _scopes(module: ast.Module, lines: LineTable) -> Iterator[Scope]:
    waiting: list[tuple[ast.AST, str]] = [(module, "")]
    while waiting:
        node, outer = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _DEFINITIONS):
                name = f"{outer}.{child.name}" if outer else child.name
                yield _stretch(child, lines, name)
                waiting.append((child, name))
            elif isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
                waiting.append((child, outer))


def _calls(module: ast.Module, lines: LineTable) -> Iterator[Scope]:
    return (_stretch(node, lines, "") for node in ast.walk(module) if isinstance(node, ast.Call))


def _stretch(node: ast.stmt | ast.expr, lines: LineTable, name: str) -> Scope:
    start = lines.offset_of_byte(node.lineno, node.col_offset)
    return Scope(start, lines.offset_of_byte(node.end_lineno or 1, node.end_col_offset or 0), name)
