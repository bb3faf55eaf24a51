"""What an access path leads to, in a value that is known."""

from collections.abc import Iterator

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import one_of
from inheritlint.domain.operations import element, kind_of_element
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, HANDLE_OF, ConstantValue, FlagBits, ObjectRef, PerPlatform, Value
from inheritlint.knowledge.effects import NUMBERS, Kind


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
    if not isinstance(value, ObjectRef):
        return ANYTHING
    if step == HANDLE_OF:
        return value if value.is_anything else value.base.step(step, Kind.HANDLE)
    return value.step(step, _kind_behind(value.kind, step) if value.kind is not None else None)


def _kind_behind(kind: Kind, step: str) -> Kind | None:
    """What a step leads to from something of `kind`."""
    if step.startswith("["):
        index = _index(step)
        return kind_of_element(kind, index.ones if isinstance(index, FlagBits) else None)
    return NUMBERS.get(kind) if step == ".fileno" else None


def _index(step: str) -> Value | None:
    inner = step[1:-1]
    if inner.lstrip("-").isdigit():
        return FlagBits(int(inner))
    return ConstantValue(inner[1:-1]) if inner[:1] in "'\"" else None
