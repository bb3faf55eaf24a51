"""`except`: the landing pad of a `try` asks each handler in turn."""

import libcst as cst

from inheritlint.flow.assignments import delete_name
from inheritlint.flow.blocks import Block
from inheritlint.flow.ends import Catch, Raise
from inheritlint.flow.frame import Frame
from inheritlint.flow.instructions import Caught, Opaque
from inheritlint.semantics.names import dotted

_Handler = cst.ExceptHandler | cst.ExceptStarHandler


def guarded(frame: Frame, node: cst.Try | cst.TryStar) -> None:
    """The body, `else` and handlers of a `try`, without its `finally`."""
    if not node.handlers:
        frame.suite([node.body])
        _orelse(frame, node)
        return
    after, pad = frame.new(), frame.new()
    with frame.landing(pad):
        frame.suite([node.body])
    _orelse(frame, node)
    frame.jump(after)
    frame.block = pad
    for handler in node.handlers:
        body, other = frame.new(), frame.new()
        types = _types(frame, handler.type)
        frame.end(Catch(handler, body.number, other.number, types, _always_raises(handler)))
        frame.block = body
        _run(frame, handler)
        if isinstance(node, cst.TryStar):
            _rest(frame, handler, after, other)
        frame.jump(after)
        frame.block = other
    frame.end(Raise(node, None))
    frame.block = after


def _orelse(frame: Frame, node: cst.Try | cst.TryStar) -> None:
    """`else`: what it raises is not caught here."""
    if node.orelse is not None:
        frame.suite([node.orelse.body])


def _run(frame: Frame, handler: _Handler) -> None:
    name = handler.name.name if handler.name is not None else None
    if name is not None:
        frame.assign(name, frame.emit(Caught(handler, frame.register())))
    frame.suite([handler.body])
    if isinstance(name, cst.Name) and frame.is_open:
        delete_name(frame, name)  # Python unbinds it


def _always_raises(handler: _Handler) -> bool:
    """Whether a handler ends in a `raise`, and there is no other way out of it."""
    last = handler.body.body[-1] if handler.body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    if not isinstance(last, cst.Raise):
        return False
    others = _OtherWaysOut()
    handler.body.visit(others)
    return not others.found


class _OtherWaysOut(cst.CSTVisitor):
    """Looks for statements that leave a handler, or a loop in it."""

    found = False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False

    def visit_Return(self, node: cst.Return) -> None:
        self.found = True

    def visit_Break(self, node: cst.Break) -> None:
        self.found = True

    def visit_Continue(self, node: cst.Continue) -> None:
        self.found = True


def _rest(frame: Frame, handler: _Handler, after: Block, other: Block) -> None:
    """Behind an `except*` the group may have other exceptions, for the next handler."""
    if frame.is_open:
        frame.branch(handler, frame.emit(Opaque(handler, frame.register())), after, other)


def _types(frame: Frame, node: cst.BaseExpression | None) -> tuple[str, ...]:
    """The last names of the classes that a handler catches, `?` for what is computed."""
    if node is None:
        return ()
    parts = [element.value for element in node.elements] if isinstance(node, cst.Tuple) else [node]
    return tuple(_type(frame, part) for part in parts)


def _type(frame: Frame, node: cst.BaseExpression) -> str:
    name = dotted(node)
    if name is None:
        frame.value(node)
        return "?"
    return name.rpartition(".")[2] if frame.scope.names_a_class(name.partition(".")[0]) else "?"
