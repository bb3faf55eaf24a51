"""The environment of this process: what a program sets in it stays there for every child that is given no other."""

from collections.abc import Iterator, Sequence

import libcst as cst

from inheritlint.domain.alternatives import options_of, references
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ANYTHING,
    NONE,
    ConstantValue,
    DictValue,
    ObjectRef,
    QualifiedName,
    TextValue,
    Value,
    item_step,
)
from inheritlint.interpreter.frame import Frame, Site
from inheritlint.interpreter.names import ENVIRON
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import CallSpec

_OURS = (ENVIRON, QualifiedName("os.environ"))
#: What stands in the cell of a variable that was taken out.
_REMOVED = NONE


def is_ours(value: Value) -> bool:
    """Whether `value` is the environment of this process."""
    return value in _OURS


def known_variables(state: State) -> Iterator[tuple[str, Value]]:
    """What is known of the environment of this process: the name of a variable, and its value; None for one that was
    taken out."""
    return _cells(ENVIRON, state)


def _cells(owner: ObjectRef, state: State) -> Iterator[tuple[str, Value]]:
    for (held, step), value in state.heap.items():
        if held == owner and step.startswith("['"):
            yield step[2:-2], value


def held_in(value: Value, state: State) -> Value | None:
    """What a container holds, the environment of this process among them; None where that is not known."""
    if not is_ours(value):
        return state.contents(value)
    return DictValue(tuple((name, each) for name, each in known_variables(state) if each != _REMOVED), whole=False)


def given_to(site: Site, spec: CallSpec, state: State) -> tuple[tuple[tuple[str, Value], ...], bool]:
    """What a child finds in its environment, as far as it is known, by name; and whether that is the environment of
    this process, in which there may be more."""
    given = site.arguments.bind(spec).get("env")
    if given is None:
        is_unknown = spec.parameters[-1:] == ("env",)  # which cannot be left out: it is among `*arguments`
        return ((), False) if spec.bare or is_unknown else (tuple(known_variables(state)), True)
    found: dict[str, Value] = {}
    for option in options_of(given.value):
        if option == NONE or is_ours(option):
            return tuple(known_variables(state)), True
        contents = state.contents(option)
        if isinstance(contents, DictValue):
            found |= {str(key): value for key, value in contents.entries if not isinstance(key, ObjectRef)}
        for owner in references(option):
            found |= dict(_cells(owner, state))
    return tuple(found.items()), False


def left_for(record: CallRecord, state: State) -> tuple[tuple[str, Value], ...]:
    """The numbers that a caller has left in the environment for a child that a function of the file starts, which
    knows nothing of them."""
    if not record.has_our_environment:
        return ()
    known = {name for name, _ in record.environment}
    return tuple(each for each in known_variables(state) if each[0] not in known and isinstance(each[1], TextValue))


def withdraw(state: State, ends: Sequence[State]) -> None:
    """What one of `ends` has taken out, or set to something else, is no number any more."""
    for owner, step in [cell for end in ends for cell in end.heap if cell[0] == ENVIRON]:
        values = [end.heap.get((owner, step)) for end in ends]
        if (owner, step) in state.heap and not all(isinstance(value, TextValue) for value in values):
            state.put((owner, step), _REMOVED)


def value_of(name: Value, state: State) -> Value | None:
    """The value of a variable; None where it is not known."""
    known = state.heap.get((ENVIRON, item_step(name.value))) if isinstance(name, ConstantValue) else None
    return None if known == _REMOVED else known


def put(frame: Frame, node: cst.CSTNode, name: Value, value: Value, state: State) -> None:
    """`node` sets a variable."""
    if isinstance(name, ConstantValue):
        places = frame.file.variables_set.setdefault(str(name.value), [])
        if node not in places:
            places.append(node)
        state.put((ENVIRON, item_step(name.value)), value)
        if frame.function is not frame.file.module:
            frame.file.put_by_functions.add((ENVIRON, item_step(name.value)))
        if not isinstance(value, TextValue):
            frame.file.taken_out.add(str(name.value))


def remove(frame: Frame, name: Value, state: State) -> None:
    """A variable is taken out; all may be where it is not known which."""
    if isinstance(name, ConstantValue):
        state.put((ENVIRON, item_step(name.value)), _REMOVED)
        frame.file.taken_out.add(str(name.value))
        return
    frame.file.taken_out.add(None)
    for owner, step in list(state.heap):
        if owner == ENVIRON:
            state.put((owner, step), ANYTHING)
