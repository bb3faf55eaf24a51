"""The number of a descriptor travels to another process, or comes from one."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.values import ConstantValue, DictValue, ObjectRef, SequenceValue, TextValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.makers import creations_of, is_ours, may_be_inherited
from inheritlint.events.numbers_written import is_sent
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.deeds import Deed, Kind

_NUMBERS = (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER)
#: What takes a path as well as a number.
_OPENING = ("builtins.open", "io.open")
_TO_PYTHON = (Kind.CONNECTION.value, Kind.QUEUE.value)


@frozen
class NumberSent(Call):
    """The number of a descriptor of this function is sent as a message."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None


@frozen
class NumberReceived(Call):
    """A number out of a message is taken for a descriptor."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None


@frozen
class NumberToWorker(Call):
    """The number of a descriptor of this function is among the arguments of a worker process."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None


def _argument(seen: list[CallRecord], *names: str) -> cst.Arg | None:
    """The argument under one of `names`, where one alone is given and written in the call."""
    bound = seen[0].bound
    given = [bound[name].node for name in names if name in bound]
    return given[0] if len(given) == 1 else None


def _sources(program: Program, node: cst.Call, things: Iterable[ObjectRef]) -> tuple[cst.CSTNode, ...]:
    """The calls where `things` come from, but `node`."""
    roots = dict.fromkeys(root for thing in things for root in creations_of(program, thing))
    return tuple(root for root in roots if root is not node and root in program.outline.parents)


def _sent(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    things = [_message(each) for each in seen]
    if not _forks(program) and all(_are_ours(program, each) for each in things):
        sources = _sources(program, node, _all(things))
        argument = _argument(seen, "message")
        yield NumberSent(program.tree.span(node), node, program, platforms_of(seen), sources, argument)


def _message(record: CallRecord) -> list[ObjectRef]:
    """The things whose numbers a message means as descriptors; empty where it may mean something else."""
    message = record.value("message")
    found: list[ObjectRef] = []
    for option in alternatives(message) if message is not None else ():
        if isinstance(option, TextValue):
            things = [thing for thing in option.things if is_sent(option, thing)]
        elif record.name.rpartition(".")[0] in _TO_PYTHON:  # which pickle what they are given
            things = [thing for thing in things_in(option) if thing.kind in _NUMBERS]
        else:
            things = []
        if not things:
            return []
        found += things
    return found


def _are_ours(program: Program, things: list[ObjectRef]) -> bool:
    """Whether `things` are descriptors of the file that no other process can have."""
    return bool(things) and all(
        is_ours(program, thing, closed_on_exec=True) and not may_be_inherited(program, thing) for thing in things
    )


def _all(things: list[list[ObjectRef]]) -> list[ObjectRef]:
    return [thing for each in things for thing in each]


def _received(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    numbers = [_number(each) for each in seen]
    heard = (Kind.MENTIONED,) if seen[0].name in _OPENING else (Kind.MENTIONED, Kind.OBJECT)
    things = [each for each in numbers if isinstance(each, ObjectRef) and each.kind in heard]
    if not _forks(program) and len(things) == len(numbers):
        sources = _sources(program, node, things)
        argument = _argument(seen, "fileno", "fd")
        yield NumberReceived(program.tree.span(node), node, program, platforms_of(seen), sources, argument)


def _number(record: CallRecord) -> Value | None:
    return record.value("fileno" if record.name == "socket.socket" else "fd")


def _worked(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    if any(_may_fork(each.value("start_method")) for each in seen):
        return
    things = [[thing for thing in _arguments(each) if thing.kind in _NUMBERS] for each in seen]
    own = [[thing for thing in each if is_ours(program, thing, closed_on_exec=True)] for each in things]
    if not _forks(program) and all(own):
        sources = _sources(program, node, _all(own))
        argument = _argument(seen, "args", "initargs", "kwargs")
        yield NumberToWorker(program.tree.span(node), node, program, platforms_of(seen), sources, argument)


def _arguments(record: CallRecord) -> Iterator[ObjectRef]:
    """Things among the arguments that travel: those of the worker, not those of the pool."""
    bound = record.bound
    travelling = [bound[name].value for name in ("args", "initargs", "kwargs") if name in bound]
    if record.spec.parameters == ("function", "args"):  # submit(function, *arguments)
        travelling = [argument.value for argument in record.arguments.positional[1:]]
    for value in travelling:
        for item in _held(value):
            for inner in item.items if isinstance(item, SequenceValue) else (item,):
                if isinstance(inner, ObjectRef):
                    yield inner


def _held(value: Value) -> tuple[Value, ...]:
    """What a tuple or a dict of arguments holds."""
    if isinstance(value, DictValue):
        return tuple(item for _, item in value.entries)
    return value.items if isinstance(value, SequenceValue) else (value,)


def _may_fork(start_method: Value | None) -> bool:
    """Whether a worker that is started so may be a fork of this process; where nothing is said it is not
    (torch/multiprocessing/spawn.py)."""
    return start_method is not None and start_method not in (ConstantValue("spawn"), ConstantValue("forkserver"))


def _forks(program: Program) -> bool:
    """Whether the file forks: a number that both processes got by the fork is valid in both."""
    return program.file.forks


GATHERERS = {Deed.SENDS: _sent, Deed.ADOPTS: _received, Deed.WORKS: _worked}
