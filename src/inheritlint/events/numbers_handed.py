"""The number of a descriptor reaches a child's arguments or environment. Does the descriptor?"""

import re
from collections.abc import Callable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.origins import Made
from inheritlint.domain.standard_streams import STREAM_NAMES
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ConstantValue,
    ObjectRef,
    PartialSequence,
    SequenceValue,
    TextValue,
    Value,
    as_bits,
)
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings import Span
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.numbers import names_a_descriptor
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.deeds import STARTING, Deed, Kind
from inheritlint.knowledge.flags import CONSTANTS
from inheritlint.knowledge.platforms import POSIX
from inheritlint.knowledge.starters import is_command

#: What stands right before a number that is meant as a descriptor: `/dev/fd/N`, `--fd=N`, `fd:N`, `<&N`.
_BEFORE = re.compile(r"(?:/(?:dev|proc/self)/fd/|(?:^|[\s,;:])-?-?[\w-]*fds?[=: ]|\bfd:|\bpipe:|[<>]&)$", re.IGNORECASE)
#: Functions that take each argument of the child by itself.
_LISTING = re.compile(r"(?:exec|spawn)lp?e?$|subprocess_exec$")


@frozen
class NumberHanded(Call):
    """A child learns the number of a descriptor that it does not get. `thing` is what it is, `number` its expression
    or empty, `can_pass` says that `pass_fds` can be added to the very call, `numbers` are the expressions of all that
    it would have to name, and `allows` is the parameter of the start that does."""

    thing: ObjectRef
    number: str
    created: cst.CSTNode
    can_pass: bool
    by_subprocess: bool
    numbers: tuple[str, ...]
    allows: str


def _handed(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    lacking = [set(_lacking(program, each)) for each in seen]
    # On a path that does not tell the number, such as one round a loop, nothing is lacking; on one that does, all is.
    reached = {thing for each, lost in zip(seen, lacking, strict=True) for thing in told(each) if thing not in lost}
    if not lacking or not platforms_of(seen) & POSIX or seen[0].spec.needs_mark:
        return
    starts, allows = seen[0].spec.deed is Deed.STARTS, seen[0].spec.allows

    def order(thing: ObjectRef) -> tuple[Span, str]:
        return program.tree.span(_creation(thing)), _written(seen[0], thing)

    # What one call makes in several rounds of a loop is one mistake.
    made: dict[object, ObjectRef] = {}
    for thing in sorted(set().union(*lacking) - reached, key=lambda each: (*order(each), each.old)):
        made.setdefault((_creation(thing), thing.path), thing)
    things = list(made.values())
    for thing in things:
        yield NumberHanded(
            program.tree.span(node),
            node,
            program,
            platforms_of(seen),
            thing=thing,
            number=_written(seen[0], thing),
            created=_creation(thing),
            can_pass=starts and allows == "pass_fds" and not any(argument.star == "**" for argument in node.args),
            by_subprocess=starts,
            numbers=tuple(dict.fromkeys(_written(seen[0], each) for each in things)),
            allows=allows,
        )


def creation_of(thing: ObjectRef) -> cst.Call | None:
    """The call in this file that made `thing`, for whoever reads it here."""
    made = thing.origin if isinstance(thing.origin, Made) else None
    return made.node if made is not None and isinstance(made.node, cst.Call) and not made.via else None


def _creation(thing: ObjectRef) -> cst.CSTNode:
    made = creation_of(thing)
    assert made is not None
    return made


def _lacking(program: Program, record: CallRecord) -> Iterator[ObjectRef]:
    """Things of this function whose number the child is told, and that it surely does not get."""
    arguments = record.bound
    if record.spec.deed is Deed.STARTS and (
        record.may_have_more_arguments or "pass_fds" in arguments or _is_given(arguments, "preexec_fn", "startupinfo")
    ):
        return
    handed = {thing.base for name in STREAM_NAMES if name in arguments for thing in things_in(arguments[name].value)}
    handed |= {t.base for name, each in arguments.items() if name == "file_actions" for t in things_in(each.value)}
    closes = record.spec.deed is Deed.STARTS and truth(_value(arguments, "close_fds")) is True
    for thing in told(record):
        if not is_own(program, record.node, thing) or any(same_or_inside(thing.base, owner) for owner in handed):
            continue
        reached = any(same_or_inside(each, thing.base) for each in record.inheritable)
        if closes or not reached:
            yield thing


def _value(arguments: dict[str, Argument], name: str) -> Value:
    return arguments[name].value if name in arguments else ConstantValue(True)


def _is_given(arguments: dict[str, Argument], *names: str) -> bool:
    return any(name in arguments and arguments[name].value != ConstantValue(None) for name in names)


def is_own(program: Program, node: cst.CSTNode, thing: ObjectRef) -> bool:
    """Whether `thing` is a descriptor that a call in the function around `node` made closed on exec, and that only
    known code saw."""
    root = creation_of(thing)
    if root is None or program.is_made_elsewhere(thing.origin, node):
        return False
    if thing.origin in program.file.exposed or thing.kind is None:
        return False
    seen = program.records.get(root)
    return seen is None or all(_is_private(each) for each in seen)


def _is_private(record: CallRecord) -> bool:
    """Whether a creation that rules listen to keeps its descriptor from children for sure, or surely not."""
    if record.spec.deed in (Deed.OPENS, Deed.HANDLES):  # a state says which of them are inheritable
        return True
    if record.spec.deed is not Deed.FLAGGED:
        return False
    flags = record.value("flags")
    if flags is None:
        return not record.arguments.has_unpacking
    held = [as_bits(option).holds(CONSTANTS[record.spec.flag]) for option in alternatives(flags)]
    return record.spec.flag != "" and not any(answer.known is None for answer in held)


Meant = Callable[[TextValue, ObjectRef], bool]


def is_told(program: Program, child: cst.CSTNode, thing: ObjectRef) -> bool:
    """Whether the child that is started at `child` is told the number of `thing`."""
    seen = program.seen_at(child)
    return any(same_or_inside(thing, each.base) for one in seen for each in told(one))


def told(record: CallRecord) -> Iterator[ObjectRef]:
    """Every thing whose number stands in the arguments or the environment, where it is meant as a descriptor."""
    yield from written_for(record, _looks_like_a_descriptor)
    for key, value in record.environment:
        for option in alternatives(value):
            if isinstance(option, TextValue) and names_a_descriptor(ConstantValue(key)) and len(option.things) == 1:
                yield from option.things


def written_for(record: CallRecord, meant: Meant) -> Iterator[ObjectRef]:
    """Every thing whose number stands in the arguments of the child, where `meant` says of the text that it is one."""
    first = 1 if record.spec.parameters[:1] == ("mode",) else 0
    given = [argument.value for argument in record.arguments.positional[first:]]
    if _LISTING.search(record.name) or is_command(record.name):
        given = [SequenceValue(tuple(given))]
    given += [each.value for name, each in record.arguments.named if name in ("args", "argv", "cmd", "command")]
    for value in given:
        yield from _written_in(value, meant)


def _written_in(value: Value, meant: Meant) -> Iterator[ObjectRef]:
    match value:
        case SequenceValue(items) | PartialSequence(items):
            for item in items:
                if isinstance(item, TextValue):
                    yield from (thing for thing in item.things if meant(item, thing))
        case TextValue():
            yield from (thing for thing in value.things if value.before(thing) and meant(value, thing))


def _looks_like_a_descriptor(text: TextValue, thing: ObjectRef) -> bool:
    before, after = text.before(thing), text.after(thing)
    if before is None or after is None or thing.kind not in (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER):
        return False
    if not before and not after:
        return len(text.pieces) == 1
    return bool(_BEFORE.search(before)) and not after[:1].isalnum()


def _written(record: CallRecord, thing: ObjectRef) -> str:
    return record.source_name_of(thing) or ""


#: The arguments that a function of the file passes on for its callers.
CHOSEN = {deed: frozenset(["args", "env", "program", "cmd", "command", "argv", "path"]) for deed in STARTING}
GATHERERS = {Deed.STARTS: _handed, Deed.SPAWNS: _handed, Deed.REPLACES: _handed}
