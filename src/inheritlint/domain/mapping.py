"""Values with a change made to all that is inside them."""

from collections.abc import Callable, Hashable, Sequence
from operator import is_
from typing import TypeVar

from inheritlint.domain.origins import Instance, Made
from inheritlint.domain.texts import rewritten
from inheritlint.domain.values import (
    BoundMethod,
    DictValue,
    Iteration,
    LocalCallable,
    ObjectRef,
    OneOf,
    PartialCall,
    PartialSequence,
    PerPlatform,
    SequenceValue,
    Test,
    TextValue,
    Value,
)

Change = Callable[[Value], Value]
K = TypeVar("K")


class Aging:
    """Replaces the last object of an origin by an older one."""

    def __init__(self, origin: Made | Instance) -> None:
        self._origin, self._node = origin, origin.node
        self._known: dict[int, tuple[Value, Value]] = {}  # by identity: to hash a large value takes as long as this

    def reference(self, owner: ObjectRef) -> ObjectRef:
        origin = owner.origin
        if not isinstance(origin, (Made, Instance)) or origin.node is not self._node:
            return owner  # to compare origins costs more than all else here
        if owner.old or origin != self._origin:
            return owner
        return ObjectRef(origin, owner.path, owner.kind, True)

    def __call__(self, value: Value) -> Value:
        if isinstance(value, ObjectRef):
            return self.reference(value)
        if type(value) not in _HOLDING:
            return value
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = value, mapped(value, self)
        return known[1]

    def changed(self, held: dict[K, Value]) -> dict[K, Value]:
        """`held` with all that is replaced; itself where nothing is."""
        after = {key: new for key, value in held.items() if (new := self(value)) is not value}
        return held | after if after else held


_HOLDING = frozenset([
    SequenceValue, PartialSequence, DictValue, OneOf, PerPlatform, Iteration, PartialCall, TextValue, Test, BoundMethod,
    LocalCallable,
])  # fmt: skip


def mapped(value: Value, change: Change) -> Value:
    """`value` with `change` applied to the values inside it; itself where that changes none, for what is identical is
    quickly compared."""
    match value:
        case SequenceValue(items):
            changed = tuple(map(change, items))
            return value if _identical(changed, items) else SequenceValue(changed)
        case PartialSequence(items, filled):
            changed = tuple(map(change, items))
            return value if _identical(changed, items) else PartialSequence(changed, filled)
        case DictValue(entries, whole):
            held = tuple(item for _, item in entries)
            changed = tuple(map(change, held))
            if _identical(changed, held):
                return value
            return DictValue(tuple((key, item) for (key, _), item in zip(entries, changed, strict=True)), whole)
        case OneOf(options):
            changed = tuple(map(change, options))
            return value if _identical(changed, options) else OneOf(changed)
        case PerPlatform(values, reads, compared):
            changed = tuple(map(change, values))
            return value if _identical(changed, values) else PerPlatform(changed, reads, compared)
        case Iteration(items, over, position):
            return Iteration(None if items is None else tuple(change(item) for item in items), change(over), position)
        case PartialCall(function, arguments, node):
            return PartialCall(change(function), tuple((name, change(item)) for name, item in arguments), node)
        case TextValue():
            return rewritten(value, change)
        case BoundMethod(receiver, name):
            return BoundMethod(change(receiver), name)
        case LocalCallable(target, Value() as receiver):
            return LocalCallable(target, change(receiver))
        case Test(about, outcome):
            return Test(changed_question(about, change), outcome)
    return value


def _identical(ones: Sequence[object], others: Sequence[object]) -> bool:
    return all(map(is_, ones, others))


def changed_question(about: Hashable, change: Change) -> Hashable:
    """A question with `change` applied to the values it asks about."""
    if isinstance(about, Value):
        return change(about)
    if isinstance(about, tuple):
        return tuple(changed_question(part, change) for part in about)
    if isinstance(about, frozenset):
        return frozenset(changed_question(part, change) for part in about)
    return about
