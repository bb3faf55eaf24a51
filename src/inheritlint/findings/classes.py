"""Dataclasses with slots, made in a quarter of the time that `dataclasses` takes.

For each frozen class it writes and compiles six functions, and the `__init__` goes a long way round to set a field.
There are a hundred such classes here, to be made before a file can be read, and millions of instances. So only
`__init__` is compiled for each; the rest are the same functions for all, and that no code assigns to a field is for the
type checker to see.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


class KeepsHash:
    """Base of classes that keep their hash, once it is computed, for they are often asked."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make `cls` a class of values: two are equal where all that they hold is, and a field is set once. What the class
    defines itself stays."""
    own = vars(cls).keys()
    made: Any = _with_slots(cls)
    if "__eq__" not in own:
        compared = [each.name for each in fields(made) if each.compare]
        made.__eq__, made.__hash__ = _by_content(compared, remembered=issubclass(made, KeepsHash))
    return made  # type: ignore[no-any-return]


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def distinct(cls: type[T]) -> type[T]:
    """Make `cls` a class of things, each equal to itself alone, whose fields may change."""
    return _with_slots(cls)


def _with_slots(cls: type[T]) -> type[T]:
    if "__repr__" not in vars(cls):
        cls.__repr__ = _repr  # type: ignore[method-assign]
    return dataclass(repr=False, eq=False, slots=True)(cls)


def _repr(self: Any) -> str:
    held = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(held)})"


def _by_content(names: list[str], *, remembered: bool) -> tuple[Any, Any]:
    """`__eq__` and `__hash__` by the fields called `names`; `remembered` where a class keeps what is computed once."""
    content: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def equal(self: Any, other: object) -> bool:
        if self is other:
            return True
        return content(self) == content(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(content(self))

    def hashed_once(self: Any) -> Any:
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(content(self))
            return self._hash

    return equal, hashed_once if remembered else hashed
