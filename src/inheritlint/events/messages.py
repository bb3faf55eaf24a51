"""The number of a descriptor travels to another process, or comes from one."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.origins import StandardStream
from inheritlint.domain.values import (
    NONE,
    ConstantValue,
    ObjectRef,
    PartialCall,
    PartialSequence,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.makers import creations_of, is_ours, may_be_inherited
from inheritlint.events.numbers_used import NumberUsed
from inheritlint.events.numbers_written import DESCRIPTORS, is_sent
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import STARTING, Effect, Kind

#: What takes a path as well as a number.
_OPENING = ("builtins.open", "io.open")
#: What of the arguments of a worker is pickled.
_TRAVELLING = ("target", "initializer", "args", "initargs", "kwargs")
_TO_PYTHON = (Kind.CONNECTION.value, Kind.QUEUE.value)


@frozen
class NumberSent(Call):
    """The number of a descriptor of this file is sent as a message: `to_child`, which could be passed the descriptor,
    or `pickled`."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None
    to_child: bool = False
    pickled: bool = False


@frozen
class NumberReceived(NumberUsed):
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
    things = [thing for each in seen if not _stays_here(program, each) for thing in _message(each)]
    if things and not _forks(program) and _are_ours(program, things):
        sources = _sources(program, node, things)
        argument = _argument(seen, "message")
        to_child = all(each.name.startswith("process.") for each in seen)
        pickled = all(each.name.rpartition(".")[0] in _TO_PYTHON for each in seen)
        here = (program.tree.span(node), node, program, platforms_of(seen), sources, argument)
        yield NumberSent(*here, to_child, pickled)


def _stays_here(program: Program, record: CallRecord) -> bool:
    """Whether a message goes through a pipe of the file of which no other process is given an end."""
    peers = things_in(record.value("fd") or NONE)
    made = {each for thing in peers for each in creations_of(program, thing)}
    if not made or any(may_be_inherited(program, each) for each in peers):
        return False
    seen = (each for records in program.records.values() for each in records)
    given = (
        each for one in seen if one.spec.effect in (*STARTING, Effect.START_WORKER) for each in one.arguments.things()
    )
    return all(made.isdisjoint(creations_of(program, each)) for each in given)


def _message(record: CallRecord) -> list[ObjectRef]:
    """The things whose numbers a message means as descriptors; empty where it may mean something else."""
    message = record.value("message")
    found: list[ObjectRef] = []
    for option in alternatives(message) if message is not None else ():
        if (texts := _texts(option)) is not None:
            things = [thing for text in texts for thing in text.things if is_sent(text, thing)]
        elif record.name.rpartition(".")[0] in _TO_PYTHON:  # which pickle what they are given
            things = [thing for thing in things_in(option) if thing.kind in DESCRIPTORS]
        else:
            things = []
        if not things:
            return []
        found += things
    return found


def _texts(message: Value) -> list[TextValue] | None:
    """A text that is sent, or several by `writelines`; None for objects of Python."""
    if isinstance(message, TextValue):
        return [message]
    items = message.items if isinstance(message, (SequenceValue, PartialSequence)) else ()
    texts = [item for item in items if isinstance(item, TextValue)]
    return texts if texts and len(texts) == len(items) else None


def _are_ours(program: Program, things: list[ObjectRef]) -> bool:
    """Whether `things` are descriptors of the file that no other process can have."""
    return all(is_ours(program, each, closed_on_exec=True) and not may_be_inherited(program, each) for each in things)


def _received(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    numbers = [_number(each) for each in seen]
    heard = (Kind.MENTIONED,) if seen[0].name in _OPENING else (Kind.MENTIONED, Kind.OBJECT)
    things = [each for each in numbers if isinstance(each, ObjectRef) and each.kind in heard]
    if not _forks(program) and len(things) == len(numbers):
        sources = _sources(program, node, things)
        argument = _argument(seen, "fileno", "fd")
        here = (program.tree.span(node), node, program, platforms_of(seen))
        yield NumberReceived(*here, things[0], sources, argument)


def _number(record: CallRecord) -> Value | None:
    return record.value("fileno" if record.name == "socket.socket" else "fd")


def _worked(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    if any(_may_fork(each.value("start_method")) for each in seen):
        return
    things = [thing for each in seen for thing in _arguments(each) if thing.kind in DESCRIPTORS]
    # A worker that is no fork gets none of our descriptors, whatever code saw them.
    own = [each for each in things if creations_of(program, each) or _is_input_of_a_worker(program, node, each)]
    if own and not _forks(program):
        sources = _sources(program, node, own)
        at_fault = [each for each in _travelling(seen[0]) if any(thing in own for thing in _held(each.value))]
        argument = at_fault[0].node if len(at_fault) == 1 else None
        yield NumberToWorker(program.tree.span(node), node, program, platforms_of(seen), sources, argument)


def _is_input_of_a_worker(program: Program, node: cst.Call, thing: ObjectRef) -> bool:
    """Whether `thing` is the standard input of what runs in a worker process alone: `sys.stdin` is the null device
    there, on a number of its own (Lib/multiprocessing/process.py, _bootstrap)."""
    if thing.origin != StandardStream("sys.stdin"):
        return False
    return program.function_around(node) in _run_by_workers(program)


def _run_by_workers(program: Program) -> set[Function]:
    """The functions that processes of multiprocessing run, and those that only these use."""
    found = set(program.file.worker_targets)
    grown = True
    while grown:
        more = {each for each, users in program.file.used_on.items() if each not in found and users.keys() <= found}
        grown = bool(more)
        found |= more
    return found


def _arguments(record: CallRecord) -> Iterator[ObjectRef]:
    """Things among the arguments that travel."""
    for each in _travelling(record):
        yield from _held(each.value)


def _travelling(record: CallRecord) -> list[Argument]:
    """The arguments that travel: those of the worker, not those of the pool."""
    arguments = record.arguments
    if record.spec.parameters == ("function", "args"):  # submit(function, *arguments, **arguments)
        return [*arguments.positional, *(named for _, named in arguments.named)]
    bound = record.bound
    return [bound[name] for name in _TRAVELLING if name in bound]


def _held(value: Value) -> Iterator[ObjectRef]:
    """What a tuple or a dict of arguments holds, and what a partial call does."""
    for option in alternatives(value):
        if isinstance(option, PartialCall):
            for _, argument in option.arguments:
                yield from _held(argument)
        else:
            yield from things_in(option)


def _may_fork(start_method: Value | None) -> bool:
    """Whether a worker that is started so may be a fork of this process; by default it is not
    (torch/multiprocessing/spawn.py)."""
    return start_method is not None and start_method not in (ConstantValue("spawn"), ConstantValue("forkserver"))


def _forks(program: Program) -> bool:
    """Whether the file forks: a number that both processes got by the fork is valid in both."""
    return program.file.forks


#: The arguments that a function of the file passes on for its callers.
CHOSEN = {Effect.SEND_MESSAGE: frozenset(["message"]), Effect.START_WORKER: frozenset([*_TRAVELLING, "function"])}
EVENT_BUILDERS = {Effect.SEND_MESSAGE: _sent, Effect.USE_FD_NUMBER: _received, Effect.START_WORKER: _worked}
