"""What an access path leads to, in a value that is known."""

from collections.abc import Iterator

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import one_of
from inheritlint.domain.operations import element
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, ConstantValue, FlagBits, ObjectRef, PerPlatform, Value


def followed(found: Value, reference: ObjectRef, state: State) -> Value:
    """What the path of `reference` leads to from `found`."""
    value = found
    for step in reference.path:
        value = one_of(_one_step(option, step, state) for option in _kept_whole(value))
    if isinstance(value, ObjectRef) and value.kind is None:
        return value.of_kind(reference.kind)
    return value


def _kept_whole(value: Value) -> Iterator[Value]:
    yield from alternatives(value) if not isinstance(value, PerPlatform) else (value,)


def _one_step(value: Value, step: str, state: State) -> Value:
    if isinstance(value, ObjectRef) and (held := state.heap.get((value, step))) is not None:
        return held
    contents = state.contents(value)
    if contents is not None and step.startswith("["):
        return element(contents, _index(step))
    return value.step(step) if isinstance(value, ObjectRef) else ANYTHING


def _index(step: str) -> Value | None:
    inner = step[1:-1]
    if inner.lstrip("-").isdigit():
        return FlagBits(int(inner))
    return ConstantValue(inner[1:-1]) if inner[:1] in "'\"" else None
