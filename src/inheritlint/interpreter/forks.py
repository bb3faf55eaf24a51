"""Sockets on both sides of a fork(2): what the child keeps of the parent's, and the parent of the child's."""

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
        state.ends = state.ends.made([listener.base])
        for name, value in state.variables.items():
            if isinstance(name, str) and value == listener:
                state.ends = state.ends.bound(name, value)


def accepting(frame: Frame, listener: ObjectRef, state: State) -> None:
    """The process is about to wait for the next connection: what it has of the last one it keeps meanwhile."""
    if not state.ends.tracked:
        return
    _use(frame, listener.base, state)
    for node in frame.parents_in(state) & frame.file.forked_at.keys() if state.credible else ():
        forked = frame.file.forked_at[node]
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
    for node in state.forked & frame.file.forked_at.keys() if state.credible else ():
        held = [thing for thing, start in state.ends.given if start is node and thing in frame.file.listening]
        frame.file.forked_at[node].listening |= dict.fromkeys(held, state.ends.names)
