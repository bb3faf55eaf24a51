"""What became of 0, 1 and 2 on one path: which is closed, and which one children will not get, by whose doing."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace

import libcst as cst

from inheritlint.domain.origins import Numbered, NumbersFrom, StandardStream
from inheritlint.domain.ranges import is_ruled_out
from inheritlint.domain.values import FlagBits, ObjectRef, OneOf, PartialSequence, SequenceValue, Value
from inheritlint.findings.classes import KeepsHash, frozen

STREAMS = (0, 1, 2)
STREAM_NAMES = ("stdin", "stdout", "stderr")
_NAMED = {
    "sys.stdin": 0,
    "sys.stdout": 1,
    "sys.stderr": 2,
    "sys.__stdin__": 0,
    "sys.__stdout__": 1,
    "sys.__stderr__": 2,
}


@frozen
class StandardStreams(KeepsHash):
    """`closed` numbers may be free: the next descriptor lands on the lowest of them (POSIX, open(2)). `private` says by
    which call a number came to be closed on exec, and which call had closed it before; `closings` which call closed a
    number last."""

    closed: frozenset[int] = frozenset()
    private: frozenset[tuple[int, cst.CSTNode, cst.CSTNode | None]] = frozenset()
    closings: frozenset[tuple[int, cst.CSTNode]] = frozenset()

    def closing(self, numbers: frozenset[int], by: cst.CSTNode) -> "StandardStreams":
        """After `by` closed `numbers`."""
        gone = numbers.intersection(STREAMS)
        closings = frozenset(pair for pair in self.closings if pair[0] not in gone) | {(number, by) for number in gone}
        return StandardStreams(self.closed | gone, self._without(gone), closings)

    def reopening(self, by: cst.CSTNode) -> "tuple[StandardStreams, int]":
        """After `by` created one descriptor, closed on exec as CPython makes them, and the number it has now."""
        number = min(self.closed)
        closed_by = next((node for closed, node in self.closings if closed == number), None)
        return replace(self, closed=self.closed - {number}, private=self.private | {(number, by, closed_by)}), number

    def replaced(self, number: int) -> "StandardStreams":
        """After dup2(2) made `number` again, inheritable."""
        return replace(self, closed=self.closed - {number}, private=self._without({number}))

    def made_inheritable(self, number: int) -> "StandardStreams":
        """After `number` was made inheritable."""
        return replace(self, private=self._without({number}))

    def made_non_inheritable(self, number: int, by: cst.CSTNode) -> "StandardStreams":
        """After `by` made `number` close on exec."""
        private = self._without({number}) | {(number, by, None)}
        return replace(self, closed=self.closed - {number}, private=private)

    def followed_by(self, after: "StandardStreams") -> "StandardStreams":
        """After a function that did to them what `after` says."""
        if after == UNTOUCHED:
            return self
        touched = {each[0] for each in after.private}
        private = frozenset(each for each in self.private if each[0] not in touched | after.closed)
        closings = self.closings | after.closings
        known = dict(closings)
        made = frozenset((number, by, closed_by or known.get(number)) for number, by, closed_by in after.private)
        return StandardStreams((self.closed - touched) | after.closed, private | made, closings)

    def joined(self, other: "StandardStreams") -> "StandardStreams":
        """What may have become of them on one path or the other."""
        if self == other:
            return self
        closings = self.closings | other.closings
        return StandardStreams(self.closed | other.closed, self.private | other.private, closings)

    def _without(self, numbers: Collection[int]) -> "frozenset[tuple[int, cst.CSTNode, cst.CSTNode | None]]":
        return frozenset(each for each in self.private if each[0] not in numbers)


#: Nothing was done to them.
UNTOUCHED = StandardStreams()


def number_of(value: Value) -> int | None:
    """The number that a descriptor, a standard stream or a file is known to have."""
    match value:
        case FlagBits(number, 0):
            return number
        case ObjectRef(origin=Numbered(number)):
            return number
        case ObjectRef(origin=StandardStream(name)):
            return _NAMED.get(name)
    return None


def stream_of(value: Value) -> str | None:
    """The name of the standard stream of which `value` is the number: `sys.stdout` for `sys.stdout.fileno()`."""
    match value:
        case ObjectRef(origin=StandardStream(name), path=(*_, ".fileno")):
            return name
    return None


def numbers_of(value: Value, facts: Mapping[Hashable, bool]) -> frozenset[int]:
    """Every number that `value` may stand for in a loop over a range of them, where `facts` are known."""
    match value:
        case ObjectRef(origin=NumbersFrom(first), path=("[*]", *_)):
            return frozenset(each for each in STREAMS if each >= first and not is_ruled_out(each, value, facts))
        case SequenceValue(items) | PartialSequence(items):
            return frozenset().union(*(numbers_of(item, facts) for item in items))
        case OneOf(options):
            return frozenset().union(*(numbers_of(option, facts) for option in options))
    number = number_of(value)
    return frozenset() if number is None else frozenset([number])


def closed_by_range(low: Value | None, high: Value | None) -> frozenset[int]:
    """The standard streams that `os.closerange(low, high)` closes; an end that is not known is far away."""
    if not isinstance(low, FlagBits) or low.number is None:
        return frozenset()
    last = high.number if isinstance(high, FlagBits) and high.number is not None else 3
    return frozenset(number for number in STREAMS if low.number <= number < last)
