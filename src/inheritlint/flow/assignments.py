"""Assignments, deletions and imports."""

from collections.abc import Sequence
from typing import Any

import libcst as cst

from inheritlint.flow.blocks import Register
from inheritlint.flow.expressions import index_of
from inheritlint.flow.frame import Frame, Statements
from inheritlint.flow.instructions import (
    Delete,
    Import,
    LoadAttribute,
    LoadItem,
    Move,
    Opaque,
    Operate,
    StoreAttribute,
    StoreItem,
    Unpack,
)
from inheritlint.semantics.names import imported, parts


def assign(frame: Frame, target: cst.CSTNode, src: Register) -> None:
    """Assign `src` to a name, an attribute, a subscript, or its elements to those of a tuple."""
    match target:
        case cst.Name():
            frame.store(target, target.value, src)
        case cst.Attribute():
            obj = frame.value(target.value)
            frame.emit(StoreAttribute(target, frame.register(), obj, target.attr.value, src))
        case cst.Subscript():
            obj = frame.value(target.value)
            index = index_of(frame, target)
            frame.emit(StoreItem(target, frame.register(), obj, index, src))
        case cst.Tuple() | cst.List():
            _unpack(frame, target.elements, src)


def _unpack(frame: Frame, elements: Sequence[cst.BaseElement], src: Register) -> None:
    stars = [number for number, each in enumerate(elements) if isinstance(each, cst.StarredElement)]
    starred = stars[0] if stars else None
    taken = [
        frame.emit(Unpack(each, frame.register(), src, number, len(elements), starred))
        for number, each in enumerate(elements)
    ]
    for each, register in zip(elements, taken, strict=True):
        frame.assign(each.value, register)


def _assign(frame: Frame, node: cst.Assign) -> None:
    src = frame.value(node.value)
    for target in node.targets:
        frame.assign(target.target, src)


def _annotated(frame: Frame, node: cst.AnnAssign) -> None:
    if node.value is not None:
        frame.assign(node.target, frame.emit(Move(node, frame.register(), frame.value(node.value))))


def _augmented(frame: Frame, node: cst.AugAssign) -> None:
    """`a op= b`: what stands left of the operator is evaluated once."""
    op = type(node.operator).__name__.removesuffix("Assign")
    target = node.target
    if isinstance(target, cst.Attribute):
        obj = frame.value(target.value)
        old = frame.emit(LoadAttribute(target, frame.register(), obj, target.attr.value))
        new = frame.emit(Operate(node, frame.register(), op, old, frame.value(node.value)))
        frame.emit(StoreAttribute(target, frame.register(), obj, target.attr.value, new))
    elif isinstance(target, cst.Subscript):
        obj = frame.value(target.value)
        index = index_of(frame, target)
        old = frame.emit(LoadItem(target, frame.register(), obj, index))
        new = frame.emit(Operate(node, frame.register(), op, old, frame.value(node.value)))
        frame.emit(StoreItem(target, frame.register(), obj, index, new))
    else:
        old = frame.value(target)
        frame.assign(target, frame.emit(Operate(node, frame.register(), op, old, frame.value(node.value))))


def _delete(frame: Frame, node: cst.Del) -> None:
    for target in parts(node.target):
        match target:
            case cst.Name():
                delete_name(frame, target)
            case cst.Attribute():
                obj = frame.value(target.value)
                frame.emit(StoreAttribute(target, frame.register(), obj, target.attr.value, None))
            case cst.Subscript():
                obj = frame.value(target.value)
                frame.emit(StoreItem(target, frame.register(), obj, index_of(frame, target), None))


def delete_name(frame: Frame, node: cst.Name) -> None:
    """Unbind a name."""
    variable, owner = frame.variable(node.value)
    frame.emit(Delete(node, frame.register(), variable, owner or frame.function))


def _import(frame: Frame, node: Any) -> None:
    """Each alias binds a name; a star binds what is there."""
    if isinstance(node.names, cst.ImportStar):
        module = next(imported(node))[1]
        frame.emit(Import(node, frame.register(), module, True, frame.file.unbound))
        return
    for alias, (name, qualified) in zip(node.names, imported(node), strict=True):
        frame.store(alias, name, frame.emit(Import(alias, frame.register(), qualified)))


def _type_alias(frame: Frame, node: cst.TypeAlias) -> None:
    frame.store(node.name, node.name.value, frame.emit(Opaque(node, frame.register())))


STATEMENTS: Statements = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Del: _delete,
    cst.Import: _import,
    cst.ImportFrom: _import,
    cst.TypeAlias: _type_alias,
}
for _name in ("LazyImport", "LazyImportFrom"):
    if hasattr(cst, _name):
        STATEMENTS[getattr(cst, _name)] = _import
