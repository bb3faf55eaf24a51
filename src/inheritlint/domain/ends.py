"""The two ends of pipes, terminals and pairs of sockets: which of them this process has open, and which it reads."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import libcst as cst

from inheritlint.domain.identity import covers
from inheritlint.domain.origins import Parameter
from inheritlint.domain.values import ObjectRef
from inheritlint.findings.classes import KeepsHash, frozen
from inheritlint.knowledge.effects import Kind

#: Objects that are closed when nothing refers to them any more; a number is not.
COLLECTED = (Kind.SOCKET, Kind.CONNECTION)
_OTHER = {"[0]": "[1]", "[1]": "[0]"}


def other_end(end: ObjectRef) -> ObjectRef | None:
    """The other end of the pair of which `end` is one; None where it is no element of anything."""
    if not end.path or end.path[-1] not in _OTHER:
        return None
    return ObjectRef(end.origin, (*end.path[:-1], _OTHER[end.path[-1]]), end.kind, end.old)


@frozen
class Ends(KeepsHash):
    """What is known of ends on one path, from the entry of a function on.

    `known` are the ends that were made here, `open` those of them that no other process has: this one surely has them
    open. `given` are those that children got, too, each with what started one. `names` are the variables that keep
    objects alive.
    `reading` are the ends of which something was read, and not yet the end of file, each with the call that reads.
    `let_go` are the parameters that may have been closed, stored or given to code that is not known, and `all_let_go`
    says that any descriptor may have been closed. `unblocked` are those whose reads may find nothing without being at
    the end, `owned` those of which a file was made, which closes the end when nothing refers to it any more. Nothing is
    kept where a file makes no such pair: it is not `tracked`.
    """

    tracked: bool = False
    open: frozenset[ObjectRef] = frozenset()
    given: frozenset[tuple[ObjectRef, cst.CSTNode]] = frozenset()
    names: frozenset[tuple[str, ObjectRef]] = frozenset()
    reading: frozenset[tuple[ObjectRef, cst.CSTNode]] = frozenset()
    let_go: frozenset[ObjectRef] = frozenset()
    all_let_go: bool = False
    unblocked: frozenset[ObjectRef] = frozenset()
    known: frozenset[ObjectRef] = frozenset()
    owned: frozenset[ObjectRef] = frozenset()

    def made(self, ends: Iterable[ObjectRef]) -> "Ends":
        """After `ends` were made."""
        fresh = frozenset(ends)
        return replace(self, open=self.open | fresh, known=self.known | fresh)

    def released(self, thing: ObjectRef) -> "Ends":
        """After `thing`, or what it holds, may have been closed, or other code may close it."""
        if not self.tracked or thing.is_anything:
            return self
        open_ = [each for each in self.open if covers(thing, each)]
        given = [each for each in self.given if covers(thing, each[0])]
        let_go = self.let_go | {thing} if isinstance(thing.origin, Parameter) else self.let_go
        if not open_ and not given and len(let_go) == len(self.let_go):
            return self
        return replace(self, open=self.open.difference(open_), given=self.given.difference(given), let_go=let_go)

    def owned_by_file(self, thing: ObjectRef) -> "Ends":
        """After a file was made of the number `thing`; of an end that is not known it may be used anyhow."""
        ends = [each for each in self.open if each == thing and each.kind is Kind.DESCRIPTOR]
        return replace(self, owned=self.owned.union(ends)) if ends else self.released(thing)

    def all_released(self) -> "Ends":
        """After any descriptor may have been closed."""
        return replace(self, open=frozenset(), given=frozenset(), all_let_go=True) if self.tracked else self

    def given_to(self, start: cst.CSTNode, things: Iterable[ObjectRef]) -> "Ends":
        """After a child was started that has `things`, too."""
        return replace(self, given=self.given | {(thing.base, start) for thing in things})

    def bound(self, name: str, value: object) -> "Ends":
        """After a variable was assigned, or deleted where `value` is None: what only it kept alive is closed."""
        before = [thing for known, thing in self.names if known == name]
        names = frozenset(each for each in self.names if each[0] != name)
        if isinstance(value, ObjectRef) and any(covers(value, each) for each in self.open):
            names |= {(name, value)}
        elif not before:
            return self
        result = replace(self, names=names)
        for thing in before:
            lost = [each for each in result.open if self.is_collected(each) and covers(thing, each)]
            for each in lost:
                result = result if result.is_kept(each) else result.released(each)
        return result

    def is_kept(self, end: ObjectRef) -> bool:
        """Whether `end` stays open for as long as nothing closes it."""
        return not self.is_collected(end) or bool(self.holders(end))

    def is_collected(self, end: ObjectRef) -> bool:
        """Whether an object has `end`, and closes it when nothing refers to that any more."""
        return end.kind in COLLECTED or end in self.owned

    def holders(self, end: ObjectRef) -> frozenset[tuple[str, ObjectRef]]:
        """The variables that hold an object which has `end`: of a file the number does not count."""
        found = (each for each in self.names if each[1].old is end.old and covers(each[1], end))
        return frozenset(each for each in found if end not in self.owned or each[1].path[-1:] == (".fileno",))

    def blocking(self, thing: ObjectRef, *, blocks: bool) -> "Ends":
        """After reads of `thing` were told to wait, or not to."""
        return replace(self, unblocked=self.unblocked - {thing} if blocks else self.unblocked | {thing})

    def reads(self, thing: ObjectRef, node: cst.CSTNode) -> "Ends":
        """After `node` read something of `thing`."""
        return replace(self, reading=self.reading | {(thing, node)})

    def at_the_end_of(self, thing: ObjectRef) -> "Ends":
        """After `thing` was read to its end."""
        left = frozenset(each for each in self.reading if each[0] != thing)
        return replace(self, reading=left) if left != self.reading else self

    def joined(self, other: "Ends") -> "Ends":
        """What is known on both of two paths, or on the only one that has made the ends in question."""
        if self == other:
            return self
        ours = self.known - other.known
        theirs = other.known - self.known
        return Ends(
            self.tracked,
            (self.open & other.open) | (self.open & ours) | (other.open & theirs),
            (self.given & other.given) | _of(ours, self.given) | _of(theirs, other.given),
            (self.names & other.names) | _holding(ours, self.names) | _holding(theirs, other.names),
            self.reading | other.reading,
            self.let_go | other.let_go,
            self.all_let_go or other.all_let_go,
            self.unblocked | other.unblocked,
            self.known | other.known,
            self.owned | other.owned,
        )

    def mapped(self, change: Callable[[ObjectRef], ObjectRef]) -> "Ends":
        """The same with `change` applied to each object."""
        return Ends(
            self.tracked,
            frozenset(map(change, self.open)),
            frozenset((change(thing), node) for thing, node in self.given),
            frozenset((name, change(thing)) for name, thing in self.names),
            frozenset((change(thing), node) for thing, node in self.reading),
            frozenset(map(change, self.let_go)),
            self.all_let_go,
            frozenset(map(change, self.unblocked)),
            frozenset(map(change, self.known)),
            frozenset(map(change, self.owned)),
        )


def _of(
    ends: frozenset[ObjectRef], given: frozenset[tuple[ObjectRef, cst.CSTNode]]
) -> set[tuple[ObjectRef, cst.CSTNode]]:
    return {each for each in given if each[0] in ends}


def _holding(ends: frozenset[ObjectRef], names: frozenset[tuple[str, ObjectRef]]) -> set[tuple[str, ObjectRef]]:
    return {each for each in names if any(covers(each[1], end) for end in ends)}


UNTRACKED = Ends()
