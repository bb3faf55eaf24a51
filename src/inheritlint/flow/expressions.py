"""Expressions that are computed from their parts, one after the other."""

from collections.abc import Sequence
from typing import Any

import libcst as cst

from inheritlint.flow.blocks import Register
from inheritlint.flow.frame import Frame, Values
from inheritlint.flow.instructions import (
    Argument,
    Build,
    Call,
    LoadAttribute,
    LoadItem,
    Operate,
    Slice,
    Suspend,
)

_STARRED = (cst.StarredElement, cst.StarredDictElement)


def _attribute(frame: Frame, node: cst.Attribute) -> Register:
    obj = frame.value(node.value)
    return frame.emit(LoadAttribute(node, frame.register(), obj, node.attr.value))


def index_of(frame: Frame, node: cst.Subscript) -> Register:
    """What stands between the brackets."""
    if len(node.slice) == 1 and not _is_starred(node.slice[0]):
        return _index(frame, node.slice[0].slice)
    items = tuple(_index(frame, each.slice) for each in node.slice)
    spread = frozenset(number for number, each in enumerate(node.slice) if _is_starred(each))
    return frame.emit(Build(node, frame.register(), "tuple", items, (), spread))


def _is_starred(element: cst.SubscriptElement) -> bool:
    return isinstance(element.slice, cst.Index) and bool(element.slice.star)


def _index(frame: Frame, node: cst.BaseSlice) -> Register:
    if isinstance(node, cst.Index):
        return frame.value(node.value)
    assert isinstance(node, cst.Slice)
    bounds = [None if each is None else frame.value(each) for each in (node.lower, node.upper, node.step)]
    return frame.emit(Slice(node, frame.register(), *bounds))


def _subscript(frame: Frame, node: cst.Subscript) -> Register:
    obj = frame.value(node.value)
    index = index_of(frame, node)
    return frame.emit(LoadItem(node, frame.register(), obj, index))


def _call(frame: Frame, node: cst.Call) -> Register:
    receiver = None
    if isinstance(node.func, cst.Attribute):
        receiver = frame.value(node.func.value)
        func = frame.emit(LoadAttribute(node.func, frame.register(), receiver, node.func.attr.value))
    else:
        func = frame.value(node.func)
    arguments = tuple(argument(frame, each) for each in node.args)
    return frame.emit(Call(node, frame.register(), func, arguments, receiver))


def argument(frame: Frame, node: cst.Arg) -> Argument:
    """One argument, evaluated."""
    return Argument(frame.value(node.value), node, None if node.keyword is None else node.keyword.value, node.star)


def _binary(frame: Frame, node: cst.BinaryOperation) -> Register:
    left, right = frame.value(node.left), frame.value(node.right)
    return frame.emit(Operate(node, frame.register(), type(node.operator).__name__, left, right))


def _unary(frame: Frame, node: cst.UnaryOperation) -> Register:
    operand = frame.value(node.expression)
    return frame.emit(Operate(node, frame.register(), type(node.operator).__name__, operand))


def _named(frame: Frame, node: cst.NamedExpr) -> Register:
    src = frame.value(node.value)
    frame.assign(node.target, src)
    return src


def _display(frame: Frame, node: cst.Tuple | cst.List | cst.Set) -> Register:
    items = tuple(frame.value(each.value) for each in node.elements)
    return frame.emit(Build(node, frame.register(), type(node).__name__.lower(), items, (), _spread(node.elements)))


def _spread(elements: Sequence[cst.CSTNode]) -> frozenset[int]:
    return frozenset(number for number, each in enumerate(elements) if isinstance(each, _STARRED))


def _dict(frame: Frame, node: cst.Dict) -> Register:
    keys: list[Register | None] = []
    items: list[Register] = []
    for each in node.elements:
        keys.append(frame.value(each.key) if isinstance(each, cst.DictElement) else None)
        items.append(frame.value(each.value))
    return frame.emit(Build(node, frame.register(), "dict", tuple(items), tuple(keys), _spread(node.elements)))


def _yield(frame: Frame, node: cst.Yield) -> Register:
    given: Any = node.value
    kind = "yield"
    if isinstance(given, cst.From):
        given, kind = given.item, "yield from"
    src = None if given is None else frame.value(given)
    return frame.emit(Suspend(node, frame.register(), kind, src))


def _await(frame: Frame, node: cst.Await) -> Register:
    src = frame.value(node.expression)
    return frame.emit(Suspend(node, frame.register(), "await", src))


def _starred(frame: Frame, node: cst.StarredElement) -> Register:
    """`return *x`, `y = *x`: parsed, and then no CPython compiles it. What stands in it is evaluated."""
    return frame.value(node.value)


VALUES: Values = {
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.NamedExpr: _named,
    cst.Tuple: _display,
    cst.List: _display,
    cst.Set: _display,
    cst.Dict: _dict,
    cst.Yield: _yield,
    cst.Await: _await,
    cst.StarredElement: _starred,
}
