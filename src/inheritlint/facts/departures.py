"""Which statements may leave the path they are on: by what they say, or by an exception out of a call."""

from collections.abc import Iterable
from functools import cached_property

import libcst as cst

from inheritlint.facts.outline import Outline
from inheritlint.knowledge.calls import HARMLESS, HARMLESS_METHODS

#: Statements that lead away, define or import: they are always run.
_MOVING = frozenset([
    cst.Return, cst.Raise, cst.Break, cst.Continue, cst.Yield, cst.Await, cst.Import, cst.ImportFrom, cst.Global,
    cst.Nonlocal, cst.FunctionDef, cst.ClassDef, cst.Assert, cst.Del, cst.Lambda,
])  # fmt: skip
_LOSING = frozenset([cst.Await, cst.Yield, cst.Raise, cst.Assert, cst.With, cst.Import, cst.ImportFrom])


class Departures:
    """Answers for one file, of which `outline` knows the nodes."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    @cached_property
    def moving(self) -> set[cst.CSTNode]:
        """Every node that is, or holds, a statement that leads away."""
        return self._holding(node for node in self._outline.parents if type(node) in _MOVING)

    @cached_property
    def losing(self) -> set[cst.CSTNode]:
        """Every node that is, or holds, a point at which control may be lost: a call that raises in the use that
        programs make of it, for one. What is run and what is stepped over agree on that."""
        calls = (call for call in self._outline.calls if not self._is_harmless(call))
        return self._holding([*calls, *(node for node in self._outline.parents if type(node) in _LOSING)])

    def _is_harmless(self, call: cst.Call) -> bool:
        match call.func:
            case cst.Name(value=name):
                return f"builtins.{name}" in HARMLESS and not self._outline.is_bound(name)
            case cst.Attribute(attr=cst.Name(value=name)):
                return name in HARMLESS_METHODS
        return False

    def _holding(self, nodes: Iterable[cst.CSTNode]) -> set[cst.CSTNode]:
        """`nodes`, and all that holds one of them."""
        found: set[cst.CSTNode] = set()
        for node in nodes:
            while node not in found:
                found.add(node)
                node = self._outline.parents.get(node, node)
        return found
