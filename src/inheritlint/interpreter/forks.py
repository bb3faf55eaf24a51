"""Sockets on both sides of a fork(2): what the child keeps of the parent's, and the parent of the child's."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.origins import Made
from inheritlint.domain.state import State
from inheritlint.domain.values import ObjectRef
from inheritlint.interpreter.frame import Frame
from inheritlint.knowledge.effects import Kind

#: Methods that only ask.
_ASKING = frozenset(["fileno", "getpeername", "getsockname"])


def listens(frame: Frame, listener: ObjectRef, state: State) -> None:
    """A socket that this function made waits for connections from now on."""
    if state.ends.tracked and listener.kind is Kind.SOCKET and isinstance(listener.origin, Made):
        frame.file.listening.add(listener.base)
        if listener.base not in state.ends.known:
            state.ends = state.ends.made([listener.base])
        for name, value in state.variables.items():
            if isinstance(name, str) and value == listener:
                state.ends = state.ends.bound(name, value)


def accepting(frame: Frame, listener: ObjectRef, state: State) -> None:
    """The process is about to wait for the next connection: what it has of the last one it keeps meanwhile."""
    if not state.ends.tracked:
        return
    _use(frame, listener.base, state)
    parents = frame.parents_in(state) & frame.file.forked_at.keys()
    workers = {start for _, start in state.ends.given} & frame.file.forked_workers.keys()
    for node in (*parents, *workers) if state.credible else ():
        forked = frame.file.forked_at.get(node) or frame.file.forked_workers[node]
        held = [thing for thing, start in state.ends.given if start is node and _is_accepted(frame, thing)]
        held = [each for each in held if state.ends.is_kept(each)]
        forked.is_let_go |= not held
        forked.accepted |= dict.fromkeys(held, state.ends.names)


def accepted(frame: Frame, pair: ObjectRef, state: State) -> None:
    """A connection was accepted: the first of a pair."""
    if state.ends.tracked and isinstance(pair.origin, Made):
        frame.file.accepting.add(pair.origin.node)
        state.ends = state.ends.made([pair.step("[0]", Kind.SOCKET)])


def _is_accepted(frame: Frame, thing: ObjectRef) -> bool:
    return isinstance(thing.origin, Made) and thing.origin.node in frame.file.accepting


def used(frame: Frame, thing: ObjectRef, method: str, state: State) -> None:
    """A method of `thing` is called: a connection that the parent of a fork uses itself is not the child's alone."""
    if not _is_accepted(frame, thing.base) or method in _ASKING:
        return
    if any(each == thing.base and start not in state.forked for each, start in state.ends.given):
        state.ends = state.ends.released(thing.base)


def closing(frame: Frame, thing: ObjectRef, state: State) -> None:
    """`thing` is closed, by the parent of a fork or by its child."""
    if not state.ends.tracked or thing.base not in frame.file.listening:
        return
    if state.in_flight is None:
        _use(frame, thing.base, state)
    for node in frame.parents_in(state) & frame.file.forked_at.keys():
        frame.file.forked_at[node].closed.add(thing.base)


def _use(frame: Frame, thing: ObjectRef, state: State) -> None:
    for node in state.forked & frame.file.forked_at.keys():
        frame.file.forked_at[node].used.add(thing)


def ending(frame: Frame, state: State) -> None:
    """The process ends: what a forked one has of its parent it kept all the time."""
    for node, held in _held_by_child(frame, state):
        frame.file.forked_at[node].listening |= dict.fromkeys(held, state.ends.names)


def sleeping(frame: Frame, state: State) -> None:
    """The process waits for some time: where it never does anything else it keeps what it has."""
    for node, held in _held_by_child(frame, state) if state.ends.tracked else ():
        forked = frame.file.forked_at[node]
        forked.asleep |= dict.fromkeys(held, state.ends.names)
        forked.used |= frame.file.listening.difference(held)


def leaving(frame: Frame, state: State) -> None:
    """A function is left: what the child of a fork does afterwards is not known here."""
    for node in state.forked & frame.file.forked_at.keys():
        frame.file.forked_at[node].is_left = True


def _held_by_child(frame: Frame, state: State) -> Iterator[tuple[cst.CSTNode, list[ObjectRef]]]:
    """The forks in whose child this runs, with the listening sockets that it has from its parent."""
    for node in state.forked & frame.file.forked_at.keys() if state.credible else ():
        yield node, [each for each, start in state.ends.given if start is node and each in frame.file.listening]
