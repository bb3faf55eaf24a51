"""Which objects a value, or a question, is about."""

from collections.abc import Iterable

from inheritlint.domain.origins import Origin
from inheritlint.domain.values import (
    Iteration,
    ObjectRef,
    OneOf,
    PartialSequence,
    PerPlatform,
    SequenceValue,
    Test,
    TextValue,
    Value,
)


def mentions(about: object, thing: ObjectRef) -> bool:
    """Whether a question asks about `thing`, or about what is reached through it."""
    if isinstance(about, ObjectRef):
        return about.origin == thing.origin and about.path[: len(thing.path)] == thing.path
    return isinstance(about, (tuple, frozenset)) and any(mentions(part, thing) for part in about)


def leave_origins(values: Iterable[Value], left: set[Origin]) -> None:
    """Take from `left` the origins of all objects in `values`, until nothing is left."""
    for value in values:
        kind = type(value)
        if kind is ObjectRef:
            left.discard(value.origin)  # type: ignore[attr-defined]  # its class was asked for
        elif kind in _REFERRING:
            left -= _asked(value)
        else:
            continue
        if not left:
            return


def _asked(value: Value) -> frozenset[Origin]:
    """The same as a set, which is kept."""
    try:
        return value._asked
    except AttributeError:
        value._asked = frozenset(origins_in(value))
        return value._asked


def origins_in(value: object) -> list[Origin]:
    """The origins of all objects in a value or a question."""
    found: list[Origin] = []
    pending: list[object] = [value]
    while pending:
        each = pending.pop()
        kind = type(each)
        if kind is ObjectRef:
            found.append(each.origin)  # type: ignore[attr-defined]  # its class was asked for
        elif kind is tuple or kind is frozenset:
            pending += each  # type: ignore[arg-type]
        elif kind in _REFERRING:
            inside = getattr(each, _REFERRING[kind])
            pending += inside if type(inside) is tuple else (inside,)
    return found


#: What holds objects that are asked about, and in which attribute.
_REFERRING: dict[type, str] = {
    OneOf: "options",
    SequenceValue: "items",
    PartialSequence: "items",
    Test: "about",
    TextValue: "pieces",
    Iteration: "over",
    PerPlatform: "values",
}
