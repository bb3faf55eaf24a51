"""`def`, `lambda` and `class`: defaults and decorators run here, the body of a class too."""

import libcst as cst

from inheritlint.flow.blocks import Register
from inheritlint.flow.expressions import argument
from inheritlint.flow.frame import Frame, Statements, Values
from inheritlint.flow.instructions import MakeClass, MakeFunction
from inheritlint.semantics.outline import parameters


def _function(frame: Frame, node: cst.FunctionDef) -> None:
    decorators = tuple(frame.value(each.decorator) for each in node.decorators)
    frame.store(node, node.name.value, _make(frame, node, node.params, decorators))


def _lambda(frame: Frame, node: cst.Lambda) -> Register:
    return _make(frame, node, node.params, ())


def _make(
    frame: Frame,
    node: cst.FunctionDef | cst.Lambda,
    params: cst.Parameters,
    decorators: tuple[Register, ...],
) -> Register:
    defaults = tuple(
        (each.name.value, frame.value(each.default)) for each in parameters(params) if each.default is not None
    )
    return frame.emit(MakeFunction(node, frame.register(), frame.file.functions[node], decorators, defaults))


def _class(frame: Frame, node: cst.ClassDef) -> None:
    decorators = tuple(frame.value(each.decorator) for each in node.decorators)
    bases = tuple(argument(frame, each).register for each in node.bases)
    for keyword in node.keywords:
        frame.value(keyword.value)
    around, assigned = frame.scope, frame.assigned
    scope = frame.scope = frame.file.scopes[node]
    frame.assigned = set()
    frame.suite([node.body])
    members = {name: scope.prefix + name for name in scope.bound if scope.binds(name)}
    frame.scope, frame.assigned = around, assigned
    made = MakeClass(node, frame.register(), frame.file.classes[node], bases, decorators, members)
    frame.store(node, node.name.value, frame.emit(made))


VALUES: Values = {cst.Lambda: _lambda}
STATEMENTS: Statements = {cst.FunctionDef: _function, cst.ClassDef: _class}
