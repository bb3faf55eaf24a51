"""Two values become one that covers both. What both know of a number stays known."""

from collections.abc import Iterable

from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANYTHING,
    MAX_ITEMS,
    MAX_OPTIONS,
    ConstantValue,
    DictValue,
    FlagBits,
    LocalCallable,
    OneOf,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    Value,
    bounded,
)
from inheritlint.knowledge.platforms import PLATFORMS

_CALLABLE = (QualifiedName, LocalCallable)


def one_of(values: Iterable[Value]) -> Value:
    """One value for several: themselves while they are few, else what they have in common."""
    flat: dict[Value, None] = {}
    for value in map(bounded, values):
        if isinstance(value, OneOf):
            flat |= dict.fromkeys(value.options)
        elif value in flat and not getattr(value, "soft", True):
            del flat[value]  # firm and soft alike: it is as firm as the softest of them
            flat[value] = None
        else:
            flat.setdefault(value)
    if len(flat) == 1:
        return next(iter(flat))
    if not flat:
        return ANYTHING
    return OneOf(flat) if len(flat) <= MAX_OPTIONS else widened(list(flat))


def widened(values: list[Value]) -> Value:
    """What many values have in common: numbers become bits, functions are kept, containers are merged, and the rest
    is unknown."""
    # Each of several may be several: what is inside another would never be found to be the same.
    flat = dict.fromkeys(each for value in values for each in (value.options if isinstance(value, OneOf) else (value,)))
    numbers = [value for value in flat if isinstance(value, FlagBits)]
    kept: list[Value] = []
    if numbers:
        ones = numbers[0].ones
        maybe = 0
        for number in numbers:
            ones &= number.ones
        for number in numbers:
            maybe |= number.ones | number.unknown
        kept.append(FlagBits(ones, maybe & ~ones))
    others = [value for value in flat if not isinstance(value, FlagBits)]
    if len(others) + len(kept) <= MAX_OPTIONS:
        kept += others
    else:
        kept += [value for value in others if isinstance(value, _CALLABLE)][: MAX_OPTIONS - 2]
        kept += [value for value in others if isinstance(value, ConstantValue) and value.value is None]
        kept.append(ANYTHING)
    return kept[0] if len(kept) == 1 else OneOf(kept)


def joined(one: Value, other: Value) -> Value:
    """The least value that covers both; containers are joined element by element."""
    if one is other:
        return one
    if one == other:  # mostly: then it is not looked at twice
        if type(one) is not OneOf:
            return bounded(one if getattr(other, "soft", True) else other)
        if 1 < len(one.options) <= MAX_OPTIONS:
            return bounded(one)
    match one, other:
        case SequenceValue(left), SequenceValue(right) if len(left) == len(right) and left != right:
            return sequence(joined(a, b) for a, b in zip(left, right, strict=True))
        case PerPlatform(left, reads), PerPlatform(right) if left != right:
            return PerPlatform(tuple(joined(a, b) for a, b in zip(left, right, strict=True)), reads, one.compared)
    return one_of([one, other])


def joined_contents(one: Value, other: Value) -> Value:
    """What a container holds where two paths meet: elements of either, in no known number."""
    if one == other:
        return one
    match one, other:
        case SequenceValue(left), SequenceValue(right) if len(left) == len(right):
            return sequence(joined(a, b) for a, b in zip(left, right, strict=True))
        case ((SequenceValue(left) | PartialSequence(left)), (SequenceValue(right) | PartialSequence(right))):
            return partial_sequence(_each_once([*left, *right]), filled=_are_filled(one, other))
        case DictValue(left), DictValue(right):
            first, second = dict(left), dict(right)
            entries = {}
            for key in first | second:
                held = [each[key] for each in (first, second) if key in each]
                entries[key] = one_of(held)
            whole = one.whole and other.whole and first.keys() == second.keys()
            return DictValue(tuple(entries.items())[-MAX_ITEMS:], whole, _are_filled(one, other))
    return ANYTHING


def _each_once(items: Iterable[Value]) -> Iterable[Value]:
    """Elements that may stand in a container, none of them twice: of one that may be several, each may."""
    return dict.fromkeys(each for item in items for each in (item.options if isinstance(item, OneOf) else (item,)))


def _are_filled(one: Value, other: Value) -> bool:
    """Whether both containers surely hold something."""
    return truth(one) is True and truth(other) is True


def partly_known(contents: Value) -> Value | None:
    """What a container may hold that holds `contents` on one path, and is not there, or not known, on another; None
    where nothing is known of it."""
    match contents:
        case SequenceValue(items) | PartialSequence(items) if items:
            return PartialSequence(items)
        case DictValue(entries) if entries:
            return DictValue(entries, whole=False)
    return None


def sequence(items: Iterable[Value]) -> Value:
    """A sequence of known elements, as far as it is small and flat."""
    listed = tuple(items)
    if len(listed) > MAX_ITEMS:
        return partial_sequence(listed, filled=True)
    return SequenceValue(tuple(bounded(item) for item in listed))


def partial_sequence(items: Iterable[Value], *, filled: bool = False) -> Value:
    """A sequence of which some elements are known: the first ones, where they are many; `filled` where it surely holds
    any."""
    listed = [bounded(item) for item in items]
    if len(listed) > MAX_ITEMS:
        listed = list(dict.fromkeys(listed))
    if len(listed) > MAX_ITEMS:
        listed = [*listed[: MAX_ITEMS - 1], widened(listed[MAX_ITEMS - 1 :])]
    return PartialSequence(tuple(listed), filled)


def softened(value: Value) -> Value:
    """The same, where another may stand in its place."""
    match value:
        case ConstantValue(known, soft=False):
            return ConstantValue(known, soft=True)
        case FlagBits(ones, unknown, soft=False):
            return FlagBits(ones, unknown, soft=True)
        case OneOf(options):
            return OneOf(map(softened, options))
    return value


def pieced(pieces: list[tuple[frozenset[int], Value]]) -> Value:
    """One value out of those that hold on parts of the platforms."""
    if len({value for _, value in pieces}) == 1:
        return pieces[0][1]
    if len({platforms for platforms, _ in pieces}) <= 1:
        return one_of(value for _, value in pieces) if pieces else ANYTHING
    values = []
    for index in range(len(PLATFORMS)):
        here = [value.values[index] if isinstance(value, PerPlatform) else value for on, value in pieces if index in on]
        values.append(one_of(here) if here else ConstantValue(None))
    covered = frozenset().union(*(on for on, _ in pieces))
    whole = PerPlatform(tuple(values))
    kinds = whole.on(covered)
    return next(iter(kinds)) if len(kinds) == 1 else whole
