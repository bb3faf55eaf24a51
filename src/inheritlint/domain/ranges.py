"""Numbers of a range that comparisons leave: what is known of one after it was compared."""

from collections.abc import Hashable, Iterator, Mapping

from inheritlint.domain.operations import compared
from inheritlint.domain.origins import NumbersFrom
from inheritlint.domain.truth import truth
from inheritlint.domain.values import FlagBits, ObjectRef, Value

#: How far the start of a range is moved: it is the standard streams that are asked about.
_FEW = 8


def is_ruled_out(number: int, thing: ObjectRef, facts: Mapping[Hashable, bool]) -> bool:
    """Whether the answers that questions about `thing` got say that it is not `number`."""
    for about, answer in facts.items():
        for value in _said_of(number, thing, about):
            known = truth(value)
            if known is not None and known is not answer:
                return True
    return False


def _said_of(number: int, thing: ObjectRef, about: Hashable) -> Iterator[Value]:
    """What the answer to a question would be if `thing` were `number`."""
    known = FlagBits(number)
    match about:
        case ObjectRef() if about == thing:
            yield known
        case ("Equal", frozenset() as both) if thing in both:
            yield from (compared("Equal", known, other) for other in both - {thing})
        case (str() as op, Value() as left, Value() as right) if thing in (left, right):
            yield compared(op, known if left == thing else left, known if right == thing else right)


def narrowed(value: Value, facts: Mapping[Hashable, bool]) -> Value:
    """A number of a range as what it is after the comparisons that led here: one that begins later. It is to be put
    where those are forgotten."""
    if not isinstance(value, ObjectRef) or not isinstance(value.origin, NumbersFrom) or value.path != ("[*]",):
        return value
    first = value.origin.first
    while first < value.origin.first + _FEW and is_ruled_out(first, value, facts):
        first += 1
    return value if first == value.origin.first else ObjectRef(NumbersFrom(first), ("[*]",))
