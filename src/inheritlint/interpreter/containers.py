"""Lists, sets and dicts of the program: objects whose contents a state holds."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import options_of, things_in
from inheritlint.domain.descriptor import ABSENT, Inheritance
from inheritlint.domain.identity import covers
from inheritlint.domain.joins import one_of, partial_sequence, sequence
from inheritlint.domain.literals import from_python
from inheritlint.domain.operations import ELEMENTS, PAIRS, element
from inheritlint.domain.origins import Made
from inheritlint.domain.ranges import narrowed
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.values import (
    ANYTHING,
    MAX_DEPTH,
    ConstantValue,
    DictValue,
    FlagBits,
    Iteration,
    ObjectRef,
    OneOf,
    PartialSequence,
    SequenceValue,
    Value,
)
from inheritlint.interpreter.frame import Frame
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.workers import CHANNELS


def made(frame: Frame, state: State, node: cst.CSTNode, kind: Kind | None = None, part: str = "") -> ObjectRef:
    """A new object that `node` makes; the one that it made in an earlier round of a loop is an older one."""
    origin = frame.file.origins.made(node, part, frame.function)
    frame.renew(origin, state)
    return ObjectRef(origin, (), kind)


def allocated(frame: Frame, state: State, node: cst.CSTNode, contents: Value | None) -> ObjectRef:
    """A new container, or object, with what it holds; None where that is not known."""
    reference = made(frame, state, node)
    if isinstance(contents, (SequenceValue, PartialSequence, DictValue)):
        state.put((reference, CONTENTS), contents)
    else:
        state.drop((reference, CONTENTS))
    return reference


def appended(state: State, container: ObjectRef, items: Iterable[Value]) -> None:
    """`items` are added at the end of a list, or to a set. What is added again and again has no known number."""
    added = [narrowed(item, state.facts) for item in items]
    match state.contents(container):
        case SequenceValue(known):
            again = any(item in known or (isinstance(item, ObjectRef) and item.aged in known) for item in added)
            together = dict.fromkeys([*known, *added])
            after = partial_sequence(together, filled=True) if again else sequence([*known, *added])
        case PartialSequence(known, filled):
            after = partial_sequence(dict.fromkeys([*known, *added]), filled=filled or bool(added))
        case DictValue():
            return
        case _:
            after = partial_sequence(added, filled=bool(added))
    state.put((container, CONTENTS), after)


def items_of(value: Value, state: State) -> tuple[Value, ...] | None:
    """The elements that an iteration gives one after the other; None where they are not all known."""
    match state.contents(value) or value:
        case SequenceValue(items):
            return items
        case ObjectRef(kind=kind) as pair if kind in PAIRS:
            return element(pair, FlagBits(0)), element(pair, FlagBits(1))
        case DictValue(entries, True):
            return tuple(from_python(key) for key, _ in entries)
        case ConstantValue(str() as text) if len(text) <= 24:
            return tuple(ConstantValue(sign) for sign in text)
        case Iteration(items=tuple() as items, position=position):
            return items[position:]
    return None


def element_of(value: Value, state: State) -> Value:
    """Whichever element an iteration gives, where they are not all known."""
    contents = state.contents(value) or value
    own = (
        value.step("[*]", _ELEMENT_KIND.get(value.kind) if value.kind else None)
        if isinstance(value, ObjectRef)
        else ANYTHING
    )
    match contents:
        case SequenceValue(items) if items:
            return one_of(items)
        case PartialSequence(items) if items:
            return one_of([*items, own]) if own != ANYTHING else one_of(items)
        case DictValue(entries) if entries and isinstance(value, ObjectRef):
            return one_of([*(key for key, _ in entries if isinstance(key, ObjectRef)), own])
        case Iteration(over=over):
            return element_of(over, state)
    return own


_SAME = {kind: kind for kind in (Kind.MESSAGE, Kind.MENTIONED, Kind.OBJECT, Kind.ENVIRONMENT, Kind.ANCILLARY)}
#: What a loop goes through: of standard input that is one request after the other.
_ELEMENT_KIND = {**ELEMENTS, Kind.INPUT: Kind.REQUEST, **dict.fromkeys(CHANNELS, Kind.MESSAGE), **_SAME}


def snapshot(value: Value, state: State, depth: int = 0) -> Value:
    """`value` as it is now: containers with what they hold."""
    if depth > MAX_DEPTH:
        return value
    match value:
        case ObjectRef():
            contents = state.heap.get((value, CONTENTS))
            if contents is None:
                return value
            return snapshot(contents, state, depth + 1) if not _is_vague(contents) else value
        case SequenceValue(items):
            return SequenceValue(tuple(snapshot(item, state, depth + 1) for item in items))
        case PartialSequence(items, filled):
            return PartialSequence(tuple(snapshot(item, state, depth + 1) for item in items), filled)
        case DictValue(entries, whole):
            held = tuple((key, snapshot(item, state, depth + 1)) for key, item in entries)
            return DictValue(held, whole, value.filled)
        case OneOf(options):
            return OneOf(snapshot(option, state, depth + 1) for option in options)
    return value


def _is_vague(contents: Value) -> bool:
    return isinstance(contents, PartialSequence) and not contents.items


def none_of(state: State, over: Value) -> None:
    """An iteration gave nothing: nothing in there can be inheritable. Of a thing that is by a name of its own, that
    holds where there may be none."""
    things = things_in(snapshot(element_of(over, state), state))
    if isinstance(over, ObjectRef):
        things.append(over)
    for key, mark in state.marks.items():
        may_be_absent = Inheritance.ABSENT in mark.may_be
        if mark.is_inheritable and any(
            covers(each, key[0]) and (may_be_absent or each == over or "[*]" in each.path) for each in things
        ):
            state.marks = {**state.marks, key: ABSENT}


def forget_containers(values: Iterable[Value], state: State) -> None:
    """Code that is not known got `values`: dicts among them may hold anything now, and empty lists something; so may
    those that the attributes of an object are."""
    given = [option for value in values for option in options_of(value) if isinstance(option, ObjectRef)]
    made_here = {option for option in given if isinstance(option.origin, Made)}
    held: list[Value] = []
    if made_here:
        held = [value for (owner, step), value in state.heap.items() if owner in made_here and step.startswith(".")]
    for option in (*given, *held):
        contents = state.heap.get((option, CONTENTS)) if isinstance(option, ObjectRef) else None
        if not isinstance(option, ObjectRef) or contents is None:
            continue
        if isinstance(contents, DictValue):
            state.put((option, CONTENTS), DictValue((), whole=False))
        elif contents == SequenceValue(()):
            state.put((option, CONTENTS), PartialSequence(()))


def names_of(state: State) -> Iterator[tuple[str, ObjectRef]]:
    """How objects are written here: by a name, or by an attribute of a name."""
    holders: dict[ObjectRef, str] = {}
    for name, value in state.variables.items():
        if isinstance(name, str) and isinstance(value, ObjectRef) and "<" not in name:
            yield name, value
            holders.setdefault(value, name)
    for (owner, step), value in state.heap.items():
        if step.startswith(".") and isinstance(value, ObjectRef) and owner in holders:
            yield f"{holders[owner]}{step}", value
