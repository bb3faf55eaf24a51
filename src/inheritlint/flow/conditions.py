"""Tests and short circuits: `and`, `or`, `not`, chained comparisons and `a if c else b` become edges."""

from collections.abc import Sequence

import libcst as cst

from inheritlint.flow.blocks import Block, Register
from inheritlint.flow.frame import Frame, Values
from inheritlint.flow.instructions import Move, Operate


def condition(frame: Frame, test: cst.BaseExpression, then: Block, other: Block) -> None:
    """Go to `then` where `test` is true, else to `other`."""
    while isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        test, then, other = test.expression, other, then
    match test:
        case cst.BooleanOperation():
            *terms, last = _terms(test)
            for term in terms:
                following = frame.new()
                ways = (following, other) if isinstance(test.operator, cst.And) else (then, following)
                condition(frame, term, *ways)
                frame.block = following
            condition(frame, last, then, other)
        case cst.Comparison() if len(test.comparisons) > 1:
            left = frame.value(test.left)
            for number, part in enumerate(test.comparisons):
                right = frame.value(part.comparator)
                holds = _compare(frame, part, part.operator, left, right)
                is_last = number == len(test.comparisons) - 1
                following = then if is_last else frame.new()
                frame.branch(part, holds, following, other)
                if not is_last:
                    frame.block = following
                left = right
        case _:
            frame.branch(test, frame.value(test), then, other)


def _terms(node: cst.BooleanOperation) -> list[cst.BaseExpression]:
    """The terms of a chain of one operator: `a and b and c` is nested to the left as deep as it is long."""
    found: list[cst.BaseExpression] = [node.right]
    left = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is type(node.operator):
        found.append(left.right)
        left = left.left
    found.append(left)
    return found[::-1]


def _compare(frame: Frame, node: cst.CSTNode, operator: cst.BaseCompOp, left: Register, right: Register) -> Register:
    return frame.emit(Operate(node, frame.register(), type(operator).__name__, left, right))


def _boolean(frame: Frame, node: cst.BooleanOperation) -> Register:
    result, after = frame.register(), frame.new()
    *terms, last = _terms(node)
    for term in terms:
        src = frame.value(term)
        frame.emit(Move(node, result, src))
        following = frame.new()
        ways = (following, after) if isinstance(node.operator, cst.And) else (after, following)
        frame.branch(term, src, *ways)
        frame.block = following
    frame.emit(Move(node, result, frame.value(last)))
    frame.go_on(after)
    return result


def _comparison(frame: Frame, node: cst.Comparison) -> Register:
    left = frame.value(node.left)
    if len(node.comparisons) == 1:
        part = node.comparisons[0]
        return _compare(frame, node, part.operator, left, frame.value(part.comparator))
    return _chain(frame, node, left, node.comparisons)


def _chain(frame: Frame, node: cst.Comparison, left: Register, parts: Sequence[cst.ComparisonTarget]) -> Register:
    result, after = frame.register(), frame.new()
    for number, part in enumerate(parts):
        right = frame.value(part.comparator)
        holds = _compare(frame, part, part.operator, left, right)
        frame.emit(Move(node, result, holds))
        if number < len(parts) - 1:
            following = frame.new()
            frame.branch(part, holds, following, after)
            frame.block = following
        left = right
    frame.go_on(after)
    return result


def _if_expression(frame: Frame, node: cst.IfExp) -> Register:
    result, then, other, after = frame.register(), frame.new(), frame.new(), frame.new()
    frame.condition(node.test, then, other)
    for way, part in ((then, node.body), (other, node.orelse)):
        frame.block = way
        frame.emit(Move(node, result, frame.value(part)))
        frame.jump(after)
    frame.block = after
    return result


VALUES: Values = {
    cst.BooleanOperation: _boolean,
    cst.Comparison: _comparison,
    cst.IfExp: _if_expression,
}
