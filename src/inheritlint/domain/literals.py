"""Python's own objects as values, and back."""

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import Any

from inheritlint.domain.values import (
    ANYTHING,
    MAX_LITERAL,
    SOME_NUMBER,
    ConstantValue,
    FlagBits,
    PerPlatform,
    SequenceValue,
    Value,
)

_SIMPLE = (str, bytes, int, bool, float, complex, type(None))


def from_python(value: object) -> Value:
    """A literal as a value, for most the same each time."""
    if type(value) in _SIMPLE:
        return _literal(value)
    return ConstantValue(value) if isinstance(value, Hashable) else ANYTHING


@lru_cache(maxsize=4096, typed=True)  # blocks run again and again, and what is identical is quickly compared
def _literal(value: Hashable) -> Value:
    if isinstance(value, bool) or not isinstance(value, int):
        if isinstance(value, (str, bytes)) and len(value) > MAX_LITERAL:
            return ANYTHING
        return ConstantValue(value)
    return FlagBits(value) if value.bit_length() <= MAX_LITERAL else ANYTHING


def to_python(value: Value) -> Any:
    """The Python object that `value` is; raises `ValueError` where it is not known whole."""
    match value:
        case ConstantValue(known):
            return known
        case FlagBits(ones, 0):
            return ones
        case SequenceValue(items):
            return tuple(to_python(item) for item in items)
    raise ValueError(value)


def as_bits(value: Value) -> FlagBits:
    """`value` as an integer; every bit is unknown where it is not one."""
    match value:
        case FlagBits():
            return value
        case ConstantValue(bool() as known):
            return FlagBits(int(known))
    return SOME_NUMBER


def per_platform(values: Iterable[object], reads: str = "") -> PerPlatform:
    """A platform property from plain Python values, one a platform."""
    return PerPlatform(tuple(from_python(value) for value in values), reads)
