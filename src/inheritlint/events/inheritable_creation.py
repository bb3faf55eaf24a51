"""Descriptors that are inheritable from their first moment: created, duplicated or received so."""

from collections.abc import Iterator
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.identity import covers
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Made
from inheritlint.domain.state import State
from inheritlint.domain.truth import combine, truth
from inheritlint.domain.values import (
    FALSE,
    NONE,
    TRUE,
    UNKNOWN,
    ConstantValue,
    FlagBits,
    ObjectRef,
    SequenceValue,
    Tristate,
)
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.numbers_written import is_told
from inheritlint.events.preexec import is_preexec_fn
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.containers import snapshot
from inheritlint.interpreter.frame import RETURNED
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.flags import CONSTANTS
from inheritlint.knowledge.inheritance import non_inheritable_since
from inheritlint.knowledge.libc import ALTERNATIVES
from inheritlint.lifecycle.inheritance import does_not_inherit, is_passed
from inheritlint.lifecycle.lifecycle import Lifecycle, ResetStatus, left_to_others, lifecycle_of, runs_later
from inheritlint.source.nodes import children_of

_RECEIVING_FLAG = "socket.MSG_CMSG_CLOEXEC"


class Origin(Enum):
    """How a descriptor came to be inheritable."""

    FLAGS = auto()  # pipe2, memfd_create, eventfd
    COMMAND = auto()  # F_DUPFD
    DUPLICATE = auto()  # dup2
    RECEIVED = auto()  # SCM_RIGHTS
    LIBRARY = auto()  # a function of the C library
    TERMINAL = auto()  # the master of pty.fork()


@frozen
class CreatedInheritable(Call):
    """A call whose result children get unless something is done. `close_on_exec` is false where one way to the call
    lacks the flag, or the argument, that keeps them out; `function` is the one that is called, by its qualified name,
    `flag` that flag, `flags` where it belongs, `argument` the one at fault; `fate` is what becomes of the result."""

    origin: Origin
    function: str
    close_on_exec: Tristate
    flag: str
    flags: Argument | None
    argument: Argument | None
    fate: Lifecycle

    @property
    def receiving_remedy(self) -> str:
        """How what is received is kept from children."""
        return (
            "add `socket.MSG_CMSG_CLOEXEC` to the flags"
            if self.flag
            else "call `os.set_inheritable(fd, False)` on each"
        )

    @property
    def receivers(self) -> list[cst.CSTNode]:
        """What is started while it is inheritable, but for the children that surely close it, and for those that are
        given it."""
        thing, children = self.fate.thing, self.fate.children
        if thing is None:
            return list(children)
        return [
            each
            for each in children
            if not any(ask(self.program, each, thing) for ask in (does_not_inherit, is_passed))
        ]

    @property
    def library_remedy(self) -> str:
        """How a function of the C library is kept from opening its result to children."""
        name = self.function.rpartition(".")[2]
        flag = self.flag.rpartition(".")[2]
        return f"use {ALTERNATIVES[name]}" if name in ALTERNATIVES else f"add `{flag}` to the flags"

    @property
    def is_passed_to_child(self) -> bool:
        """Whether a child is passed its number, and gets it: it was made inheritable for that child."""
        thing = self.fate.thing
        return thing is not None and any(is_told(self.program, child, thing) for child in self.fate.children)

    @property
    def stays_here(self) -> bool:
        """Whether no code but this function, and functions of this file, has the descriptor."""
        thing = self.fate.thing
        return not (thing is None or self.fate.escapes or thing.origin in self.program.file.exposed)

    @property
    def is_confined(self) -> bool:
        """Whether no other function, and no child that this one starts, can have the descriptor or rely on it."""
        if not self.stays_here or self.fate.children:
            return False
        return (
            self.fate.ending in (ResetStatus.NEVER_RESET, ResetStatus.NOT_ON_EVERY_PATH) and not self.program.file.forks
        )

    @property
    def _is_taken_back(self) -> bool:
        """Whether it is closed or made non-inheritable wherever the function comes to: where an error comes first, no
        code has it any more."""
        ending = self.fate.ending
        return ending is ResetStatus.RESET or (ending is ResetStatus.NOT_ON_EVERY_PATH and self.fate.skipped_by_error)

    @property
    def leaks(self) -> bool:
        """Whether children can get it: it is never reset, or one is started before."""
        if self.close_on_exec.is_true or self.close_on_exec == UNKNOWN:
            return False
        if self.is_passed_to_child:
            return False
        if self.origin is Origin.LIBRARY and self.fate.ending is ResetStatus.NOT_ON_EVERY_PATH:
            return False  # C reports a failure as a number: the path that leaves early may have no descriptor
        if self._is_taken_back:
            return bool(self.receivers)
        return self.fate.ending is not ResetStatus.UNKNOWN


@frozen
class SelfDup2(Call):
    """`os.dup2(fd, fd)`."""


def _foreign(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    known = seen[0].spec
    if known.flag in CONSTANTS:
        answer = combine([_flags_of(each, known.flag) for each in seen])
    elif known.flag:  # fopen: a letter of the mode
        answer = combine([_letter_of(each, known.flag) for each in seen])
    else:
        answer = FALSE
    fate = (
        None if known.makes else Lifecycle(ResetStatus.NEVER_RESET)
    )  # what is stored through a pointer cannot be followed
    if answer == UNKNOWN and _by_default(program, node, known.flag).is_false:
        answer, fate = FALSE, Lifecycle(ResetStatus.NEVER_RESET)
    if fate is not None and _cares(program, node):
        return
    yield from _born(program, node, seen, Origin.LIBRARY, answer, known.flag, fate)


def _by_default(program: Program, node: cst.Call, flag: str) -> Tristate:
    """What the flags hold where a function that is named as one of `os` hands its own default on: there the callers
    know that the default is private."""
    function = program.outline.enclosing(node)
    if not isinstance(function, cst.FunctionDef) or not isinstance(node.func, cst.Attribute):
        return UNKNOWN
    name = function.name.value
    twin = CALLS.get(f"os.{name}")
    if name != node.func.attr.value or twin is None or twin.effect is not Effect.CREATE_WITH_FLAGS or twin.flag != flag:
        return UNKNOWN
    handed = {each.value.value for each in node.args if isinstance(each.value, cst.Name)}
    for parameter in function.params.params:
        value = parameter.name.value
        if value in handed and "flags" in value and program.outline.bound[function][value] == 1:
            default = parameter.default
            if isinstance(default, cst.Integer):
                return FlagBits(default.evaluated_value).holds(CONSTANTS[flag])
    return UNKNOWN


def _letter_of(record: CallRecord, letter: str) -> Tristate:
    mode = record.value("mode")
    if not isinstance(mode, ConstantValue) or not isinstance(mode.value, (str, bytes)):
        return UNKNOWN
    text = mode.value if isinstance(mode.value, str) else mode.value.decode("latin-1")
    return TRUE if letter in text else FALSE


def _cares(program: Program, node: cst.Call) -> bool:
    """Whether the function around `node` makes something non-inheritable."""
    names = {use.value for use in _names_in(program.outline.enclosing(node))}
    return bool(names & {"set_inheritable", "FD_CLOEXEC", "F_SETFD"})


def _forked(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    users = {program.function_around(node), *program.marking.get(node, ())}
    if all(_only_returns(program, each, node) for each in users):
        return  # it stands for the function that it calls: callers that are not known decide
    oldest = program.target.oldest
    answer = FALSE if oldest is None or oldest < non_inheritable_since("os.forkpty") else TRUE
    yield from _born(program, node, seen, Origin.TERMINAL, answer, "")


def _only_returns(program: Program, function: Function, node: cst.Call) -> bool:
    """Whether `function` returns the number of the process and the master that come from `node`, in the parent and in
    the child, and keeps neither."""
    exits = program.exits(function)
    states = exits.returned.states if exits is not None else []
    in_child = any(node in state.forked for state in states)
    return in_child and all(_is_pair(state, node) and not _keeps(state, node) for state in states)


def _is_pair(state: State, node: cst.Call) -> bool:
    match snapshot(state.registers.get(RETURNED, NONE), state):
        case ObjectRef(origin=Made(node=made), path=()):
            return made is node
        case SequenceValue((_, ObjectRef(origin=Made(node=made), path=("[1]",)))):
            return made is node
    return False


def _keeps(state: State, node: cst.Call) -> bool:
    """Whether what `node` made is kept where others find it, or a child got it."""
    inside = state.copy()
    inside.registers = {}
    kept = any(_comes_from(thing.origin, node) for thing in left_to_others(inside))
    return kept or any(mark.children for (_, by), mark in state.marks.items() if by is node)


def _comes_from(origin: object, node: cst.Call) -> bool:
    """Whether `node` made what has this origin."""
    return isinstance(origin, Made) and origin.node is node


def _flagged(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    known = seen[0].spec
    origin = Origin.COMMAND if known.trigger else Origin.FLAGS
    answer = FALSE if origin is Origin.COMMAND else combine([_flags_of(each, known.flag) for each in seen])
    yield from _born(program, node, seen, origin, answer, known.flag)


def _flags_of(record: CallRecord, flag: str) -> Tristate:
    value = record.value("flags")
    if value is None:  # the default is private
        return UNKNOWN if record.arguments.has_unpacking else TRUE
    return combine([as_bits(option).holds(CONSTANTS[flag]) for option in alternatives(value, record.platforms)])


def _duplicated(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    answers = []
    for record in seen:
        target, wanted = record.value("fd2"), record.value("inheritable")
        if record.arguments.has_unpacking or (wanted is not None and truth(wanted) is not True):
            answers.append(UNKNOWN)
        else:
            answers.append(FALSE if _is_fresh(target) else UNKNOWN)
    if all(each.credible and _is_itself(program, each) for each in seen):
        yield SelfDup2(program.tree.span(node), node, program, platforms_of(seen))
    elif not is_preexec_fn(program, node):
        yield from _born(program, node, seen, Origin.DUPLICATE, combine(answers), "")


def _is_itself(program: Program, record: CallRecord) -> bool:
    source, target = record.value("fd"), record.value("fd2")
    if source is None or source != target or not isinstance(source, (ObjectRef, FlagBits)):
        return False
    if isinstance(source, FlagBits):
        return True
    # What another function makes is another thing at each call, what a loop makes each time round.
    if program.is_made_elsewhere(source.origin, record.node):
        return False
    return (
        not program.is_made_in_a_loop(source.origin)
        or len({program.tree.text(arg.value) for arg in record.node.args[:2]}) == 1
    )


def _is_fresh(target: object) -> bool:
    """A number above the standard streams, or a descriptor that this function made itself."""
    if isinstance(target, FlagBits):
        return target.number is not None and target.number > 2
    if not isinstance(target, ObjectRef) or not isinstance(target.origin, Made):
        return False
    return target.kind in (Kind.DESCRIPTOR, Kind.FILE)


def _names_in(node: cst.CSTNode) -> Iterator[cst.Name]:
    if isinstance(node, cst.Name):
        yield node
    for child in children_of(node):
        yield from _names_in(child)


def _received(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    if not seen[0].name.startswith("recvmsg"):
        yield from _born(program, node, seen, Origin.RECEIVED, FALSE, "")
        return
    scope = program.outline.enclosing(node)
    if "SCM_RIGHTS" not in {use.value for use in _names_in(scope)} or _cares(program, node):
        return
    if _takes_back(program, node):
        return
    answers = []
    for record in seen:
        flags = record.value("flags")
        if record.arguments.has_unpacking or record.value("ancbufsize") is None:
            answers.append(UNKNOWN)
        else:
            held = [as_bits(option).holds(CONSTANTS[_RECEIVING_FLAG]) for option in alternatives(flags or FlagBits(0))]
            answers.append(combine(held))
    fate = Lifecycle(ResetStatus.NEVER_RESET)  # what the message holds cannot be followed into its bytes
    yield from _born(program, node, seen, Origin.RECEIVED, combine(answers), _RECEIVING_FLAG, fate)


def _takes_back(program: Program, node: cst.Call) -> bool:
    """Whether what a message brought is closed or made non-inheritable, and none of the rest leaves the function."""
    file = program.file
    here = program.function_around(node)
    ended = (
        closing.function
        for known in (file.closings, file.closed_by_callers)
        for origin, closings in known.items()
        if _comes_from(origin, node)
        for closing in closings
    )
    if not any(each is here or runs_later(program, here, each) for each in ended):
        return False
    exits = program.exits(here)
    for state in exits.returned.states if exits is not None else ():
        kept = [thing for thing in left_to_others(state) if _comes_from(thing.origin, node)]
        numbers = [thing for thing in kept if thing.kind is Kind.ANCILLARY or thing.base != thing]
        if any(not any(covers(closed, thing) for closed in state.closed) for thing in numbers):
            return False
    return True


def _born(
    program: Program,
    node: cst.Call,
    seen: list[CallRecord],
    origin: Origin,
    close_on_exec: Tristate,
    flag: str,
    fate: Lifecycle | None = None,
) -> Iterator[Event]:
    if all(program.is_child(record.forked) for record in seen):
        return
    fate = fate or lifecycle_of(program, program.function_around(node), node)
    bound = seen[0].bound
    at_fault = {Origin.COMMAND: "cmd", Origin.DUPLICATE: "inheritable"}.get(origin, "flags")
    yield CreatedInheritable(
        program.tree.span(node),
        node,
        program,
        platforms_of(seen),
        origin,
        seen[0].name,
        close_on_exec,
        flag,
        bound.get("flags"),
        bound.get(at_fault),
        fate,
    )


EVENT_BUILDERS = {
    Effect.CREATE_WITH_FLAGS: _flagged,
    Effect.LIBC_CREATE: _foreign,
    Effect.FORKPTY: _forked,
    Effect.DUP2: _duplicated,
    Effect.RECEIVE_FDS: _received,
}
