"""The number of a descriptor travels to another process, or comes from one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of
from inheritlint.facts.numbers_handed import is_own
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.values import Items, Text, Thing, Value, options
from inheritlint.knowledge.deeds import Deed, Kind

_NUMBERS = (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER)
_TO_PYTHON = (Kind.CONNECTION.value, Kind.QUEUE.value)


@dataclass(frozen=True)
class NumberSent(Call):
    """The number of a descriptor of this function is sent as a message."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None


@dataclass(frozen=True)
class NumberReceived(Call):
    """A number out of a message is taken for a descriptor."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None


@dataclass(frozen=True)
class NumberToWorker(Call):
    """The number of a descriptor of this function is among the arguments of a worker process."""

    sources: tuple[cst.CSTNode, ...]
    argument: cst.Arg | None


def _argument(seen: list[Observation], *names: str) -> cst.Arg | None:
    """The argument under one of `names`, where one alone is given and written in the call."""
    given = [seen[0].arguments[name].node for name in names if name in seen[0].arguments]
    return given[0] if len(given) == 1 else None


def _sources(program: Program, node: cst.Call, things: Iterable[Thing]) -> tuple[cst.CSTNode, ...]:
    """The calls where `things` come from, but `node`."""
    roots = [root for root in dict.fromkeys(thing.root for thing in things) if isinstance(root, cst.Call)]
    return tuple(root for root in roots if root is not node and root in program.outline.parents)


def _sent(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    things = [_message(each) for each in seen]
    if not _forks(program) and all(_are_own(program, node, each) for each in things):
        sources = _sources(program, node, _all(things))
        yield NumberSent(
            program.tree.span(node), node, program, platforms_of(seen), sources, _argument(seen, "message")
        )


def _message(observation: Observation) -> list[Thing]:
    """The things of which the message is the number, and nothing else; empty where it is, or may be, more."""
    message = observation.value("message")
    peer = observation.name.rpartition(".")[0]
    found: list[Thing] = []
    for option in options(message) if message is not None else ():
        if isinstance(option, Text) and len(option.pieces) == 1:
            found += option.things
        elif peer in _TO_PYTHON and isinstance(option, Thing) and option.kind in _NUMBERS:
            found.append(option)
        else:
            return []
    return found


def _are_own(program: Program, node: cst.Call, things: list[Thing]) -> bool:
    return bool(things) and all(is_own(program, node, thing) for thing in things)


def _all(things: list[list[Thing]]) -> list[Thing]:
    return [thing for each in things for thing in each]


def _received(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    numbers = [_number(each) for each in seen]
    things = [each for each in numbers if isinstance(each, Thing) and each.kind is Kind.MENTIONED]
    if not _forks(program) and len(things) == len(numbers):
        sources = _sources(program, node, things)
        yield NumberReceived(
            program.tree.span(node), node, program, platforms_of(seen), sources, _argument(seen, "fileno", "fd")
        )


def _number(observation: Observation) -> Value | None:
    return observation.value("fileno" if observation.name == "socket.socket" else "fd")


def _worked(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    things = [[thing for thing in _arguments(each) if thing.kind in _NUMBERS] for each in seen]
    own = [[thing for thing in each if is_own(program, node, thing)] for each in things]
    if not _forks(program) and all(own):
        sources = _sources(program, node, _all(own))
        yield NumberToWorker(
            program.tree.span(node),
            node,
            program,
            platforms_of(seen),
            sources,
            _argument(seen, "args", "initargs", "kwargs"),
        )


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


def _forks(program: Program) -> bool:
    """Whether the file forks: a number that both processes got by the fork is valid in both."""
    names = program.outline.names
    return "fork" in names or any(text.strip("rbRB\"'") == "fork" for text in program.outline.texts)


GATHERERS = {Deed.SENDS: _sent, Deed.ADOPTS: _received, Deed.WORKS: _worked}
