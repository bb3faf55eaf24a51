"""Comprehensions and generator expressions: a container that loops fill, in a scope of their own.

A generator expression runs as if it were consumed where it stands, but for one that is a statement: it never runs.
"""

from typing import Any

import libcst as cst

from inheritlint.flow.blocks import Register
from inheritlint.flow.frame import Frame, Values
from inheritlint.flow.instructions import Build, Collect

_KINDS: dict[type[cst.CSTNode], str] = {
    cst.ListComp: "list",
    cst.SetComp: "set",
    cst.DictComp: "dict",
    cst.GeneratorExp: "generator",
}


def _comprehension(frame: Frame, node: Any) -> Register:
    obj = frame.value(node.for_in.iter)  # evaluated in the scope around
    container = frame.emit(Build(node, frame.register(), _KINDS.get(type(node), "dict"), ()))
    around, frame.scope = frame.scope, frame.file.scopes[node]
    _loop(frame, node, node.for_in, obj, container)
    frame.scope = around
    return container


def _loop(frame: Frame, node: Any, part: cst.CompFor, obj: Register, container: Register) -> None:
    head, after = frame.iterate(part, obj)
    for test in part.ifs:
        following = frame.new()
        frame.condition(test.test, following, head)
        frame.block = following
    if part.inner_for_in is not None:
        _loop(frame, node, part.inner_for_in, frame.value(part.inner_for_in.iter), container)
    else:
        _collect(frame, node, container)
    frame.jump(head)
    frame.block = after


def _collect(frame: Frame, node: Any, container: Register) -> None:
    if isinstance(node, cst.DictComp):
        key, item = frame.value(node.key), frame.value(node.value)
        frame.emit(Collect(node, frame.register(), container, item, key))
    else:
        item = frame.value(node.value if type(node) not in _KINDS else node.elt)
        frame.emit(Collect(node, frame.register(), container, item))


VALUES: Values = dict.fromkeys(_KINDS, _comprehension)
if hasattr(cst, "StarredDictComp"):
    VALUES[cst.StarredDictComp] = _comprehension
