"""A file, a socket or the like is asked for its number, or entered: what may be raised then."""

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.origins import Made
from inheritlint.domain.state import State
from inheritlint.domain.values import ObjectRef, Value
from inheritlint.interpreter.frame import Frame
from inheritlint.knowledge.effects import NUMBERS


def ask(frame: Frame, value: Value, state: State) -> None:
    """`value` is asked for its number, or entered. What is known to be open hardly ever raises, and any other file only
    what one does that is closed or has no number (Lib/_pyio.py: ValueError; io.UnsupportedOperation, an OSError)."""
    if all(_is_open(frame, thing, state) for thing in alternatives(value)):
        frame.doubt(state, "ValueError")
    elif has_number(value, state):
        frame.throw(state, "ValueError", probable=False)
        frame.throw(state, "OSError", probable=False)
    else:
        frame.throw(state, None, probable=False)


def has_number(value: Value, state: State) -> bool:
    """Whether `value` surely has a `fileno`: a file, a socket, or what became inheritable by it."""
    asked = {owner for owner, _ in state.marks}
    known = alternatives(value)
    return all(isinstance(each, ObjectRef) and (each.kind in NUMBERS or each in asked) for each in known)


def _is_open(frame: Frame, thing: Value, state: State) -> bool:
    """Whether this file opened `thing`, and nothing has closed it yet."""
    if not isinstance(thing, ObjectRef) or thing.kind not in NUMBERS or not isinstance(thing.origin, Made):
        return False
    ended_by = state.closed.get(thing.base)
    return ended_by is None or ended_by in frame.file.resets
