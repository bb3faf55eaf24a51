"""The file actions of `os.posix_spawn`: what is opened, duplicated and closed in the child before it runs."""

from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.literals import as_bits
from inheritlint.domain.standard_streams import STREAMS, number_of, stream_of
from inheritlint.domain.values import FlagBits, ObjectRef, PartialSequence, QualifiedName, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
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
    found: dict[object, dict[tuple[cst.CSTNode | None, SequenceValue], None]] = defaultdict(dict)
    for place, action in (each for record in seen for each in _actions(program, record)):
        found[place or action][place, action] = None
    for actions in found.values():  # what one of them is differs by the path: all have to be wrong
        judged = [list(_judged(program, node, seen, *each)) for each in actions]
        if all(judged):
            yield from judged[0]


def _actions(program: Program, record: CallRecord) -> Iterator[tuple[cst.CSTNode | None, SequenceValue]]:
    """Each action that is known, and where it is written."""
    actions = record.value("file_actions")
    if not isinstance(actions, (SequenceValue, PartialSequence)):
        return
    written = _written(program, record) if isinstance(actions, SequenceValue) else []
    for position, action in enumerate(actions.items):
        if isinstance(action, SequenceValue) and action.items:
            yield written[position] if position < len(written) else _made(program, action), action


def _made(program: Program, action: Value) -> cst.CSTNode | None:
    """The tuple that is `action`, if only one of the file is."""
    nodes = list(program.file.file_actions.get(action, ()))
    return nodes[0] if len(nodes) == 1 else None


def _judged(
    program: Program,
    node: cst.Call,
    seen: list[CallRecord],
    place: cst.CSTNode | None,
    known: SequenceValue,
) -> Iterator[Event]:
    action, parts = known.items, None if place is None else _parts(place)
    name = action[0].name if isinstance(action[0], QualifiedName) else ""
    here = (program.tree.span(place or node), node, program, platforms_of(seen))
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
