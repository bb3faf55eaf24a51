"""What a value may be: its alternatives, and the objects among them."""

from collections.abc import Iterator

from inheritlint.domain.values import DictValue, ObjectRef, OneOf, PartialSequence, PerPlatform, SequenceValue, Value
from inheritlint.knowledge.platforms import EVERYWHERE


def options_of(value: Value) -> list[Value]:
    """The values that are kept apart in `value`: itself where it is one."""
    return list(value.options) if isinstance(value, OneOf) else [value]


def alternatives(value: Value, platforms: frozenset[int] = EVERYWHERE) -> Iterator[Value]:
    """Every value that `value` may be on `platforms`."""
    if isinstance(value, OneOf):
        for option in value.options:
            yield from alternatives(option, platforms)
    elif isinstance(value, PerPlatform):
        for option in value.on(platforms):
            yield from alternatives(option, platforms)
    else:
        yield value


def references(value: Value, platforms: frozenset[int] = EVERYWHERE) -> list[ObjectRef]:
    """The objects that `value` may be on `platforms`."""
    return [option for option in alternatives(value, platforms) if isinstance(option, ObjectRef)]


def things_in(value: Value) -> list[ObjectRef]:
    """The objects that `value` is or shows: itself, its alternatives, its elements."""
    match value:
        case ObjectRef():
            return [value]
        case SequenceValue(items) | PartialSequence(items):
            return [thing for item in items for thing in things_in(item)]
        case DictValue(entries):
            return [thing for _, item in entries for thing in things_in(item)]
        case OneOf(options):
            return [thing for option in options for thing in things_in(option)]
        case PerPlatform():
            return [thing for option in alternatives(value) for thing in things_in(option)]
    return []
