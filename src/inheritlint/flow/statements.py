"""Statements that steer: `if`, loops, `return`, `raise`, `assert`."""

from typing import Any

import libcst as cst

from inheritlint.flow.blocks import Block
from inheritlint.flow.ends import Raise
from inheritlint.flow.frame import Frame, Loop, Statements, Way
from inheritlint.flow.instructions import Literal, Move
from inheritlint.semantics.names import dotted

#: How many returns run through a copy of a `finally` of their own; more of them share one.
_OWN = 3


def _nothing(frame: Frame, node: cst.CSTNode) -> None:
    """A statement that does nothing when it runs."""


def _body(frame: Frame, node: Any) -> None:
    frame.suite(node.body)


def _expression(frame: Frame, node: cst.Expr) -> None:
    if isinstance(node.value, cst.GeneratorExp):  # it is never gone through
        frame.value(node.value.for_in.iter)
    elif not isinstance(node.value, (cst.SimpleString, cst.Ellipsis)):  # a docstring, a body that is left out
        frame.function.dropped.add(frame.value(node.value))


def _if(frame: Frame, node: cst.If) -> None:
    after = frame.new()
    at: cst.If | cst.Else | None = node
    while isinstance(at, cst.If):
        then, other = frame.new(), frame.new()
        frame.condition(at.test, then, other)
        frame.block = then
        frame.suite([at.body])
        frame.jump(after)
        frame.block = other
        at = at.orelse
    if at is not None:
        frame.suite([at.body])
    frame.go_on(after)


def _while(frame: Frame, node: cst.While) -> None:
    head, body, orelse, after = (frame.new() for _ in range(4))
    frame.go_on(head)
    if isinstance(node.test, (cst.Name, cst.Integer)) and node.test.value in ("True", "1"):
        frame.jump(body)
    else:
        frame.condition(node.test, body, orelse)
    frame.block = body
    _turn(frame, node, head, orelse, after)


def _for(frame: Frame, node: cst.For) -> None:
    head, orelse = frame.iterate(node, frame.value(node.iter))
    _turn(frame, node, head, orelse, frame.new())


def _turn(frame: Frame, node: cst.While | cst.For, head: Block, orelse: Block, after: Block) -> None:
    """The body of a loop, and what follows where it ends by itself."""
    frame.loops.append(Loop(head, after, len(frame.cleanups)))
    frame.suite([node.body])
    frame.jump(head)
    frame.loops.pop()
    frame.block = orelse
    if node.orelse is not None:
        frame.suite([node.orelse.body])
    frame.go_on(after)


def _break(frame: Frame, node: cst.Break) -> None:
    if frame.loops:
        loop = frame.loops[-1]
        frame.leave(Way(loop.after.number, loop.cleanups))


def _continue(frame: Frame, node: cst.Continue) -> None:
    if frame.loops:
        loop = frame.loops[-1]
        frame.leave(Way(loop.head.number, loop.cleanups))


def _return(frame: Frame, node: cst.Return) -> None:
    src = None if node.value is None else frame.value(node.value)
    way = Way(None, 0, node, src)
    dear = [cleanup for cleanup in frame.cleanups if cleanup.returns is not None]
    if dear and (frame.copies or any((cleanup.returns or 0) >= _OWN for cleanup in dear)):
        if src is None:
            src = frame.emit(Literal(node, frame.register(), None))
        way = frame.result = frame.result or Way(None, 0, node, frame.register())
        assert way.src is not None
        frame.emit(Move(node, way.src, src))
    else:
        for cleanup in dear:
            cleanup.returns = (cleanup.returns or 0) + 1
    frame.leave(way)


def _raise(frame: Frame, node: cst.Raise) -> None:
    exc = None if node.exc is None else frame.value(node.exc)
    if node.cause is not None:
        frame.value(node.cause.item)
    frame.end(Raise(node, exc, None if node.exc is None else _class_of(frame, node.exc)))


def _class_of(frame: Frame, exc: cst.BaseExpression) -> str | None:
    """The last name of the class of an exception; None where it is a variable, or made by a function."""
    name = dotted(exc.func if isinstance(exc, cst.Call) else exc)
    if name is None or not frame.scope.names_a_class(name.partition(".")[0]):
        return None
    return name.rpartition(".")[2]


def _assert(frame: Frame, node: cst.Assert) -> None:
    passed, failed = frame.new(), frame.new()
    frame.condition(node.test, passed, failed)
    frame.block = failed
    if node.msg is not None:
        frame.value(node.msg)
    frame.end(Raise(node, None, "AssertionError"))
    frame.block = passed


STATEMENTS: Statements = {
    cst.SimpleStatementLine: _body,
    cst.SimpleStatementSuite: _body,
    cst.IndentedBlock: _body,
    cst.Pass: _nothing,
    cst.Global: _nothing,
    cst.Nonlocal: _nothing,
    cst.Expr: _expression,
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
}
