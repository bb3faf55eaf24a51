"""The number of a descriptor travels to another process, or comes from one."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of
from inheritlint.facts.numbers_handed import is_own
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.values import Items, Text, Thing, options
from inheritlint.knowledge.deeds import Deed, Kind

_NUMBERS = (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER)
_TO_PYTHON = (Kind.CONNECTION.value, Kind.QUEUE.value)


@dataclass(frozen=True)
class NumberSent(Call):
    """The number of a descriptor of this function is sent as a message."""


@dataclass(frozen=True)
class NumberReceived(Call):
    """A number out of a message is taken for a descriptor."""


@dataclass(frozen=True)
class NumberToWorker(Call):
    """The number of a descriptor of this function is among the arguments of a worker process."""


def _sent(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    if not _forks(program) and all(_is_number(program, each) for each in seen):
        yield NumberSent(program.tree.span(node), node, program, platforms_of(seen))


def _is_number(program: Program, observation: Observation) -> bool:
    """Whether the message is a number, and nothing else."""
    message, node = observation.value("message"), observation.node
    peer = observation.name.rpartition(".")[0]
    for option in options(message) if message is not None else ():
        if (
            isinstance(option, Text)
            and len(option.pieces) == 1
            and all(is_own(program, node, t) for t in option.things)
        ):
            continue
        if (
            peer in _TO_PYTHON
            and isinstance(option, Thing)
            and option.kind in _NUMBERS
            and is_own(program, node, option)
        ):
            continue
        return False
    return message is not None


def _received(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    if not _forks(program) and all(_is_mentioned(each) for each in seen):
        yield NumberReceived(program.tree.span(node), node, program, platforms_of(seen))


def _is_mentioned(observation: Observation) -> bool:
    value = observation.value("fileno") if observation.name == "socket.socket" else observation.value("fd")
    return isinstance(value, Thing) and value.kind is Kind.MENTIONED


def _worked(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    if not _forks(program) and all(any(_is_own_number(program, node, t) for t in _arguments(each)) for each in seen):
        yield NumberToWorker(program.tree.span(node), node, program, platforms_of(seen))


def _arguments(observation: Observation) -> Iterator[Thing]:
    """Things among the arguments that travel: those of the worker, not those of the pool."""
    bound = observation.arguments
    travelling = [bound[name].value for name in ("args", "initargs", "kwargs") if name in bound]
    if observation.known.parameters == ("function", "args"):  # submit(function, *arguments)
        travelling = [argument.value for argument in observation.given.positional[1:]]
    for value in travelling:
        for item in value.items if isinstance(value, Items) else (value,):
            for inner in item.items if isinstance(item, Items) else (item,):
                if isinstance(inner, Thing):
                    yield inner


def _is_own_number(program: Program, node: cst.Call, thing: Thing) -> bool:
    return thing.kind in _NUMBERS and is_own(program, node, thing)


def _forks(program: Program) -> bool:
    """Whether the file forks: a number that both processes got by the fork is valid in both."""
    names = program.outline.names
    return "fork" in names or any(text.strip("rbRB\"'") == "fork" for text in program.outline.texts)


GATHERERS = {Deed.SENDS: _sent, Deed.ADOPTS: _received, Deed.WORKS: _worked}
