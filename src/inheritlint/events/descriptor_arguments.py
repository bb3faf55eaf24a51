"""What is given where a descriptor belongs: to `set_inheritable`, and in `pass_fds`."""

from collections.abc import Iterator
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.values import FlagBits, ObjectRef, PartialSequence, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.names import name_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import WINDOWS


class ArgumentMistake(Enum):
    """What stands where a descriptor belongs."""

    OBJECT = auto()  # a file or a socket
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
    socket, and not of what has one."""

    given: ArgumentMistake
    argument: cst.Arg
    target: str
    kind: Kind | None
    in_pass_fds: bool
    by_function: bool
    of_socket: bool

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
    elif argument is not None and argument.node is not None:
        kinds = {kind for each in seen for kind in _kinds(each.bound["descriptor"].value)}
        kind = kinds.pop() if len(kinds) == 1 else None
        given = _GIVEN.get(kind)
        if given is ArgumentMistake.SOCKET_NUMBER and seen[0].spec.effect is Effect.ASK_INHERITABLE:
            return  # it is asked for where it can be
        if given is not ArgumentMistake.OBJECT and seen[0].given is not None:
            return  # what the function does with it on Windows is its own matter
        if given is ArgumentMistake.SOCKET_NUMBER and not WINDOWS & program.finished_on(node):
            return
        if given is not None:
            yield _event(program, node, seen, given, argument.node, argument.node.value, kind)


def is_refused(record: CallRecord) -> bool:
    """Whether `os.set_inheritable` raises `TypeError` for what it is given, and so changes nothing."""
    if record.name == "socket.set_inheritable" or record.spec.effect is not Effect.SET_INHERITABLE:
        return False
    kinds = set(_kinds(record.bound["descriptor"].value)) if "descriptor" in record.bound else set()
    is_object = len(kinds) == 1 and _GIVEN.get(kinds.pop()) is ArgumentMistake.OBJECT
    return is_object or _keyword(record) is not None


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
) -> WrongDescriptorArgument:
    target = name_of(program.tree, culprit) if culprit is not None else ""
    started = seen[0].spec.effect is Effect.SUBPROCESS
    here = program.tree.span(node), node, program, platforms_of(seen)
    of_socket = given is ArgumentMistake.SOCKET_NUMBER and _is_of_socket(program, argument.value, seen)
    return WrongDescriptorArgument(*here, given, argument, target, kind, started, seen[0].given is not None, of_socket)


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


def _kinds(value: Value) -> Iterator[Kind | None]:
    for option in alternatives(value):
        yield option.kind if isinstance(option, ObjectRef) else None


def _started(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    given = [each.bound["pass_fds"] for each in seen if "pass_fds" in each.bound]
    given = [each for each in given if each.value not in _EMPTY]  # an empty one is right, whatever else it may hold
    wrong = {_passed(each) for each in given}
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


def _culprit(display: cst.BaseExpression, value: Value) -> tuple[cst.BaseExpression | None, Kind | None]:
    """The first element of a display that is an object, and what it is; no element where they are not written out."""
    items = value.items if isinstance(value, (SequenceValue, PartialSequence)) else ()
    elements = display.elements if isinstance(display, (cst.Tuple, cst.List)) else ()
    for position, item in enumerate(items):
        for kind in _kinds(item):
            if _GIVEN.get(kind) is ArgumentMistake.OBJECT:
                return elements[position].value if len(elements) == len(items) else None, kind
    return None, None


def _passed(argument: Argument) -> ArgumentMistake | None:
    """What is wrong with `pass_fds`, if anything is."""
    match argument.value:
        case FlagBits():
            return ArgumentMistake.NUMBER
        case ObjectRef(kind=Kind.DESCRIPTOR | Kind.SOCKET_NUMBER):
            return ArgumentMistake.NUMBER
        case ObjectRef(kind=Kind.SOCKET | Kind.CONNECTION):
            return ArgumentMistake.SINGLE
        case SequenceValue(items) | PartialSequence(items):
            kinds = {kind for item in items for kind in _kinds(item)}
            if kinds & {kind for kind, given in _GIVEN.items() if given is ArgumentMistake.OBJECT}:
                return ArgumentMistake.OBJECT
            return ArgumentMistake.HANDLE if Kind.HANDLE in kinds else None
    return None


#: What a function of the file passes on for its callers.
CHOSEN = {Effect.SET_INHERITABLE: frozenset(["descriptor"])}
EVENT_BUILDERS = {Effect.SET_INHERITABLE: _marked, Effect.ASK_INHERITABLE: _marked, Effect.SUBPROCESS: _started}
