"""Values with a change made to all that is inside them."""

from collections.abc import Callable, Hashable, Sequence, Set
from operator import is_
from typing import TypeVar

from inheritlint.domain.joins import one_of
from inheritlint.domain.origins import Instance, Made, Origin
from inheritlint.domain.texts import rewritten
from inheritlint.domain.values import (
    ANY_KEY,
    HELD,
    BoundMethod,
    ConstantValue,
    DictValue,
    FlagBits,
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
        self._origin = origin
        self._known: dict[int, tuple[Value, Value]] = {}  # by identity: to hash a large value takes as long as this

    def reference(self, owner: ObjectRef) -> ObjectRef:
        return owner.aged if owner.origin is self._origin and not owner.old else owner

    def __call__(self, value: Value) -> Value:
        kind = type(value)
        if kind is ObjectRef:
            return self.reference(value)  # type: ignore[arg-type]  # its class was asked for
        if kind not in _HOLDING or self._origin not in origins_inside(value):
            return value
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = value, mapped(value, self)
        return known[1]

    def changed(self, held: dict[K, Value]) -> dict[K, Value]:
        """`held` with all that is replaced; itself where nothing is."""
        after = {key: new for key, value in held.items() if (new := self(value)) is not value}
        return held | after if after else held


_HOLDING = frozenset([*HELD, TextValue, Test])


def origins_inside(value: Value) -> Set[Origin]:
    """The origins of all objects inside `value`, which is asked for many times of most."""
    try:
        return value._inside
    except AttributeError:
        found: set[Origin] = set()

        def note(part: Value) -> Value:
            if isinstance(part, ObjectRef):
                found.add(part.origin)
            elif type(part) in _HOLDING:
                found.update(origins_inside(part))
            return part

        mapped(value, note)
        value._inside = frozenset(found)
        return value._inside


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
        case DictValue():
            return _mapped_table(value, change)
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


def _mapped_table(table: DictValue, change: Change) -> DictValue:
    keys = tuple(key for key, _ in table.entries)
    held = tuple(item for _, item in table.entries)
    new_keys = tuple(key_of(change(key)) if isinstance(key, ObjectRef) else key for key in keys)
    changed = tuple(map(change, held))
    if _identical(new_keys, keys):
        if _identical(changed, held):
            return table
        return DictValue(tuple(zip(keys, changed, strict=True)), table.whole, table.filled)
    entries: dict[Hashable, Value] = {}
    for key, item in zip(new_keys, changed, strict=True):
        entries[key] = one_of([entries[key], item]) if key in entries else item
    return DictValue(tuple(entries.items()), table.whole, table.filled)


def key_of(index: Value) -> Hashable:
    """The key of a dict that `index` is."""
    if isinstance(index, ObjectRef):
        return ANY_KEY if index.is_anything else index
    if isinstance(index, ConstantValue):
        return index.value
    return index.ones if isinstance(index, FlagBits) and not index.unknown else ANY_KEY


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
