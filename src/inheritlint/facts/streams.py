"""What became of 0, 1 and 2 on one path: which is closed, and which one children will not get, by whose doing."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import libcst as cst

from inheritlint.facts.values import Bits, Items, Thing, Value

STREAMS = (0, 1, 2)
_NAMED = {
    "sys.stdin": 0,
    "sys.stdout": 1,
    "sys.stderr": 2,
    "sys.__stdin__": 0,
    "sys.__stdout__": 1,
    "sys.__stderr__": 2,
}


@dataclass(frozen=True, slots=True)
class Streams:
    """`closed` numbers are free: the next descriptor lands on the lowest of them (POSIX, open(2)). `private` says by
    which call a number came to be closed on exec, and which call had closed it before; `closings` which call closed a
    number last."""

    closed: frozenset[int] = frozenset()
    private: frozenset[tuple[int, cst.CSTNode, cst.CSTNode | None]] = frozenset()
    closings: frozenset[tuple[int, cst.CSTNode]] = frozenset()

    def closing(self, numbers: frozenset[int], by: cst.CSTNode) -> "Streams":
        """After `by` closed `numbers`."""
        gone = numbers.intersection(STREAMS)
        closings = frozenset(pair for pair in self.closings if pair[0] not in gone) | {(number, by) for number in gone}
        return Streams(self.closed | gone, self._without(gone), closings)

    def landing(self, by: cst.CSTNode) -> "tuple[Streams, int]":
        """After `by` created one descriptor, closed on exec as CPython makes them, and the number it has now."""
        number = min(self.closed)
        closed_by = next((node for closed, node in self.closings if closed == number), None)
        return replace(self, closed=self.closed - {number}, private=self.private | {(number, by, closed_by)}), number

    def replaced(self, number: int) -> "Streams":
        """After dup2(2) made `number` anew, inheritable."""
        return replace(self, closed=self.closed - {number}, private=self._without({number}))

    def opened(self, number: int) -> "Streams":
        """After `number` was made inheritable."""
        return replace(self, private=self._without({number}))

    def shut(self, number: int, by: cst.CSTNode) -> "Streams":
        """After `by` made `number` close on exec."""
        private = self._without({number}) | {(number, by, None)}
        return replace(self, closed=self.closed - {number}, private=private)

    def _without(self, numbers: Collection[int]) -> "frozenset[tuple[int, cst.CSTNode, cst.CSTNode | None]]":
        return frozenset(each for each in self.private if each[0] not in numbers)


#: Nothing was done to them.
UNTOUCHED = Streams()


def number_of(value: Value) -> int | None:
    """The number that a descriptor, a standard stream or a file is known to have."""
    match value:
        case Bits(number, 0):
            return number
        case Thing(root=("number", int() as number)):
            return number
        case Thing(root=("standard stream", str() as name)):
            return _NAMED.get(name)
    return None


def numbers_of(value: Value) -> frozenset[int]:
    """Every number that `value` may stand for in a loop over a range of them."""
    match value:
        case Thing(root=("range", int() as first), path=("[*]", *_)):
            return frozenset(number for number in STREAMS if number >= first)
        case Items(items):
            return frozenset().union(*(numbers_of(item) for item in items))
    number = number_of(value)
    return frozenset() if number is None else frozenset([number])


def closed_by_range(low: Value | None, high: Value | None) -> frozenset[int]:
    """The standard streams that `os.closerange(low, high)` closes; an end that is not known is far away."""
    if not isinstance(low, Bits) or low.number is None:
        return frozenset()
    last = high.number if isinstance(high, Bits) and high.number is not None else 3
    return frozenset(number for number in STREAMS if low.number <= number < last)
