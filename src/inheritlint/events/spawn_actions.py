"""The file actions of `os.posix_spawn`: what is opened, duplicated and closed in the child before it runs."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.literals import as_bits
from inheritlint.domain.standard_streams import STREAMS, number_of, stream_of
from inheritlint.domain.values import FlagBits, ObjectRef, QualifiedName, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings import Span
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.flags import CONSTANTS

_FRESH = (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER)


@frozen
class SpawnOpen(Call):
    """`(os.POSIX_SPAWN_OPEN, number, path, flags, mode)` with `O_CLOEXEC` among its flags; `number` is None where it is
    not known, `flags` the expression, where it is written."""

    number: int | None
    flags: cst.BaseExpression | None


@frozen
class SpawnSwapped(Call):
    """`(os.POSIX_SPAWN_DUP2, 1, fd)`: a standard stream is duplicated onto a descriptor. `first` and `second` are the
    two expressions, where they are written."""

    number: int
    first: cst.BaseExpression | None
    second: cst.BaseExpression | None


def _spawned(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    actions = seen[0].value("file_actions")
    if not isinstance(actions, SequenceValue):
        return
    written = _written(program, seen[0])
    for position, action in enumerate(actions.items):
        if not isinstance(action, SequenceValue) or not action.items:
            continue
        parts = _parts(written[position]) if position < len(written) else None
        span = program.tree.span(written[position]) if position < len(written) else program.tree.span(node)
        yield from _judged(program, node, seen, span, action.items, parts)


def _judged(
    program: Program,
    node: cst.Call,
    seen: list[CallRecord],
    span: Span,
    action: tuple[Value, ...],
    parts: list[cst.BaseExpression] | None,
) -> Iterator[Event]:
    name = action[0].name if isinstance(action[0], QualifiedName) else ""
    here = (span, node, program, platforms_of(seen))
    if name == "os.POSIX_SPAWN_OPEN" and len(action) > 3:
        flags = [as_bits(option) for option in alternatives(action[3])]
        if all(bits.ones & CONSTANTS["os.O_CLOEXEC"] for bits in flags):
            number = action[1].number if isinstance(action[1], FlagBits) else None
            yield SpawnOpen(*here, number, parts[3] if parts else None)
    if name == "os.POSIX_SPAWN_DUP2" and len(action) > 2:
        number, target = _standard_number(program, action[1]), action[2]
        is_fresh = isinstance(target, ObjectRef) and target.kind in _FRESH and stream_of(target) is None
        if number is not None and is_fresh:
            yield SpawnSwapped(*here, number, parts[1] if parts else None, parts[2] if parts else None)


def _standard_number(program: Program, value: Value) -> int | None:
    """0, 1 or 2, if `value` is one of them; None for a standard stream that the program replaces somewhere."""
    stream, number = stream_of(value), number_of(value)
    is_number = isinstance(value, FlagBits) or (stream is not None and stream not in program.file.replaced_streams)
    return number if is_number and number in STREAMS else None


def _written(program: Program, record: CallRecord) -> list[cst.CSTNode]:
    """The actions as they are written: in the call, or in the one display that its variable is bound to."""
    argument = record.bound["file_actions"].node
    node = _display(program, argument.value) if argument else None
    if not isinstance(node, (cst.List, cst.Tuple)):
        return []
    return [_display(program, element.value) or element.value for element in node.elements]


def _display(program: Program, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """`node`, or the one expression that its variable is bound to in the same function."""
    if not isinstance(node, cst.Name):
        return node
    outline = program.outline
    scope = outline.enclosing(node)
    targets = [outline.parents[use] for use in outline.names[node.value] if outline.enclosing(use) is scope]
    bound = [outline.parents[each] if isinstance(each, cst.AssignTarget) else each for each in targets]
    found = [each.value for each in bound if isinstance(each, (cst.Assign, cst.AnnAssign))]
    return found[0] if len(found) == 1 else None


def _parts(node: cst.CSTNode) -> list[cst.BaseExpression] | None:
    if not isinstance(node, (cst.Tuple, cst.List)):
        return None
    return [element.value for element in node.elements]


EVENT_BUILDERS = {Effect.SPAWN: _spawned}
