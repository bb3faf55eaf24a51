"""A number that came from another process is used as a descriptor: the first use is told, and no other."""

from collections.abc import Iterable, Iterator

from inheritlint.domain.origins import NumbersFrom
from inheritlint.domain.values import ObjectRef, Value
from inheritlint.events.event import Call, Event
from inheritlint.findings.classes import frozen


@frozen
class NumberUsed(Call):
    """A number that this process did not get from its own system calls is taken for a descriptor; `value` is what is
    known of it."""

    value: Value


def told_once(events: Iterable[Event]) -> Iterator[Event]:
    """`events` in the order of the source, of those that use one number the first."""
    seen = set()
    for event in sorted(events, key=lambda event: event.span):
        if isinstance(event, NumberUsed):
            function = None if _is_one(event.value) else event.program.function_around(event.node)
            use = type(event), function, event.value
            if use in seen:
                continue
            seen.add(use)
        yield event


def _is_one(value: Value) -> bool:
    """Whether what has that value is the same thing everywhere: no plain number, nor whichever one of a range."""
    return isinstance(value, ObjectRef) and not value.is_anything and not isinstance(value.origin, NumbersFrom)
