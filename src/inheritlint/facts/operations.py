"""What operators, comparisons and subscripts make of values."""

import operator
from ast import literal_eval
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import libcst as cst

from inheritlint.facts.texts import formatted, joined
from inheritlint.facts.values import (
    Bits,
    Choice,
    Constant,
    Items,
    Mixed,
    PerPlatform,
    Reference,
    Table,
    Text,
    Thing,
    Value,
    as_bits,
    choice,
    from_python,
    is_known,
    to_python,
    truth,
)
from inheritlint.knowledge.deeds import Kind
from inheritlint.knowledge.platforms import (
    PLATFORMS,
)

NONE = Constant(None)
_LISTS = (Items, Mixed)
COMPARISONS: dict[type[cst.BaseCompOp], Callable[..., bool]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.Is: operator.is_,
    cst.IsNot: operator.is_not,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.In: lambda left, right: left in right,
    cst.NotIn: lambda left, right: left not in right,
}
NEGATIVE = (cst.NotEqual, cst.IsNot, cst.NotIn)


@lru_cache(4096)
def literal(text: str) -> Any:
    """The value of a literal: LibCST compiles it anew each time it is asked."""
    return literal_eval(text)


def computed(function: Callable[..., Any], *arguments: Any) -> Any:
    """What Python makes of constants, or the exception that it raises: a program may ask for anything."""
    try:
        return function(*arguments)
    except Exception as error:
        return error


def is_none(value: Value, negative: bool) -> Value:
    match value:
        case Constant(None):
            return Constant(not negative)
        case Thing(kind=None):
            return Thing((value, "is none", negative))
        case Reference(name) if not is_known(name):
            return Thing((value, "is none", negative))
    return Constant(negative)


def applied(function: Callable[[object, object], bool], left: Value, right: Value) -> Value | None:
    answer = computed(lambda: bool(function(to_python(left), to_python(right))))
    return Constant(answer) if isinstance(answer, bool) else None


def spread(value: Value) -> tuple[Value, ...]:
    return value.values if isinstance(value, PerPlatform) else (value,) * len(PLATFORMS)


def pointwise(function: Callable[[Value], Value], value: Value, origin: cst.CSTNode) -> Value:
    if isinstance(value, PerPlatform):
        return value.map(function, origin)
    if isinstance(value, Choice):
        return choice(map(function, value.options))
    return function(value)


def literals(value: Value) -> tuple[object, ...]:
    known = computed(to_python, value)
    return known if isinstance(known, tuple) else () if isinstance(known, Exception) else (known,)


def pieced(pieces: list[tuple[frozenset[int], Value]]) -> Value:
    """One value out of those that hold on parts of the platforms."""
    if len({platforms for platforms, _ in pieces}) <= 1:
        return choice(value for _, value in pieces) if pieces else Thing(("nowhere",))
    values = []
    for index in range(len(PLATFORMS)):
        here = [value for platforms, value in pieces if index in platforms]
        values.append(choice(at(value, index) for value in here) if here else Constant(None))
    covered = frozenset().union(*(platforms for platforms, _ in pieces))
    whole = PerPlatform(tuple(values))
    kinds = whole.on(covered)
    return next(iter(kinds)) if len(kinds) == 1 else whole


def at(value: Value, index: int) -> Value:
    return value.values[index] if isinstance(value, PerPlatform) else value


def negated(value: Value) -> Value:
    """`not value`."""
    if isinstance(value, PerPlatform):
        return value.map(negated, value.origin)
    if isinstance(value, Choice):
        return choice(map(negated, value.options))
    answer = truth(value)
    return Constant(not answer) if answer is not None else Thing((value, "not"))


_ELEMENTS = {
    Kind.PAIR: Kind.DESCRIPTOR,
    Kind.SOCKETS: Kind.SOCKET,
    Kind.CONNECTIONS: Kind.CONNECTION,
}


def element(base: Value, index: Value | None) -> Value:
    """`base[index]`; whichever element where `index` is None."""
    match base, index:
        case Items(items), Bits(position, 0) if -len(items) <= position < len(items):
            return items[position]
        case Items(items), None if items:
            return choice(items)
        case PerPlatform(values, reads="platform.uname"), Bits(0, 0):
            return PerPlatform(values, "platform.system")
        case Table(), Constant(key) if (known := base.get(key)) is not None:
            return known
        case Table(entries, True), _ if entries and not isinstance(index, (Constant, Bits)):
            return choice(value for _, value in entries)
        case Table(), PerPlatform(values):
            return PerPlatform(tuple(element(base, value) for value in values))
        case Thing(kind=Kind.MESSAGE | Kind.MENTIONED as kind), _:  # of what `struct.unpack` made of it
            return base.step("[*]", kind)
        case Thing(kind=kind), Bits(position, 0):
            inner = _ELEMENTS.get(kind) if kind else None
            if kind is Kind.CREATED_FILE and position == 0:
                inner = Kind.DESCRIPTOR
            return base.step(f"[{position}]", inner)
        case Thing(), Constant(key):
            return base.step(f"[{key!r}]")
        case Thing(), _:
            return base.step("[*]")
    return Thing(("element", base, index))


def merged(table: Table, more: Value) -> Table:
    """`{**table, **more}`. What may be overridden is no longer known."""
    if isinstance(more, Table) and not more.whole:
        return Table(more.entries, whole=False)
    if isinstance(more, Table):
        return Table(table.having(more.entries).entries, table.whole and more.whole)
    return Table((), whole=False)


def combine(sign: cst.BaseBinaryOp | cst.BaseAugOp, left: Value, right: Value) -> Value:
    """`left sign right` for flags and the containers that hold them."""
    if isinstance(sign, (cst.Add, cst.AddAssign)) and isinstance(left, Items) and isinstance(right, Items):
        return Items(left.items + right.items)
    if isinstance(sign, (cst.Add, cst.AddAssign)) and (isinstance(left, _LISTS) or isinstance(right, _LISTS)):
        return Mixed(tuple(item for side in (left, right) if isinstance(side, _LISTS) for item in side.items))
    if isinstance(sign, (cst.Add, cst.AddAssign)) and (isinstance(left, Text) or isinstance(right, Text)):
        return joined([left, right])
    if isinstance(sign, cst.Modulo) and isinstance(left, Constant) and isinstance(left.value, (str, bytes)):
        return formatted(left.value, right.items if isinstance(right, Items) else (right,))
    if isinstance(sign, (cst.BitOr, cst.BitOrAssign)) and isinstance(left, Table):
        return merged(left, right)
    if isinstance(sign, (cst.Add, cst.AddAssign)) and isinstance(left, Constant) and isinstance(right, Constant):
        return (
            from_python(left.value + right.value)
            if isinstance(left.value, str) and isinstance(right.value, str)
            else Thing((left, right))
        )
    one, other = as_bits(left), as_bits(right)
    match sign:
        case cst.BitOr() | cst.BitOrAssign():
            ones = one.ones | other.ones
            return Bits(ones, (one.unknown | other.unknown) & ~ones)
        case cst.BitAnd() | cst.BitAndAssign():
            maybe = (one.ones | one.unknown) & (other.ones | other.unknown)
            return Bits(one.ones & other.ones, maybe & ~(one.ones & other.ones))
        case cst.BitXor() | cst.BitXorAssign():
            unknown = one.unknown | other.unknown
            return Bits((one.ones ^ other.ones) & ~unknown, unknown)
        case cst.Multiply() | cst.MultiplyAssign():
            # `FLAG * wanted`: no flag or that flag. Other products of flags have no meaning.
            flag = one if one.number is not None else other
            return Bits(0, flag.ones) if one.unknown or other.unknown else Bits.of(one.ones * other.ones)
    if one.unknown or other.unknown:
        return _disjoint_sum(sign, one, other)
    number = computed(lambda: _ARITHMETIC[type(sign)](one.ones, other.ones))
    return Bits.of(number) if isinstance(number, int) else Bits(0, -1)


def _disjoint_sum(sign: cst.CSTNode, one: Bits, other: Bits) -> Bits:
    """`+` of flags that share no bit is `|`; anything else with an unknown part is unknown."""
    apart = not (one.ones | one.unknown) & (other.ones | other.unknown)
    if isinstance(sign, (cst.Add, cst.AddAssign)) and apart:
        return Bits(one.ones | other.ones, one.unknown | other.unknown)
    return Bits(0, -1)


def _shifted(value: int, by: int) -> int:
    if not 0 <= by < 256:
        raise ValueError(by)
    return value << by


_ARITHMETIC: dict[type[cst.CSTNode], Callable[[int, int], int]] = {
    cst.Add: operator.add,
    cst.AddAssign: operator.add,
    cst.Subtract: operator.sub,
    cst.SubtractAssign: operator.sub,
    cst.LeftShift: _shifted,
    cst.LeftShiftAssign: _shifted,
    cst.RightShift: operator.rshift,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
}
