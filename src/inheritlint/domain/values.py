"""What an expression may stand for. Unknown is a value of its own, and is never guessed."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import field
from typing import Any

from inheritlint.domain.origins import Anything, Made, Origin
from inheritlint.findings.classes import KeepsHash, frozen
from inheritlint.flow.blocks import Class, Function
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.platforms import EVERYWHERE, PLATFORMS

#: Values that are kept apart in one place; beyond that numbers become bits and the rest is unknown.
MAX_OPTIONS = 8
#: Elements of a sequence, entries of a dict, pieces of a text that are known each by itself.
MAX_ITEMS = 24
#: Containers inside containers.
MAX_DEPTH = 6
MAX_SIZE = 300  # values inside one value
MAX_STEPS = 6  # of an access path
MAX_LITERAL = 4_096  # characters of a computed text, and bits of a computed number
#: The step from a descriptor to its handle on Windows: another number for the same thing.
HANDLE_OF = "<handle>"
#: Steps that lead from an object to its own descriptor, or handle.
OWN = (".fileno", "()", HANDLE_OF)


class Value(KeepsHash):
    """Base of all below: compared by content; keeps what origins it holds (`mapping`) and asks of (`mentions`)."""

    __slots__ = ("_asked", "_inside")
    _inside: frozenset[Origin]
    _asked: frozenset[Origin]


class ObjectRef(Value):
    """Something known only by where it came from: two equal references are the same object.

    `path` holds the steps from `origin`: `.name`, `[0]`, `[*]` for whichever element. `kind` says what is open there,
    and is no part of the identity. `old` tells what an instruction made in an earlier round of a loop from what it made
    last.
    """

    __slots__ = ("_steps", "kind", "old", "origin", "path")
    _steps: "dict[tuple[str, Kind | None], ObjectRef]"

    def __init__(self, origin: Origin, path: tuple[str, ...] = (), kind: Kind | None = None, old: bool = False) -> None:
        self.origin, self.path, self.kind, self.old = origin, path, kind, old
        self._hash = hash((origin, path, old))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, ObjectRef)
            and self._hash == other._hash
            and self.path == other.path
            and self.old == other.old
            and (self.origin is other.origin or self.origin == other.origin)
        )

    def __repr__(self) -> str:
        origin = self.origin
        name = type(origin.node).__name__ if isinstance(origin, Made) else getattr(origin, "name", None)
        return f"{type(origin).__name__}({name or ''}){''.join(self.path)}{chr(39) if self.old else ''}"

    def step(self, step: str, kind: Kind | None = None) -> "ObjectRef":
        """What one step leads to, the same each time; a long path is cut to what is not known."""
        try:
            known = self._steps
        except AttributeError:
            known = self._steps = {}
        if (step, kind) not in known:
            path = (*self.path, step)
            cut = len(self.path) >= MAX_STEPS
            known[step, kind] = ObjectRef(Anything(), (), kind) if cut else ObjectRef(self.origin, path, kind, self.old)
        return known[step, kind]

    def of_kind(self, kind: Kind | None) -> "ObjectRef":
        """The same object, known to be of `kind`."""
        return self if kind is self.kind else ObjectRef(self.origin, self.path, kind, self.old)

    @property
    def aged(self) -> "ObjectRef":
        """What it was in the round of a loop before."""
        return ObjectRef(self.origin, self.path, self.kind, True)

    @property
    def base(self) -> "ObjectRef":
        """The object whose inheritance is meant: `x` for `x.fileno()`, and for `x.socket.fileno()` `x.socket`."""
        path = self.path
        while path and path[-1] in OWN:
            path = path[:-1]
        return ObjectRef(self.origin, path, self.kind, self.old) if path != self.path else self

    @property
    def is_element(self) -> bool:
        """Whether it is whichever element of something, or a part of that."""
        return "[*]" in self.path

    @property
    def is_anything(self) -> bool:
        """Whether not even its identity is known."""
        return isinstance(self.origin, Anything)


@frozen
class ConstantValue(Value):
    """A literal that is not an integer: text, bytes, None, True, False, a float. A `soft` one stands where another may
    be: a variable of the module or of a class, the result of a function that others may override."""

    value: Hashable
    soft: bool = field(default=False, compare=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConstantValue) and type(self.value) is type(other.value) and self.value == other.value

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


@frozen
class FlagBits(Value):
    """An integer of which some bits are known: those in `ones` are set, those in `unknown` may be, all others are
    clear. `soft` as of a constant."""

    ones: int
    unknown: int = 0
    soft: bool = field(default=False, compare=False)

    def holds(self, bits: int) -> "Tristate":
        """Whether any bit of `bits` is set."""
        if self.ones & bits:
            return TRUE
        return UNKNOWN if self.unknown & bits else FALSE

    @property
    def number(self) -> int | None:
        """The integer, None where a bit of it is not known."""
        return None if self.unknown else self.ones


@frozen
class QualifiedName(Value):
    """A name of the standard library or of another module."""

    name: str


@frozen
class SequenceValue(Value):
    """A tuple, list or set whose elements are known."""

    items: tuple[Value, ...]


@frozen
class PartialSequence(Value):
    """A sequence of which only some elements are known, in their order; `filled` where it surely holds any."""

    items: tuple[Value, ...]
    filled: bool = False


@frozen
class TextValue(Value):
    """A text, or bytes, that holds the number of something: pieces of text, and the objects between them. None stands
    for a part that is not known."""

    pieces: "tuple[str | ObjectRef | None, ...]"

    @property
    def things(self) -> "list[ObjectRef]":
        """The objects whose numbers it holds."""
        return [piece for piece in self.pieces if isinstance(piece, ObjectRef)]

    def before(self, thing: "ObjectRef") -> str | None:
        """The known text right before `thing`; None where it is not known."""
        place = self.pieces.index(thing)
        if place == 0:
            return ""
        piece = self.pieces[place - 1]
        return piece if isinstance(piece, str) else None

    def after(self, thing: "ObjectRef") -> str | None:
        """The known text right after `thing`; None where it is not known."""
        place = self.pieces.index(thing) + 1
        if place == len(self.pieces):
            return ""
        piece = self.pieces[place]
        return piece if isinstance(piece, str) else None


@frozen
class DictValue(Value):
    """A dict with known keys: literals as Python objects, what is only known by where it came from as a reference, and
    `ANY_KEY`. `whole` is false where it may hold others, or others under the same keys; `filled` says that it surely
    holds any."""

    entries: tuple[tuple[Hashable, Value], ...]
    whole: bool = True
    filled: bool = False

    def get(self, key: Hashable) -> Value | None:
        """What stands under `key`, None where that is not known."""
        return dict(self.entries).get(key)

    def having(self, entries: Iterable[tuple[Hashable, Value]]) -> "DictValue":
        """The same with more entries; they replace those of the same keys."""
        added = {key: bounded(value) for key, value in entries}
        merged = tuple((dict(self.entries) | added).items())
        whole = self.whole and len(merged) <= MAX_ITEMS
        return DictValue(merged[-MAX_ITEMS:], whole, self.filled or bool(added))

    def without(self, key: Hashable) -> "DictValue":
        """The same with nothing under `key`."""
        return DictValue(tuple(entry for entry in self.entries if entry[0] != key), self.whole)


@frozen
class LocalCallable(Value):
    """A function, lambda or class of this file; `receiver` is what it was taken from, `x` in `x.method`."""

    target: Function | Class
    receiver: Value | None = None


@frozen
class BoundMethod(Value):
    """A method, by its name, of a value that is no object of its own: of a text, a dict, a platform's name."""

    receiver: Value
    name: str


@frozen
class PartialCall(Value):
    """`functools.partial`: a function with arguments already in place."""

    function: Value
    arguments: tuple[tuple[str | None, Value], ...]
    node: Any = field(default=None, compare=False)  # the call that made it


@frozen
class PerPlatform(Value):
    """A value for each platform, in the order of `PLATFORMS`. `reads` is the property it was read from,
    `compared` the comparison that made it."""

    values: tuple[Value, ...]
    reads: str = ""
    compared: Any = field(default=None, compare=False)

    def on(self, platforms: frozenset[int]) -> tuple[Value, ...]:
        """Its values on `platforms`, each once."""
        return tuple(dict.fromkeys(self.values[index] for index in sorted(platforms)))


@frozen
class Test(Value):
    """The truth of a question that cannot be answered, so that it is answered alike when it is asked again."""

    about: Hashable
    outcome: bool = True


@frozen
class Iteration(Value):
    """An iterator: over known items from `position` on, or over an object, `started` once it gave an item."""

    items: tuple[Value, ...] | None
    over: Value
    position: int = 0


class OneOf(Value):
    """One of several values, by path. They stand in the order in which they were met, so that an analysis is the same
    each time; two that hold the same are equal in any order."""

    __match_args__ = ("options",)
    __slots__ = ("_members", "options")

    def __init__(self, options: Iterable[Value]) -> None:
        self.options = tuple(dict.fromkeys(options))
        self._members = frozenset(self.options)

    def __hash__(self) -> int:
        return hash(self._members)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, OneOf) and self._members == other._members)

    def __repr__(self) -> str:
        return f"OneOf{self.options}"


@frozen
class Tristate:
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


TRUE, FALSE, UNKNOWN = Tristate(True), Tristate(False), Tristate(None)

NONE = ConstantValue(None)
ANYTHING = ObjectRef(Anything())
SOME_NUMBER = FlagBits(0, -1)
ANY_KEY = "*"  # of a dict: one that is not known


def item_step(key: object) -> str:
    """The step to what stands under `key`, of a dict; of a long one only the beginning."""
    return "[*]" if key == ANY_KEY or isinstance(key, ObjectRef) else f"[{key!r:.80}]"


def bounded(value: Value) -> Value:
    """`value`; where it holds too much, or too deeply, it is not known."""
    if type(value) not in _HOLDING:
        return value
    size = 1
    level: list[Value] = [value]
    for _ in range(MAX_DEPTH):
        holding: list[Value] = []  # what holds nothing is only counted
        for each in level:
            inside = HELD[type(each)](each)
            size += len(inside)
            holding += [inner for inner in inside if type(inner) in HELD]
        if size > MAX_SIZE:
            return ANYTHING
        if not holding:
            return value
        level = holding
    return ANYTHING if any(HELD[type(each)](each) for each in level) else value


HELD: dict[type, Callable[[Any], Sequence[Value]]] = {
    SequenceValue: lambda value: value.items,
    PartialSequence: lambda value: value.items,
    DictValue: lambda value: [item for _, item in value.entries],
    OneOf: lambda value: value.options,
    PerPlatform: lambda value: value.values,
    PartialCall: lambda value: [value.function, *(argument for _, argument in value.arguments)],
    BoundMethod: lambda value: (value.receiver,),
    Iteration: lambda value: (value.over, *(value.items or ())),
    LocalCallable: lambda value: (value.receiver,) if isinstance(value.receiver, Value) else (),
}


def parts_of(value: Value) -> Sequence[Value]:
    """The values right inside `value`."""
    return HELD[type(value)](value) if type(value) in HELD else ()


#: What may hold too much. A function of the file holds nothing but where it was taken from.
_HOLDING = HELD.keys() - {LocalCallable}


def available_on(platforms: frozenset[int], value: Value, otherwise: Value) -> Value:
    """`value` on `platforms`, `otherwise` elsewhere."""
    if platforms == EVERYWHERE:
        return value
    return PerPlatform(tuple(value if index in platforms else otherwise for index in range(len(PLATFORMS))))


def at(value: Value, index: int) -> Value:
    """`value` on one platform."""
    return value.values[index] if isinstance(value, PerPlatform) else value
