"""Dataclasses with slots, made in a tenth of the time that `dataclasses` takes.

For each frozen class it writes and compiles six functions, and the `__init__` goes a long way round to set a field.
There are a hundred such classes here, to be made before a file can be read, and millions of instances. So nothing is
compiled for one class: the `__init__` of all that have as many fields is one function with other names, the rest are
the same functions for all, and that no code assigns to a field is for the type checker to see.
"""

from collections.abc import Callable
from dataclasses import MISSING, InitVar, dataclass, field, fields
from functools import cache
from operator import attrgetter
from types import CodeType, FunctionType
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
    made: Any = _made(cls)
    if "__eq__" not in own:
        compared = [each.name for each in fields(made) if each.compare]
        made.__eq__, made.__hash__ = _by_content(compared, remembered=issubclass(made, KeepsHash))
    return made  # type: ignore[no-any-return]


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def distinct(cls: type[T]) -> type[T]:
    """Make `cls` a class of things, each equal to itself alone, whose fields may change."""
    return _made(cls)


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def with_cached_properties(cls: type[T]) -> type[T]:
    """The same without slots: what is computed when it is asked for needs a place, too."""
    return _made(cls, slots=False)


def _made(cls: type[T], *, slots: bool = True) -> type[T]:
    if "__repr__" not in vars(cls):
        cls.__repr__ = _repr  # type: ignore[method-assign]
    return with_init(dataclass(init=False, repr=False, eq=False, slots=slots)(cls))


class _Factory:
    """The default of a parameter whose value is made by each call, shown as `dataclasses` shows it."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


def with_init(cls: type[T]) -> type[T]:
    """Give `cls`, a dataclass that was made without one, the `__init__` that `dataclasses` would write for it. Raises
    TypeError for a field that is no plain parameter: an `InitVar`, one of a keyword alone, one that it does not set."""
    known = fields(cls)  # type: ignore[arg-type]
    held = vars(cls).get("__dataclass_fields__", {}).values()
    plain = all(each.init and not each.kw_only for each in known)
    if not plain or any(isinstance(each.type, InitVar) for each in held):
        raise TypeError(f"{cls.__qualname__} has fields that are no plain parameters")
    made = tuple(each.default_factory is not MISSING for each in known)
    names = {f"field{place}": each.name for place, each in enumerate(known)}
    template = _init_of(made, hasattr(cls, "__post_init__"))
    code = template.replace(
        co_qualname=f"{cls.__qualname__}.__init__",
        co_varnames=tuple(names.get(name, name) for name in template.co_varnames),
        co_names=tuple(names.get(name, name) for name in template.co_names),
    )
    factories = {f"factory{place}": each.default_factory for place, each in enumerate(known) if made[place]}
    defaults = (_FACTORY if factory else each.default for each, factory in zip(known, made, strict=True))
    init: Any = FunctionType(
        code,
        {"_FACTORY": _FACTORY, **factories, "__builtins__": {}},
        "__init__",
        tuple(default for default in defaults if default is not MISSING),
    )
    init.__module__, init.__qualname__ = cls.__module__, code.co_qualname
    init.__annotations__ = {**{each.name: each.type for each in known}, "return": None}
    cls.__init__ = init  # type: ignore[method-assign]
    return cls


@cache
def _init_of(made: tuple[bool, ...], followed: bool) -> CodeType:
    """The code of an `__init__` that sets so many fields, with what it makes itself where that is not given; `followed`
    where another function has a look at them."""
    lines = ["def __init__({}) -> None:".format(", ".join(["self", *(f"field{place}" for place in range(len(made)))]))]
    for place, is_made in enumerate(made):
        value = f"factory{place}() if field{place} is _FACTORY else field{place}" if is_made else f"field{place}"
        lines.append(f" self.field{place} = {value}")
    lines.append(" self.__post_init__()" if followed else " pass")
    written: dict[str, Any] = {}
    exec("\n".join(lines), written)
    return written["__init__"].__code__  # type: ignore[no-any-return]


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
