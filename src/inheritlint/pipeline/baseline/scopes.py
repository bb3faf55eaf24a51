"""Which function or class a place in a file is in."""

import ast
import warnings
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
        self._module = Scope(0, len(text), "")
        self._all = list(_scopes(text))

    def around(self, offset: int) -> Scope:
        """The innermost scope that holds `offset`: of those that do, the one that begins last."""
        return max((scope for scope in self._all if scope.start <= offset < scope.end), default=self._module)


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
