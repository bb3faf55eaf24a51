"""What operators and subscripts make of values. Nothing here raises, whatever the operands are."""

import operator
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product

from inheritlint.domain.alternatives import alternatives, options_of
from inheritlint.domain.joins import one_of, partial_sequence, sequence, softened
from inheritlint.domain.literals import as_bits, from_python, to_python
from inheritlint.domain.origins import NumbersFrom
from inheritlint.domain.texts import concatenated, formatted
from inheritlint.domain.truth import is_known, is_soft, truth
from inheritlint.domain.values import (
    ANY_KEY,
    ANYTHING,
    MAX_LITERAL,
    MAX_OPTIONS,
    NONE,
    SOME_NUMBER,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    OneOf,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    Test,
    TextValue,
    Value,
    item_step,
)
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.platforms import PLATFORMS

_SEQUENCES = (SequenceValue, PartialSequence)
#: What computing on constants raises; `MemoryError` is out of reach of what is bounded before.
_FAILURES = (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, RecursionError)
_COMPARED: dict[str, Callable[..., bool]] = {
    "Equal": operator.eq,
    "NotEqual": operator.ne,
    "Is": operator.is_,
    "IsNot": operator.is_not,
    "LessThan": operator.lt,
    "LessThanEqual": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEqual": operator.ge,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
}
#: The operator of which another one is the contrary.
NEGATIVE = {"NotEqual": "Equal", "IsNot": "Is", "NotIn": "In"}


def is_comparison(op: str) -> bool:
    """Whether an operator compares."""
    return op in _COMPARED


def computed(function: Callable[[], object]) -> Value | None:
    """What `function` makes of constants, None where it raises: a known failure is no value."""
    try:
        return from_python(function())
    except _FAILURES:
        return None


def unary(op: str, value: Value) -> Value:
    """`op value`."""
    if op == "Not":
        return negated(value)
    results: list[Value] = []
    for option in alternatives(value):
        known = as_bits(option)
        if op == "BitInvert":
            results.append(FlagBits(~(known.ones | known.unknown), known.unknown, is_soft(option)))
        elif op == "Minus" and isinstance(option, (FlagBits, ConstantValue)):
            results.append(FlagBits(-known.ones, 0, is_soft(option)) if not known.unknown else SOME_NUMBER)
        else:
            results.append(option if op == "Plus" else ANYTHING)
    return one_of(results)


def negated(value: Value) -> Value:
    """`not value`."""
    match value:
        case PerPlatform(values):
            return PerPlatform(tuple(map(negated, values)), "", value.compared)
        case OneOf(options):
            return one_of(map(negated, options))
        case Test(about, outcome):
            return Test(about, not outcome)
        case ObjectRef():
            return ANYTHING if value.is_anything else Test(value, False)
    answer = truth(value)
    return ConstantValue(not answer, is_soft(value)) if answer is not None else ANYTHING


def binary(op: str, left: Value, right: Value) -> Value:
    """`left op right` for flags, texts and containers."""
    pairs = list(product(options_of(left), options_of(right)))
    if len(pairs) > 4 * MAX_OPTIONS:
        return ANYTHING
    result = one_of(_binary(op, one, other) for one, other in pairs)
    return softened(result) if is_soft(left) or is_soft(right) else result


def _binary(op: str, left: Value, right: Value) -> Value:
    if isinstance(left, PerPlatform) or isinstance(right, PerPlatform):
        return PerPlatform(
            tuple(binary(op, one, other) for one, other in zip(spread(left), spread(right), strict=True))
        )
    if op == "Add" and (isinstance(left, _SEQUENCES) or isinstance(right, _SEQUENCES)):
        return _appended(left, right)
    if op == "Add" and (isinstance(left, TextValue) or isinstance(right, TextValue)):
        return concatenated([left, right])
    if op == "Add" and (numbers := _numbers_from(left, right) or _numbers_from(right, left)) is not None:
        return numbers
    if op == "Modulo" and isinstance(left, ConstantValue) and isinstance(left.value, (str, bytes)):
        return formatted(left.value, right.items if isinstance(right, SequenceValue) else (right,))
    if op == "BitOr" and (isinstance(left, DictValue) or isinstance(right, DictValue)):
        return merged(left, right)
    if op == "Multiply" and isinstance(left, _SEQUENCES):
        return partial_sequence(left.items)
    if isinstance(left, ConstantValue) and isinstance(right, ConstantValue) and not isinstance(left.value, bool):
        return _of_constants(op, left.value, right.value)
    return _of_bits(op, left, right)


def _numbers_from(number: Value, some: Value) -> Value | None:
    """`3 + n` for an `n` of `range(count)`: one of the numbers from 3 on."""
    match number, some:
        case FlagBits(more, 0), ObjectRef(origin=NumbersFrom(first), path=("[*]",)):
            return ObjectRef(NumbersFrom(first + more), ("[*]",))
    return None


def _of_constants(op: str, left: object, right: object) -> Value:
    if op == "Add" and isinstance(left, (str, bytes)) and isinstance(right, (str, bytes)):
        return (computed(lambda: left + right) or ANYTHING) if len(left) + len(right) <= MAX_LITERAL else ANYTHING  # type: ignore[operator]
    return ANYTHING


def _appended(left: Value, right: Value) -> Value:
    if isinstance(left, SequenceValue) and isinstance(right, SequenceValue):
        return sequence(left.items + right.items)
    items = (item for side in (left, right) for item in _items(side))
    return partial_sequence(items, filled=any(isinstance(side, _SEQUENCES) and truth(side) for side in (left, right)))


def _items(value: Value) -> tuple[Value, ...]:
    """The known elements of a sequence; `sys.argv` stands for its own."""
    if isinstance(value, _SEQUENCES):
        return value.items
    return (value,) if value == QualifiedName("sys.argv") else ()


def _of_bits(op: str, left: Value, right: Value) -> Value:
    one, other = as_bits(left), as_bits(right)
    match op:
        case "BitOr":
            ones = one.ones | other.ones
            return FlagBits(ones, (one.unknown | other.unknown) & ~ones)
        case "BitAnd":
            maybe = (one.ones | one.unknown) & (other.ones | other.unknown)
            return FlagBits(one.ones & other.ones, maybe & ~(one.ones & other.ones))
        case "BitXor":
            unknown = one.unknown | other.unknown
            return FlagBits((one.ones ^ other.ones) & ~unknown, unknown)
        case "Multiply" if one.unknown or other.unknown:
            # `FLAG * wanted`: no flag or that flag. Other products of flags have no meaning.
            flag = one if one.number is not None else other
            return FlagBits(0, flag.ones | flag.unknown)
    if not isinstance(left, (FlagBits, ConstantValue)) and not isinstance(right, (FlagBits, ConstantValue)):
        return ANYTHING
    if one.unknown or other.unknown:
        return _disjoint_sum(op, one, other)
    function = _ARITHMETIC.get(op)
    return (computed(lambda: function(one.ones, other.ones)) if function else None) or SOME_NUMBER


def _disjoint_sum(op: str, one: FlagBits, other: FlagBits) -> FlagBits:
    """`+` of flags that share no bit is `|`; anything else with an unknown part is unknown."""
    apart = not (one.ones | one.unknown) & (other.ones | other.unknown)
    return FlagBits(one.ones | other.ones, one.unknown | other.unknown) if op == "Add" and apart else SOME_NUMBER


def _shifted(value: int, by: int) -> int:
    if not 0 <= by < 256 or value.bit_length() > 256:
        raise ValueError(by)
    return value << by


def _product(one: int, other: int) -> int:
    if one.bit_length() + other.bit_length() > 512:
        raise ValueError(one)
    return one * other


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "Add": operator.add,
    "Subtract": operator.sub,
    "Multiply": _product,
    "LeftShift": _shifted,
    "RightShift": operator.rshift,
    "FloorDivide": operator.floordiv,
    "Modulo": operator.mod,
}


# Comparisons


def compared(op: str, left: Value, right: Value, node: object = None) -> Value:
    """`left op right` for a comparing `op`; a question that can be asked again where the answer is not known.
    `node` is the comparison, for what is read of the platform in it."""
    if isinstance(left, PerPlatform) or isinstance(right, PerPlatform):
        values = tuple(_any_compared(op, one, other) for one, other in zip(spread(left), spread(right), strict=True))
        return PerPlatform(values, "", node)
    return _any_compared(op, left, right)


def _any_compared(op: str, left: Value, right: Value) -> Value:
    """The same of what each may be on one platform."""
    pairs = list(product(options_of(left), options_of(right)))
    if len(pairs) > 4 * MAX_OPTIONS:
        return ANYTHING
    return one_of(_compared(op, one, other) for one, other in pairs)


def _compared(op: str, left: Value, right: Value) -> Value:
    plain, negative = NEGATIVE.get(op, op), op in NEGATIVE
    if plain in ("Is", "Equal") and NONE in (left, right):
        return _is_none(right if left == NONE else left, negative)
    soft = is_soft(left) or is_soft(right)
    if plain == "Is" and not any(isinstance(each, ConstantValue) for each in (left, right)):
        op = "NotEqual" if negative else "Equal"
    try:
        one, other = to_python(left), to_python(right)
    except ValueError:
        return _question(plain, negative, left, right)
    known = computed(lambda: bool(_COMPARED[op](one, other)))
    return ANYTHING if known is None else softened(known) if soft else known


def _question(plain: str, negative: bool, left: Value, right: Value) -> Value:
    if left == right and plain in ("Equal", "Is") and isinstance(left, ObjectRef) and not left.is_anything:
        return ConstantValue(not negative)
    if isinstance(left, ObjectRef) and left.kind is not None and right == FlagBits(0) and plain == "LessThan":
        return ConstantValue(False)  # a descriptor is never negative
    for one, other in ((left, right), (right, left)):
        plainly = isinstance(other, (ConstantValue, FlagBits, ObjectRef, QualifiedName)) and other != ANYTHING
        plainly |= plain == "In" and other is right and _are_numbers(other)
        if isinstance(one, ObjectRef) and not one.is_anything and plainly:
            symmetric = plain in ("Equal", "Is")
            about = ("Equal", frozenset([one, other])) if symmetric else (plain, left, right)
            return Test(about, not negative)
    return ANYTHING


def _are_numbers(value: Value) -> bool:
    """Whether `value` holds numbers, all of which are known."""
    return isinstance(value, SequenceValue) and all(
        isinstance(each, FlagBits) and not each.unknown for each in value.items
    )


def _is_none(value: Value, negative: bool) -> Value:
    match value:
        case ConstantValue(None):
            return ConstantValue(not negative, value.soft)
        case ObjectRef(kind=None):
            return ANYTHING if value.is_anything else Test((value, "is None"), not negative)
        case QualifiedName(name) if not is_known(name):
            return Test((value, "is None"), not negative)
    return ConstantValue(negative, is_soft(value))


def spread(value: Value) -> tuple[Value, ...]:
    """`value` on each platform."""
    return value.values if isinstance(value, PerPlatform) else (value,) * len(PLATFORMS)


def literals(value: Value) -> tuple[object, ...]:
    """The plain values that `value` is, or holds; none where it is not known."""
    try:
        known = to_python(value)
    except ValueError:
        return ()
    return known if isinstance(known, tuple) else (known,)


# Containers

#: What a message calls the number of a descriptor.
_DESCRIPTOR_KEY = re.compile(r"(?:^|_)(?:fds?|fileno|descriptors?)$", re.IGNORECASE)
#: What stands in a container of a kind.
ELEMENTS = {
    Kind.PAIR: Kind.DESCRIPTOR,
    Kind.HANDLES: Kind.HANDLE,
    Kind.SOCKETS: Kind.SOCKET,
    Kind.CONNECTIONS: Kind.CONNECTION,
    Kind.STREAMS: Kind.STREAM,
    Kind.OUTPUTS: Kind.MESSAGE,
}
#: Kinds of which there are two.
PAIRS = (Kind.PAIR, Kind.HANDLES, Kind.CONNECTIONS, Kind.STREAMS, Kind.OUTPUTS)


def kind_of_element(kind: Kind, position: int | None) -> Kind | None:
    """What stands at `position` of something of `kind`, or at a place that is not known."""
    if kind is Kind.CREATED_FILE and position is not None:
        return {0: Kind.DESCRIPTOR, 1: Kind.PATH}.get(position)
    return ELEMENTS.get(kind)


def element(base: Value, index: Value | None) -> Value:
    """`base[index]`; whichever element where `index` is None."""
    match base, index:
        case OneOf(options), _:
            return one_of(element(option, index) for option in options)
        case PerPlatform(values, reads="platform.uname"), FlagBits(0, 0):
            return PerPlatform(values, "platform.system")
        case PerPlatform(values), _:
            return PerPlatform(tuple(element(value, index) for value in values))
        case SequenceValue(items), FlagBits(position, 0) if -len(items) <= position < len(items):
            return items[position]
        case ((SequenceValue(items) | PartialSequence(items)), _) if items:
            found = one_of(items)
            return found if isinstance(base, SequenceValue) else one_of([found, ANYTHING])
        case DictValue(), PerPlatform(values):
            return PerPlatform(tuple(element(base, value) for value in values))
        case DictValue(entries, whole), _:
            return _entry(entries, whole, index)
        case ConstantValue(value), (FlagBits(_, 0) | ConstantValue()):
            return computed(lambda: value[to_python(index)]) or ANYTHING  # type: ignore[index]
        case ObjectRef(), _:
            return _part(base, index)
    return ANYTHING


def _entry(entries: tuple[tuple[object, Value], ...], whole: bool, index: Value | None) -> Value:
    if isinstance(index, (ConstantValue, FlagBits)):
        key = index.value if isinstance(index, ConstantValue) else index.ones
        return dict(entries).get(key, ANYTHING)
    keys = [key for key, _ in entries]
    if isinstance(index, ObjectRef) and index in keys:  # what was put under another reference since may be the same
        later = entries[keys.index(index) :]
        return one_of(value for key, value in later if isinstance(key, ObjectRef) or key == ANY_KEY)
    found = [value for _, value in entries]
    return one_of(found if whole and found else [*found, ANYTHING])


def _part(base: ObjectRef, index: Value | None) -> Value:
    match base.kind, index:
        case ((Kind.MESSAGE | Kind.MENTIONED | Kind.ENVIRONMENT), _):  # of what `struct.unpack` made of it
            return base.step("[*]", base.kind)
        case Kind.RECEIVED, FlagBits(1, 0):
            return base.step("[1]", Kind.ANCILLARY)
        case Kind.ANCILLARY, FlagBits(position, 0):  # its elements, down to the numbers of descriptors
            return base.step(f"[{position}]", Kind.ANCILLARY)
        case Kind.ANCILLARY, _:
            return base.step("[*]", Kind.ANCILLARY)
        case Kind.OBJECT, ConstantValue(str() as key):
            return base.step("[*]", Kind.MENTIONED if _DESCRIPTOR_KEY.search(key) else Kind.OBJECT)
        case Kind.OBJECT, _:
            return base.step("[*]", Kind.OBJECT)
        case kind, FlagBits(position, 0):
            return base.step(f"[{position}]", kind_of_element(kind, position) if kind else None)
        case _, ConstantValue(key):
            return base.step(item_step(key))
    return base.step("[*]", ELEMENTS.get(base.kind) if base.kind else None)


def merged(left: Value, right: Value) -> Value:
    """`{**left, **right}`. What may be overridden is what it was, or something that is not known."""
    known = left if isinstance(left, DictValue) else DictValue((), whole=False)
    if isinstance(right, DictValue) and right.whole:
        merged_whole = known.having(right.entries)
        return merged_whole if isinstance(left, DictValue) else replace(merged_whole, filled=bool(right.entries))
    entries = right.entries if isinstance(right, DictValue) else ()
    kept = [(key, one_of([value, ANYTHING])) for key, value in known.entries]
    filled = known.filled or (isinstance(right, DictValue) and right.filled)
    return replace(DictValue((), whole=False).having([*kept, *entries]), filled=filled)
