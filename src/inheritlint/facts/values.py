"""What an expression may stand for. Unknown is a value of its own, and is never guessed."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.deeds import Kind
from inheritlint.knowledge.flags import CLOSE_ON_EXEC
from inheritlint.knowledge.platforms import EVERYWHERE, PLATFORMS


@dataclass(frozen=True, slots=True)
class Answer:
    """True, false or unknown. It has no truth value: ask `.is_true` or `.is_false`."""

    known: bool | None

    @property
    def is_true(self) -> bool:
        return self.known is True

    @property
    def is_false(self) -> bool:
        return self.known is False

    def __bool__(self) -> bool:
        raise TypeError("ask .is_true or .is_false: unknown is neither")


TRUE, FALSE, UNKNOWN = Answer(True), Answer(False), Answer(None)


#: An integer of more is no flag and no descriptor.
_MOST_BITS = 256


class Value:
    """Base of everything below; all are hashable and compare by content."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Thing(Value):
    """Something known only by where it came from: two equal things are the same object.

    `path` holds the steps from `root`: `.name`, `[0]`, `[*]` for whichever element. `kind` says what is open there.
    """

    root: Hashable
    path: tuple[str, ...] = ()
    kind: Kind | None = field(default=None, compare=False)

    def step(self, step: str, kind: Kind | None = None) -> "Thing":
        return Thing(self.root, (*self.path, step), kind)

    @property
    def owner(self) -> "Thing":
        """The thing whose inheritance is meant: `x` for `x.fileno()`, and for `x.socket.fileno()` `x.socket`."""
        path = self.path
        while path and path[-1] in (".fileno", "()"):
            path = path[:-1]
        return Thing(self.root, path, self.kind) if path != self.path else self


@dataclass(frozen=True, slots=True)
class Constant(Value):
    """A literal that is not an integer: text, bytes, None, True, False, a float."""

    value: Hashable

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Constant) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@dataclass(frozen=True, slots=True)
class Bits(Value):
    """An integer of which some bits are known: those in `ones` are set, those in `unknown` may be."""

    ones: int
    unknown: int = 0

    @classmethod
    def of(cls, number: int) -> "Bits":
        """`number`, unknown where it is larger than any flag or descriptor: a program of a line computes one that fills
        the memory."""
        return cls(number) if number.bit_length() <= _MOST_BITS else cls(0, -1)

    def holds(self, bits: int) -> Answer:
        """Whether any bit of `bits` is set."""
        if self.ones & bits:
            return TRUE
        return UNKNOWN if self.unknown & bits else FALSE

    @property
    def number(self) -> int | None:
        return None if self.unknown else self.ones


@dataclass(frozen=True, slots=True)
class Reference(Value):
    """A name of the standard library or of another module, by its qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class Items(Value):
    """A tuple, list or set whose elements are known."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mixed(Value):
    """A list of which only some parts are known, in their order."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Text(Value):
    """A text, or bytes, that holds the number of something: pieces of text, and the things between them. None
    stands for a part that is not known."""

    pieces: "tuple[str | Thing | None, ...]"

    @property
    def things(self) -> "list[Thing]":
        return [piece for piece in self.pieces if isinstance(piece, Thing)]

    def before(self, thing: "Thing") -> str | None:
        """The known text right before `thing`; None where it is not known."""
        place = self.pieces.index(thing)
        if place == 0:
            return ""
        piece = self.pieces[place - 1]
        return piece if isinstance(piece, str) else None

    def after(self, thing: "Thing") -> str | None:
        """The known text right after `thing`; None where it is not known."""
        place = self.pieces.index(thing) + 1
        if place == len(self.pieces):
            return ""
        piece = self.pieces[place]
        return piece if isinstance(piece, str) else None


@dataclass(frozen=True, slots=True)
class Table(Value):
    """A dict with known string keys; `whole` is false where it may hold others."""

    entries: tuple[tuple[Hashable, Value], ...]
    whole: bool = True

    def get(self, key: Hashable) -> Value | None:
        return dict(self.entries).get(key)

    def having(self, entries: Iterable[tuple[Hashable, Value]]) -> "Table":
        return Table(tuple((dict(self.entries) | dict(entries)).items()), self.whole)


@dataclass(frozen=True, slots=True)
class Local(Value):
    """A function, lambda or class of this file; `receiver` is what it was taken from, `x` in `x.method`."""

    node: cst.FunctionDef | cst.Lambda | cst.ClassDef
    receiver: Value | None = None


@dataclass(frozen=True, slots=True)
class Partial(Value):
    """`functools.partial`: a function with arguments already in place. `arguments` keeps the CST of each."""

    function: Value
    arguments: tuple[tuple[str | None, Value], ...]


@dataclass(frozen=True, slots=True)
class PerPlatform(Value):
    """A value for each platform, in the order of `PLATFORMS`. `reads` is the property it was read from,
    `origin` the comparison that made it."""

    values: tuple[Value, ...]
    reads: str = ""
    origin: Any = field(default=None, compare=False)

    def on(self, platforms: frozenset[int]) -> frozenset[Value]:
        return frozenset(self.values[index] for index in platforms)

    def map(self, function: Callable[[Value], Value], origin: Any = None, reads: str = "") -> Value:
        return PerPlatform(tuple(map(function, self.values)), reads, origin)


@dataclass(frozen=True, slots=True)
class Choice(Value):
    """One of several values, by path."""

    options: frozenset[Value]


def choice(values: Iterable[Value]) -> Value:
    """One value for several; more than eight are a thing that nobody knows."""
    listed = list(values)
    first = listed[0] if listed else None
    if first is not None and all(value is first for value in listed):
        return first
    flat: set[Value] = set()
    for value in listed:
        if isinstance(value, Choice):
            flat |= value.options
        else:
            flat.add(value)
    if len(flat) == 1:
        return flat.pop()
    return Choice(frozenset(flat)) if len(flat) <= 8 else Thing(("one of many", hash(frozenset(flat))))


def options(value: Value, platforms: frozenset[int] = EVERYWHERE) -> Iterator[Value]:
    """Every value that `value` may be on `platforms`."""
    if isinstance(value, Choice):
        for option in value.options:
            yield from options(option, platforms)
    elif isinstance(value, PerPlatform):
        for option in value.on(platforms):
            yield from options(option, platforms)
    else:
        yield value


def is_known(name: str) -> bool:
    """Whether `name` is a module or a function that is known to exist, and no variable of a foreign module."""
    return "." not in name or name in CALLS or name.startswith("builtins.")


def truth(value: Value) -> bool | None:
    """Whether Python takes `value` for true; None where that is unknown or depends on the platform."""
    match value:
        case Constant(known):
            return bool(known)
        case Bits(ones, unknown):
            return True if ones else None if unknown else False
        case Items(items):
            return bool(items)
        case Mixed(items) | Text(items):
            return True if items else None
        case Table(entries, whole):
            return True if entries else False if whole else None
        case Reference(name):
            return True if is_known(name) else None
        case Local() | Partial():
            return True
        case Choice() | PerPlatform():
            answers = {truth(option) for option in options(value)}
            return answers.pop() if len(answers) == 1 else None
    return None


def true_on(value: Value, platforms: frozenset[int]) -> frozenset[int] | None:
    """The platforms of `platforms` on which a `PerPlatform` is true; None where one of them is undecided."""
    if not isinstance(value, PerPlatform):
        return None
    answers = {index: truth(value.values[index]) for index in platforms}
    if None in answers.values():
        return None
    return frozenset(index for index, answer in answers.items() if answer)


def per_platform(values: Iterable[object], reads: str = "") -> PerPlatform:
    """A platform property from plain Python values, one a platform."""
    return PerPlatform(tuple(from_python(value) for value in values), reads)


def available_on(platforms: frozenset[int], value: Value, otherwise: Value) -> Value:
    """`value` on `platforms`, `otherwise` elsewhere."""
    if platforms == EVERYWHERE:
        return value
    return PerPlatform(tuple(value if index in platforms else otherwise for index in range(len(PLATFORMS))))


def from_python(value: object) -> Value:
    """A literal as a value."""
    if isinstance(value, bool) or not isinstance(value, int):
        return Constant(value if isinstance(value, Hashable) else None)
    return Bits.of(value)


def to_python(value: Value) -> object:
    """The Python object that `value` is; raises `ValueError` where it is not known whole."""
    match value:
        case Constant(known):
            return known
        case Bits(ones, 0):
            return ones
        case Items(items):
            return tuple(to_python(item) for item in items)
    raise ValueError(value)


def as_bits(value: Value) -> Bits:
    """`value` as an integer; every bit is unknown where it is not one."""
    match value:
        case Bits():
            return value
        case Constant(bool() as known):
            return Bits(int(known))
    return Bits(0, -1)


def keeps_from_children(value: Value, platforms: frozenset[int]) -> Answer:
    """Whether flags of open(2) keep the descriptor from children: false where one way to get them lacks the flag."""
    answers = [as_bits(option).holds(CLOSE_ON_EXEC) for option in options(value, platforms)]
    if any(answer.is_false for answer in answers):
        return FALSE
    return TRUE if answers and all(answer.is_true for answer in answers) else UNKNOWN
