"""From a tree to blocks: the functions of a file are known at once, their bodies are lowered on demand."""

from collections.abc import Mapping

import libcst as cst

from inheritlint.flow import (
    assignments,
    cleanups,
    comprehensions,
    conditions,
    expressions,
    literals,
    makings,
    patterns,
    statements,
)
from inheritlint.flow.blocks import Class, Function
from inheritlint.flow.definitions import Definitions
from inheritlint.flow.ends import Return
from inheritlint.flow.finishing import finish
from inheritlint.flow.frame import Frame, Grammar, Statements, Values
from inheritlint.semantics.outline import Outline

_VALUES: Values = {
    **literals.VALUES,
    **expressions.VALUES,
    **conditions.VALUES,
    **comprehensions.VALUES,
    **makings.VALUES,
}
_STATEMENTS: Statements = {
    **statements.STATEMENTS,
    **assignments.STATEMENTS,
    **makings.STATEMENTS,
    **cleanups.STATEMENTS,
    **patterns.STATEMENTS,
}
GRAMMAR = Grammar(_VALUES, _STATEMENTS, conditions.condition, assignments.assign)


class Lowering:
    """The functions and classes of a file, by their nodes; `module` is its body."""

    def __init__(self, module: cst.Module, outline: Outline) -> None:
        self._definitions = Definitions(outline)
        self.functions: Mapping[cst.CSTNode, Function] = self._definitions.functions
        self.classes: Mapping[cst.CSTNode, Class] = self._definitions.classes
        self.module = self.functions[module]

    def lower(self, function: Function) -> Function:
        """`function` with its blocks, lowered unless it was before. It needs a deep stack."""
        if not function.blocks:
            frame = Frame(function, self._definitions.scopes[function.node], self._definitions, GRAMMAR)
            if isinstance(function.node, cst.Lambda):
                frame.end(Return(function.node, frame.value(function.node.body)))
            else:
                body = function.node.body
                frame.suite([body] if isinstance(body, cst.BaseSuite) else body)
            finish(function, frame.anchors, frame.pads)
        return function
