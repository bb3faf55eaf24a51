"""The number of a Windows handle reaches a child, or the handle stands in its `handle_list`. Does the child get it?"""

import re
from collections.abc import Callable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.standard_streams import STREAM_NAMES
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, ObjectRef, PartialSequence, SequenceValue, TextValue
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.makers import creations_of, is_ours, is_own, may_be_marked
from inheritlint.events.numbers_written import written_for
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import WINDOWS

#: What stands right before a number that is meant as a handle, where it is not alone: `--parent=`, `pipe_handle=`.
_BEFORE = re.compile(r"(?:^|[\s,;('\"])[-/]{0,2}[\w-]+[=:]$")
#: What gives the number of this process, by which a child can duplicate any handle of it.
_IDENTITIES = ("getpid", "GetCurrentProcessId")
_HANDLES = (Kind.HANDLE, Kind.SOCKET_NUMBER)


@frozen
class HandleGiven(Call):
    """A handle that the function made is meant for a child. `number` is the expression for it, or empty, `numbers`
    those of all such handles of the call; `is_inheritable` says that it is, or may be."""

    thing: ObjectRef
    number: str
    created: cst.Call
    numbers: tuple[str, ...]
    is_inheritable: bool

    @property
    def is_born_inheritable(self) -> bool:
        """Whether the call that made it says, or may say, that children get it."""
        return _is_born_inheritable(self.program, self.created)


@frozen
class HandleNumberHanded(HandleGiven):
    """A child learns the number of a handle that it does not get. `is_listed` says that other handles are listed for
    it."""

    is_listed: bool


@frozen
class HandleListed(HandleGiven):
    """A handle stands in the `handle_list` of a child, and is not inheritable."""


_Judge = Callable[[Program, CallRecord], Iterator[ObjectRef]]


def _of_all(program: Program, seen: list[CallRecord], found: _Judge) -> list[ObjectRef]:
    """What `found` says of every record, in the order in which it was created: not what it says already of the call
    that is made in the end."""
    things = set.intersection(*({*found(program, each)} for each in seen)) if seen else set()
    inner = [record for each in seen if each.inner is not None for record in program.records.get(each.inner, ())]
    said = {root for each in inner for thing in found(program, each) for root in creations_of(program, thing)}
    things = {thing for thing in things if said.isdisjoint(creations_of(program, thing))}
    return sorted(things, key=lambda thing: (program.tree.span(_creation(program, thing)), thing.path))


def _creation(program: Program, thing: ObjectRef) -> cst.Call:
    return creations_of(program, thing)[0]


def _listed(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    things = _of_all(program, seen, _listed_in_vain)
    for thing in things:
        yield HandleListed(
            program.tree.span(node),
            node,
            program,
            platforms_of(seen),
            thing=thing,
            number=_written(program, seen[0], thing),
            created=_creation(program, thing),
            numbers=tuple(dict.fromkeys(_written(program, seen[0], each) for each in things)),
            is_inheritable=False,
        )


def _handed(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    things = _of_all(program, seen, _told_in_vain)
    for thing in things:
        yield HandleNumberHanded(
            program.tree.span(node),
            node,
            program,
            platforms_of(seen),
            thing=thing,
            number=_written(program, seen[0], thing),
            created=_creation(program, thing),
            numbers=tuple(dict.fromkeys(_written(program, seen[0], each) for each in things)),
            is_inheritable=any(_is_inheritable(each, thing) for each in seen),
            is_listed=any(each.handle_list != NONE for each in seen),
        )


def _written(program: Program, record: CallRecord, thing: ObjectRef) -> str:
    """The number of a handle as an expression: a PyHANDLE, and a HANDLE of `ctypes`, hold it."""
    name = record.source_name_of(thing)
    if name is None:
        return ""
    creation = _creation(program, thing)
    seen = program.records.get(creation, [])
    if any(each.name.startswith("win32") for each in seen):
        return f"int({name})"
    is_place = not seen and program.tree.text(creation.func).rpartition(".")[2] == "HANDLE"
    return f"{name}.value" if is_place else name


def _is_identified(program: Program, node: cst.Call, *, anywhere: bool) -> bool:
    """Whether the function, or code `anywhere` in the file, asks for the number of its process: a child that learns it
    can duplicate handles."""
    function = program.function_around(node)
    uses = [use for name in _IDENTITIES for use in program.outline.names.get(name, ())]
    return any(anywhere or program.function_around(use) is function for use in uses)


def _is_born_inheritable(program: Program, creation: cst.Call) -> bool:
    said = (each.value("inheritable") for each in program.records.get(creation, ()))
    return any(value is not None and truth(value) is not False for value in said)


def _is_inheritable(record: CallRecord, thing: ObjectRef) -> bool:
    return any(same_or_inside(each, thing.base) or same_or_inside(thing, each) for each in record.inheritable)


def _listed_in_vain(program: Program, record: CallRecord) -> Iterator[ObjectRef]:
    """Handles in the list of the child that are surely not inheritable."""
    if not isinstance(record.handle_list, (SequenceValue, PartialSequence)):
        return
    for listed in record.handle_list.items:
        options = list(alternatives(listed, record.platforms & WINDOWS))
        item = options[0] if len(options) == 1 else None
        if not isinstance(item, ObjectRef) or item.kind not in _HANDLES:
            continue
        if _is_inheritable(record, item):
            continue
        if _is_own(program, record, item) or (
            is_ours(program, item, closed_on_exec=True)
            and not may_be_marked(program, item)
            and not any(_is_born_inheritable(program, each) for each in creations_of(program, item))
        ):
            yield item


def _told_in_vain(program: Program, record: CallRecord) -> Iterator[ObjectRef]:
    """Handles whose number the child is told, and that it surely does not get."""
    arguments = record.bound
    listed = record.handle_list
    if record.may_have_more_arguments or listed is None or not (listed == NONE or isinstance(listed, SequenceValue)):
        return
    given = [thing for name in STREAM_NAMES if name in arguments for thing in things_in(arguments[name].value)]
    given += things_in(listed)
    closes = "close_fds" not in arguments or truth(arguments["close_fds"].value) is True or bool(things_in(listed))
    for thing in _told(record):
        if any(same_or_inside(thing, each.base) for each in given):
            continue
        own = _is_own(program, record, thing)
        # What became of an attribute elsewhere is not known, and does not matter where the child closes it.
        known = own or (closes and is_ours(program, thing, closed_on_exec=False))
        if not known or _is_identified(program, record.node, anywhere=not own):
            continue
        if closes or not _is_inheritable(record, thing):
            yield thing


def _is_own(program: Program, record: CallRecord, thing: ObjectRef) -> bool:
    """Whether the function at hand made `thing`, and only known code saw it before the child is started."""
    return is_own(program, record.node, thing, until=record.node)


def _told(record: CallRecord) -> Iterator[ObjectRef]:
    yield from written_for(record, _looks_like_a_handle)
    for _, value in record.environment:
        for option in alternatives(value):
            if isinstance(option, TextValue) and len(option.pieces) == 1:
                yield from (thing for thing in option.things if thing.kind is Kind.HANDLE)


def _looks_like_a_handle(text: TextValue, thing: ObjectRef) -> bool:
    before, after = text.before(thing), text.after(thing)
    if before is None or after is None or thing.kind is not Kind.HANDLE:
        return False
    return (not before and not after) or (bool(_BEFORE.search(before)) and not after[:1].isalnum())


def _started(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    here = [each for each in seen if each.platforms & WINDOWS]
    yield from _listed(program, node, here)
    yield from _handed(program, node, here)


#: The arguments that a function of the file passes on for its callers.
CHOSEN = {Effect.SUBPROCESS: frozenset(["args", "env", "startupinfo"])}
EVENT_BUILDERS = {Effect.SUBPROCESS: _started}
