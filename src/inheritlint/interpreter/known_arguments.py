"""Which summary of a function holds for a call: the general one, or one for what is known of the arguments."""

from inheritlint.domain.origins import StandardStream
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ConstantValue,
    DictValue,
    FlagBits,
    LocalCallable,
    ObjectRef,
    OneOf,
    PartialCall,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.containers import snapshot
from inheritlint.interpreter.frame import FREE, WRAPPED, Frame, Summary


def summary_for(frame: Frame, function: Function, actual: dict[str, Value], state: State) -> Summary | None:
    """The summary for what is known of the arguments: the general one where nothing is that matters."""
    general = general_summary(frame, function, actual)
    context = {name: value for name, each in actual.items() if (value := _closed(each, state)) is not None}
    if state.streams.closed:  # what it creates lands there
        context[FREE] = SequenceValue(tuple(map(FlagBits, sorted(state.streams.closed))))
    if not context or general is None or not general.is_whole:
        return general
    special = frame.summary(function, context)
    return special if special is not None and special.is_whole else general


def general_summary(frame: Frame, function: Function, actual: dict[str, Value]) -> Summary | None:
    """The summary for whatever it is given; of what a decorator has made it is for the function that it stands for."""
    return frame.summary(function, {WRAPPED: actual[WRAPPED]} if WRAPPED in actual else {})


def _closed(value: Value, state: State) -> Value | None:
    """What is known of an argument apart from its identity; None where that is nothing."""
    match value:
        case ConstantValue() | FlagBits() | QualifiedName() | PartialCall() | PerPlatform() | LocalCallable():
            return value
        case TextValue():
            return value
        case SequenceValue() | PartialSequence() | DictValue():
            return snapshot(value, state)
        case ObjectRef(origin=StandardStream()):
            return value
        case ObjectRef():
            contents = state.contents(value)
            return None if contents is None else snapshot(contents, state)
        case OneOf(options):
            closed = all(not isinstance(each, ObjectRef) and _closed(each, state) is not None for each in options)
            return value if closed else None
    return None
