"""What is given where a descriptor belongs: to `set_inheritable`, and in `pass_fds`."""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.operations import PAIRS
from inheritlint.domain.truth import is_soft
from inheritlint.domain.values import (
    ConstantValue,
    FlagBits,
    ObjectRef,
    PartialSequence,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.names import name_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import EVERYWHERE, WINDOWS


class ArgumentMistake(Enum):
    """What stands where a descriptor belongs."""

    OBJECT = auto()  # a file or a socket
    VALUE = auto()  # what has no descriptor of its own: a text, None, several descriptors
    KEYWORD = auto()  # the right thing, under a name that a positional-only parameter does not have
    NUMBER = auto()  # one descriptor where a sequence of them belongs
    SINGLE = auto()  # a socket or a connection in its place, which is no sequence either
    HANDLE = auto()  # a Windows handle
    SOCKET_NUMBER = auto()  # on Windows a handle


@frozen
class WrongDescriptorArgument(Call):
    """A call that takes descriptors is given something else. `argument` is where it stands, `target` the name of what
    is given, empty where it has none, `kind` what it is, `in_pass_fds` that it is in that argument of a start,
    `by_function` that a function of the file passes it on to the call, `of_socket` that it is the `fileno()` of a
    socket, and not of what has one, `on_windows` that it is another thing elsewhere, `noun` what is given in place of a
    number.
    """

    given: ArgumentMistake
    argument: cst.Arg
    target: str
    kind: Kind | None
    in_pass_fds: bool
    by_function: bool
    of_socket: bool
    on_windows: bool = False
    noun: str = ""

    @property
    def is_socket(self) -> bool:
        return self.kind is Kind.SOCKET

    @property
    def is_question(self) -> bool:
        """Whether the call only asks."""
        return self.callee.endswith("get_inheritable")


def _marked(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    if seen[0].name == "socket.set_inheritable":
        return
    argument = seen[0].bound.get("descriptor")
    keyword = _keyword(seen[0])
    if keyword is not None:
        yield _event(program, node, seen, ArgumentMistake.KEYWORD, keyword, keyword.value)
    elif argument is not None and argument.node is not None and (noun := _one_noun(seen)):
        yield _event(program, node, seen, ArgumentMistake.VALUE, argument.node, argument.node.value, None, noun)
    elif argument is not None and argument.node is not None:
        kinds = _kinds_on(EVERYWHERE, seen)
        on_windows = len(kinds) > 1 and _kinds_on(WINDOWS, seen) == {Kind.HANDLE}
        kind = Kind.HANDLE if on_windows else kinds.pop() if len(kinds) == 1 else None
        given = _GIVEN.get(kind)
        if given is ArgumentMistake.SOCKET_NUMBER and seen[0].spec.effect is Effect.ASK_INHERITABLE:
            return  # it is asked for where it can be
        if given is not ArgumentMistake.OBJECT and seen[0].given is not None:
            return  # what the function does with it on Windows is its own matter
        if given is ArgumentMistake.SOCKET_NUMBER and not WINDOWS & program.finished_on(node):
            return
        if given is not None:
            event = _event(program, node, seen, given, argument.node, argument.node.value, kind)
            yield replace(event, on_windows=on_windows)


def _kinds_on(platforms: frozenset[int], seen: list[CallRecord]) -> set[Kind | None]:
    """What the descriptor is said to be on those of `platforms` that reach the call."""
    reached = [(each.bound["descriptor"].value, on) for each in seen if (on := each.platforms & platforms)]
    return {kind for value, on in reached for kind in _kinds(value, on)}


def _one_noun(seen: list[CallRecord]) -> str:
    """What a call is given on every path that is no number, nor has one; empty where that may be otherwise."""
    nouns = {_noun(option) for each in seen for option in alternatives(each.bound["descriptor"].value)}
    return nouns.pop() if _is_certain(seen) and len(nouns) == 1 else ""


def _is_certain(seen: list[CallRecord]) -> bool:
    """Whether the call itself is made as it is seen, on every path."""
    return all(each.credible and each.given is None for each in seen)


def _noun(value: Value) -> str:
    """What a value is called that `os.set_inheritable` refuses; empty for one that may be a number, or another one."""
    if is_soft(value):
        return ""
    match value:
        case ConstantValue(None):
            return "None"
        case ConstantValue(str() | bytes()) | TextValue():
            return "a string"
        case SequenceValue():
            return "a sequence"
        case ObjectRef(kind=kind) if kind in (*PAIRS, Kind.SOCKETS, Kind.CREATED_FILE):
            return "a pair"
        case ObjectRef(kind=Kind.PATH):
            return "a path"
    return ""


#: What `int` refuses, by which `pass_fds` takes numbers (Lib/subprocess.py): a text may hold one.
_NO_NUMBERS = ("None", "a sequence", "a pair")


def is_refused(record: CallRecord) -> bool:
    """Whether `os.set_inheritable` raises `TypeError` for what it is given, and so changes nothing."""
    if record.name == "socket.set_inheritable" or record.spec.effect is not Effect.SET_INHERITABLE:
        return False
    kinds = _kinds_on(EVERYWHERE, [record]) if "descriptor" in record.bound else set()
    is_object = len(kinds) == 1 and _GIVEN.get(kinds.pop()) is ArgumentMistake.OBJECT
    return is_object or _keyword(record) is not None or ("descriptor" in record.bound and bool(_one_noun([record])))


def _keyword(record: CallRecord) -> cst.Arg | None:
    """The second argument, where it is given under the name that it has in the documentation; a function of the file
    may have a parameter of that name."""
    written = record.node.args if record.given is None else ()
    return next((each for each in written if each.keyword and each.keyword.value == "inheritable"), None)


def _event(
    program: Program,
    node: cst.Call,
    seen: list[CallRecord],
    given: ArgumentMistake,
    argument: cst.Arg,
    culprit: cst.BaseExpression | None,
    kind: Kind | None = None,
    noun: str = "",
) -> WrongDescriptorArgument:
    target = name_of(program.tree, culprit) if culprit is not None else ""
    started = seen[0].spec.effect is Effect.SUBPROCESS
    here = program.tree.span(node), node, program, platforms_of(seen)
    of_socket = given is ArgumentMistake.SOCKET_NUMBER and _is_of_socket(program, argument.value, seen)
    relayed = seen[0].given is not None
    return WrongDescriptorArgument(*here, given, argument, target, kind, started, relayed, of_socket, noun=noun)


def _is_of_socket(program: Program, written: cst.BaseExpression, seen: list[CallRecord]) -> bool:
    """Whether `written` calls the method of a socket itself, whatever path leads there."""
    numbers = program.file.socket_numbers.get(written, set())
    return all(option in numbers for each in seen for option in alternatives(each.bound["descriptor"].value))


_GIVEN: dict[Kind | None, ArgumentMistake] = {
    Kind.FILE: ArgumentMistake.OBJECT,
    Kind.INPUT: ArgumentMistake.OBJECT,
    Kind.CHANNEL: ArgumentMistake.OBJECT,
    Kind.STREAM: ArgumentMistake.OBJECT,
    Kind.SOCKET: ArgumentMistake.OBJECT,
    Kind.CONNECTION: ArgumentMistake.OBJECT,
    Kind.HANDLE: ArgumentMistake.HANDLE,
    Kind.SOCKET_NUMBER: ArgumentMistake.SOCKET_NUMBER,
}


_EMPTY = (SequenceValue(()), PartialSequence(()))


def _kinds(value: Value, platforms: frozenset[int] = EVERYWHERE) -> Iterator[Kind | None]:
    for option in alternatives(value, platforms):
        yield option.kind if isinstance(option, ObjectRef) else None


def _started(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    told = [each for each in seen if "pass_fds" in each.bound]
    told = [each for each in told if each.value("pass_fds") not in _EMPTY]  # that is right, whatever else it may hold
    given = [each.bound["pass_fds"] for each in told]
    nouns = {_noun_inside(each.value) for each in given}
    if given and given[0].node is not None and all(nouns) and _is_certain(seen):
        yield _event(program, node, seen, ArgumentMistake.VALUE, given[0].node, None, None, min(nouns))
        return
    wrong = {_passed(each.bound["pass_fds"], each.platforms) for each in told}
    mistake = wrong.pop() if len(wrong) == 1 else None
    if mistake is None or given[0].node is None:
        return
    argument = given[0].node
    if mistake is ArgumentMistake.OBJECT:
        yield _event(program, node, seen, mistake, argument, *_culprit(argument.value, given[0].value))
    elif mistake is ArgumentMistake.SINGLE:
        yield _event(program, node, seen, mistake, argument, argument.value, next(_kinds(given[0].value)))
    else:
        yield _event(program, node, seen, mistake, argument, argument.value)


def _noun_inside(value: Value) -> str:
    """The first of the elements of `pass_fds` that can be no number, as it is called; empty where there is none."""
    items = value.items if isinstance(value, SequenceValue) else ()
    return next((noun for item in items if (noun := _noun(item)) in _NO_NUMBERS), "")


def _culprit(display: cst.BaseExpression, value: Value) -> tuple[cst.BaseExpression | None, Kind | None]:
    """The first element of a display that is an object, and what it is; no element where they are not written out."""
    items = value.items if isinstance(value, (SequenceValue, PartialSequence)) else ()
    elements = display.elements if isinstance(display, (cst.Tuple, cst.List)) else ()
    for position, item in enumerate(items):
        for kind in _kinds(item):
            if _GIVEN.get(kind) is ArgumentMistake.OBJECT:
                return elements[position].value if len(elements) == len(items) else None, kind
    return None, None


def _passed(argument: Argument, platforms: frozenset[int]) -> ArgumentMistake | None:
    """What is wrong with `pass_fds` on `platforms`, if anything is."""
    match argument.value:
        case FlagBits():
            return ArgumentMistake.NUMBER
        case ObjectRef(kind=Kind.DESCRIPTOR | Kind.SOCKET_NUMBER):
            return ArgumentMistake.NUMBER
        case ObjectRef(kind=Kind.SOCKET | Kind.CONNECTION):
            return ArgumentMistake.SINGLE
        case SequenceValue(items) | PartialSequence(items):
            kinds = [set(_kinds(item, platforms)) for item in items]
            if any(_GIVEN.get(kind) is ArgumentMistake.OBJECT for each in kinds for kind in each):
                return ArgumentMistake.OBJECT
            return ArgumentMistake.HANDLE if {Kind.HANDLE} in kinds else None
    return None


#: What a function of the file passes on for its callers.
CHOSEN = {Effect.SET_INHERITABLE: frozenset(["descriptor"])}
EVENT_BUILDERS = {Effect.SET_INHERITABLE: _marked, Effect.ASK_INHERITABLE: _marked, Effect.SUBPROCESS: _started}
