"""The number of a descriptor reaches a child's arguments or environment. Does the descriptor?"""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import things_in
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.origins import Made
from inheritlint.domain.standard_streams import STREAM_NAMES
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, ConstantValue, FlagBits, ObjectRef, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.makers import creations_of, is_ours, is_own
from inheritlint.events.numbers_left import numbers_left, variable_of
from inheritlint.events.numbers_written import told
from inheritlint.findings import Span
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import LEFT_OPEN, Argument, CallRecord
from inheritlint.knowledge.effects import STARTING, Effect
from inheritlint.knowledge.platforms import POSIX


@frozen
class NumberPassed(Call):
    """A child learns the number of a descriptor that it does not get. `thing` is what it is, `number` its expression
    or empty, `can_pass` says that `pass_fds` can be added to the very call, `numbers` are the expressions of all that
    it would have to name, and `allows` is the parameter of the start that does; `variable` is the one of our own
    environment in which the child finds the number, or empty; `is_listing` says that the start passes others."""

    thing: ObjectRef
    number: str
    created: cst.CSTNode
    can_pass: bool
    by_subprocess: bool
    numbers: tuple[str, ...]
    allows: str
    variable: str = ""
    is_listing: bool = False
    needs_mark: bool = False


def _handed(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    lacking = [set(_lacking(program, each)) for each in seen]
    # What is said of a function of the file is not said of its callers again.
    said = {root for each in seen for root in _said_inside(program, each)}
    lacking = [{each for each in things if said.isdisjoint(creations_of(program, each))} for things in lacking]
    # On a path that does not tell the number, such as one round a loop, nothing is lacking; on one that does, all is.
    reached = {thing for each, lost in zip(seen, lacking, strict=True) for thing in told(each) if thing not in lost}
    if not lacking or not platforms_of(seen) & POSIX:
        return
    starts, allows, needs_mark = seen[0].spec.effect is Effect.SUBPROCESS, seen[0].spec.allows, seen[0].spec.needs_mark
    can_pass = starts and allows == "pass_fds" and not needs_mark and not any(map(_keeps_from_passing, node.args))

    def order(thing: ObjectRef) -> tuple[Span, str]:
        return program.tree.span(_creation(program, thing)), _written(seen, thing)

    # What one call makes in several rounds of a loop is one mistake.
    made: dict[object, ObjectRef] = {}
    for thing in sorted(set().union(*lacking) - reached, key=lambda each: (*order(each), each.old)):
        made.setdefault((_creation(program, thing), thing.path), thing)
    things = list(made.values())
    for thing in things:
        yield NumberPassed(
            program.tree.span(node),
            node,
            program,
            platforms_of(seen),
            thing=thing,
            number=_written(seen, thing),
            created=_creation(program, thing),
            can_pass=can_pass,
            by_subprocess=starts,
            numbers=tuple(dict.fromkeys(_written(seen, each) for each in things)),
            allows=allows,
            variable=variable_of(program, seen, thing),
            is_listing=any(_listed(each) is not None for each in seen),
            needs_mark=needs_mark,
        )


def _keeps_from_passing(argument: cst.Arg) -> bool:
    """Whether `pass_fds` may be given already."""
    return argument.star == "**" or (argument.keyword is not None and argument.keyword.value == "pass_fds")


def _said_inside(program: Program, record: CallRecord) -> Iterator[cst.Call]:
    """The creations of what the call inside, that is made in the end, tells and does not pass."""
    for each in program.records.get(record.inner, ()) if record.inner is not None else ():
        for thing in _lacking(program, each):
            yield from creations_of(program, thing)


def _creation(program: Program, thing: ObjectRef) -> cst.CSTNode:
    return creations_of(program, thing)[0]


def _lacking(program: Program, record: CallRecord) -> Iterator[ObjectRef]:
    """Things of this file whose number the child is told, and that it surely does not get."""
    arguments = record.bound
    if record.spec.effect is Effect.SUBPROCESS and (
        record.may_have_more_arguments or _is_given(arguments, "preexec_fn", "startupinfo")
    ):
        return
    passed = _passed(program, record)
    if passed is None:
        return
    handed = {thing.base for name in STREAM_NAMES if name in arguments for thing in things_in(arguments[name].value)}
    handed |= passed
    handed |= {t.base for name, each in arguments.items() if name == "file_actions" for t in things_in(each.value)}
    closes = record.spec.effect is Effect.SUBPROCESS and truth(_value(arguments, "close_fds")) is True
    left = numbers_left(program, record) if closes else {}
    for thing in (*told(record), *left.values()):
        if any(same_or_inside(thing.base, owner) for owner in handed) or not _is_known(program, record, thing, closes):
            continue
        reached = any(same_or_inside(each, thing.base) for each in record.inheritable)
        if closes or not reached:
            yield thing


def _passed(program: Program, record: CallRecord) -> set[ObjectRef] | None:
    """What the start passes by number, as `pass_fds` does; None where that is not known."""
    given = _listed(record)
    if given is None or given == NONE:
        return set()
    items = given.items if isinstance(given, SequenceValue) else None
    if items is None or not all(_is_certain(program, each) for each in items):
        return None
    passed = {each.base for each in items if isinstance(each, ObjectRef)}
    if not record.spec.needs_mark:
        return passed
    return {thing for thing in passed if any(same_or_inside(each, thing) for each in record.inheritable)}


def _listed(record: CallRecord) -> Value | None:
    """What the start is given as the descriptors that the child gets; None where nothing is."""
    return record.value("pass_fds") or record.value(LEFT_OPEN)


def _is_certain(program: Program, passed: Value) -> bool:
    """Whether it is known which descriptor `passed` is."""
    if isinstance(passed, FlagBits):
        return passed.number is not None
    return isinstance(passed, ObjectRef) and bool(creations_of(program, passed))


def _is_known(program: Program, record: CallRecord, thing: ObjectRef, closes: bool) -> bool:
    """Whether it is known how the child could get `thing`. What became of an attribute elsewhere is not, and does not
    matter where the child closes it."""
    if is_own(program, record.node, thing):
        return True
    in_sight = isinstance(thing.origin, Made) and bool(thing.origin.via)
    return (closes or in_sight) and is_ours(program, thing, closed_on_exec=not closes)


def _value(arguments: dict[str, Argument], name: str) -> Value:
    return arguments[name].value if name in arguments else ConstantValue(True)


def _is_given(arguments: dict[str, Argument], *names: str) -> bool:
    return any(name in arguments and arguments[name].value != ConstantValue(None) for name in names)


def _written(seen: list[CallRecord], thing: ObjectRef) -> str:
    return next((name for each in seen if (name := each.source_name_of(thing))), "")


#: The arguments that a function of the file passes on for its callers.
CHOSEN = {effect: frozenset(["args", "env", "program", "cmd", "command", "argv", "path"]) for effect in STARTING}
EVENT_BUILDERS = {Effect.SUBPROCESS: _handed, Effect.SPAWN: _handed, Effect.EXEC: _handed}
