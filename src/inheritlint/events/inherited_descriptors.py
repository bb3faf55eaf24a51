"""A descriptor that the parent left open is taken over: it is inheritable, and goes on to be."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.origins import NumbersFrom
from inheritlint.domain.standard_streams import number_of
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, ObjectRef, Value
from inheritlint.events.event import Event, platforms_of
from inheritlint.events.makers import held_by
from inheritlint.events.numbers_used import NumberUsed
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.calls import NOT_KEEPING
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import POSIX
from inheritlint.lifecycle.lifecycle import ResetStatus, lifecycle_of


@frozen
class InheritedDescriptor(NumberUsed):
    """A number that the parent named is taken for a descriptor; `number` is its expression, where it is written;
    `is_socket` says that a socket is made of it; `child` is a call of the file that starts a child that would get it,
    too."""

    number: cst.Arg | None
    is_socket: bool
    child: cst.Call


def _adopted(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    if not all(_is_from_the_parent(program, each) for each in seen) or not platforms_of(seen) & POSIX:
        return
    if any(_is_closed_elsewhere(program, each) for each in seen):
        return
    fate = lifecycle_of(program, program.function_around(node), node)
    # Where only another function closes it, children may be started before.
    if fate.ending is ResetStatus.UNKNOWN or (fate.ending is ResetStatus.RESET and fate.resets and not fate.children):
        return
    child = next((each for each in fate.children if _gets_everything(program, each)), None) or _child(program)
    if isinstance(child, cst.Call):
        is_socket = seen[0].name == "socket.socket"
        number = seen[0].bound["fileno" if is_socket else "fd"].node
        here = (program.tree.span(node), node, program, platforms_of(seen))
        yield InheritedDescriptor(*here, _number(seen[0]) or NONE, number, is_socket, child)


def _is_closed_elsewhere(program: Program, record: CallRecord) -> bool:
    """Whether another function closes a number that an attribute or a variable holds, or makes it non-inheritable."""
    number = _number(record)
    found = references(number) if number is not None else []
    for thing in list(found):
        found += [each for value in held_by(program, thing) for each in references(value)]
    closings = (each for thing in found for each in program.file.closings.get(thing.origin, ()))
    here = program.function_around(record.node)
    return any(each.function is not here and each.thing in [thing.base for thing in found] for each in closings)


def _number(record: CallRecord) -> Value | None:
    bound = record.bound
    value = bound["fileno"].value if record.name == "socket.socket" and "fileno" in bound else None
    return bound["fd"].value if value is None and "fd" in bound else value


def _is_from_the_parent(program: Program, record: CallRecord) -> bool:
    value = _number(record)
    return (
        value is not None
        and record.name not in NOT_KEEPING
        and any(_is_named_by_it(program, option) for option in alternatives(value))
    )


def _is_named_by_it(program: Program, value: Value) -> bool:
    if isinstance(value, ObjectRef) and value.kind is Kind.ADOPTED:
        return True
    if "LISTEN_FDS" in (*program.file.variables_read, *program.file.variables_set):
        number = number_of(value)
        first = value.origin.first if isinstance(value, ObjectRef) and isinstance(value.origin, NumbersFrom) else number
        return isinstance(first, int) and first > 2
    if not isinstance(value, ObjectRef):
        return False
    name = value.path[-1][1:] if value.path else str(getattr(value.origin, "name", ""))
    return f"--{name.replace('_', '-')}" in program.file.options


def _child(program: Program) -> cst.Call | None:
    """The first call of the file that starts a child which gets every inheritable descriptor."""
    calls = [call for call in (*program.records, *program.file.relayed) if _gets_everything(program, call)]
    return min(calls, key=program.tree.extent, default=None)


def _gets_everything(program: Program, call: cst.CSTNode) -> bool:
    for each in program.seen_at(call):
        closes = each.value("close_fds")
        if each.spec.effect is Effect.SPAWN:
            return True
        if each.spec.effect is Effect.SUBPROCESS and closes is not None and truth(closes) is False:
            return True
    return False


EVENT_BUILDERS = {Effect.USE_FD_NUMBER: _adopted}
