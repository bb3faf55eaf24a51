"""Which end of a pipe, a terminal or a pair of sockets stays open too long: the other one never comes to its end."""

from collections import defaultdict
from collections.abc import Iterator
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.ends import other_end
from inheritlint.domain.origins import Made
from inheritlint.domain.values import ObjectRef
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Wait


@frozen
class OpenEnd:
    """`end` is open in the process that reads `reader` to its end at `read`, after `start` started a child that has
    `end`, too. `in_child` says that the child is the process that reads, `is_fork`
    that it runs on in the same code. `names` are the variables that hold either, `is_file` says that a file was made of
    `end`."""

    start: cst.Call
    end: ObjectRef
    reader: ObjectRef
    read: cst.CSTNode
    in_child: bool
    is_fork: bool
    names: frozenset[tuple[str, ObjectRef]]
    is_file: bool = False

    @property
    def created(self) -> cst.CSTNode | None:
        """What made both ends."""
        return self.end.origin.node if isinstance(self.end.origin, Made) else None

    def name_of(self, end: ObjectRef) -> str:
        """How `end` is written; empty where nothing holds it."""
        return _name_of(end, self.names)


def _name_of(end: ObjectRef, names: frozenset[tuple[str, ObjectRef]]) -> str:
    found = [name for name, thing in names if thing.base == end]
    pair = ObjectRef(end.origin, end.path[:-1], None, end.old)
    found += [f"{name}{end.path[-1]}" for name, thing in names if end.path and thing == pair]
    return min(found, key=lambda name: (len(name), name), default="")


class Copy(Enum):
    """What a process keeps after a fork that only the other one should have."""

    END = auto()  # the other end of a pipe that it reads
    LISTENER = auto()  # the socket at which its parent listened, and stops to
    CONNECTION = auto()  # what the parent accepted for the child


@frozen
class KeptSocket:
    """`socket` stays open in one of the processes after `fork`; `names` are the variables that hold anything."""

    copy: Copy
    fork: cst.Call
    socket: ObjectRef
    names: frozenset[tuple[str, ObjectRef]]

    @property
    def name(self) -> str:
        """How the socket is written; empty where nothing holds it."""
        return _name_of(self.socket, self.names)

    @property
    def created(self) -> cst.CSTNode | None:
        """What made the socket."""
        return self.socket.origin.node if isinstance(self.socket.origin, Made) else None


def kept_sockets(program: Program) -> Iterator[KeptSocket]:
    """Every listening socket that a child keeps for nothing, and every connection that a parent keeps."""
    for node, forked in (*program.file.forked_at.items(), *program.file.forked_workers.items()):
        if not isinstance(node, cst.Call):
            continue
        kept = forked.listening if forked.is_left else forked.listening | forked.asleep
        for thing, names in kept.items():
            if thing in forked.closed and thing not in forked.used:
                yield KeptSocket(Copy.LISTENER, node, thing, names)
        fresh = {(each.origin, each.path): each for each in sorted(forked.accepted, key=lambda each: not each.old)}
        for thing in fresh.values() if not forked.is_let_go else ():
            yield KeptSocket(Copy.CONNECTION, node, thing, forked.accepted[thing])


def open_ends(program: Program) -> Iterator[OpenEnd]:
    """Every end that stays open too long, once for each child that got it."""
    found: dict[tuple[cst.CSTNode, ObjectRef], OpenEnd] = {}
    for waits in program.file.waits.values():
        seen: defaultdict[tuple[cst.CSTNode, cst.CSTNode, ObjectRef], list[Wait]] = defaultdict(list)
        for wait in waits:
            if isinstance(wait.thing.origin, Made) and not wait.is_apart:
                seen[wait.node, wait.read, wait.thing].append(wait)
        for group in seen.values():
            kept = _kept(program, [each for each in group if each.credible] or group)
            if kept is not None:
                before = found.get((kept.start, kept.end))
                if before is None or program.tree.span(kept.read) < program.tree.span(before.read):
                    found[kept.start, kept.end] = kept
    yield from found.values()


def _kept(program: Program, waits: list[Wait]) -> OpenEnd | None:
    """The end that is open on every way to one read."""
    first = waits[0]
    end = other_end(first.thing)
    if end is None or (first.read in program.file.bounded and not all(each.is_certain for each in waits)):
        return None
    start = _start_of(program, waits, end)
    if start is None or not all(_is_open(each, end) for each in waits):
        return None
    in_child = first.worker is not None or any(start in each.forked for each in waits)
    is_fork = start in program.file.forked_at
    names = first.ends.names
    if is_file := end in first.ends.owned:
        names = frozenset(each for each in names if each[1].base != end) | first.ends.holders(end)
    return OpenEnd(start, end, first.thing, first.read, in_child, is_fork, names, is_file)


def _start_of(program: Program, waits: list[Wait], end: ObjectRef) -> cst.Call | None:
    """What started a child that has `end` on every way: the fork in whose child it is read, else the last one."""
    known = [{each.worker} if each.worker else {by for thing, by in each.ends.given if thing == end} for each in waits]
    starts = [each for each in set.intersection(*known) if isinstance(each, cst.Call)]
    forked = waits[0].forked
    return max(starts, key=lambda each: (each in forked, program.tree.span(each)), default=None)


def _is_open(wait: Wait, end: ObjectRef) -> bool:
    held = next((each for each in wait.ends.open if each == end), None)
    return held is not None and wait.ends.is_kept(held)
