"""A descriptor that the parent left open is taken over: it is inheritable, and goes on to be."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.streams import number_of
from inheritlint.facts.values import Thing, Value, truth
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.deeds import Deed, Kind
from inheritlint.knowledge.platforms import POSIX

#: What in a file says that it makes descriptors private itself, or replaces the process on purpose.
_CARING = ("set_inheritable", "FD_CLOEXEC", "FIOCLEX")


@dataclass(frozen=True)
class Adopted(Call):
    """A number that the parent named is taken for a descriptor; `number` is its expression, where it is written;
    `child` a call of the file that starts a child that would get it, too."""

    number: cst.Arg | None
    child: cst.Call


def _adopted(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    if any(name in program.outline.names for name in _CARING) or _replaces_itself(program):
        return
    if not all(_is_from_the_parent(program, each) for each in seen) or not platforms_of(seen) & POSIX:
        return
    child = _child(program)
    if child is not None:
        name = "fileno" if seen[0].name == "socket.socket" else "fd"
        number = seen[0].arguments[name].node
        yield Adopted(program.tree.span(node), node, program, platforms_of(seen), number, child)


def _is_from_the_parent(program: Program, observation: Observation) -> bool:
    bound = observation.arguments
    value = bound["fileno"].value if observation.name == "socket.socket" and "fileno" in bound else None
    value = bound["fd"].value if value is None and "fd" in bound else value
    return value is not None and observation.name not in ("os.dup2",) and _is_named_by_it(program, value)


def _is_named_by_it(program: Program, value: Value) -> bool:
    if isinstance(value, Thing) and value.kind is Kind.ADOPTED:
        return True
    texts = program.outline.texts
    if any("LISTEN_FDS" in text for text in texts):
        number = number_of(value)
        first = value.root[1] if isinstance(value, Thing) and _is_range(value) else number  # type: ignore[index]
        return isinstance(first, int) and first > 2
    option = value.path[-1][1:].replace("_", "-") if isinstance(value, Thing) and value.path else ""
    return bool(option) and any(text.strip("\"'") == f"--{option}" for text in texts)


def _is_range(value: Thing) -> bool:
    return isinstance(value.root, tuple) and value.root[:1] == ("range",)


def _child(program: Program) -> cst.Call | None:
    """A call of the file that starts a child which gets every inheritable descriptor."""
    for call in program.outline.calls:
        names = [name for name in program.outline.qualified(call.func) if name in CALLS]
        if any(CALLS[name].deed is Deed.SPAWNS for name in names):
            return call
        for each in program.observations.get(call, ()):
            closes = each.value("close_fds")
            if each.known.deed is Deed.STARTS and closes is not None and truth(closes) is False:
                return call
    return None


def _replaces_itself(program: Program) -> bool:
    names = (name.rpartition(".")[2] for name, known in CALLS.items() if known.deed is Deed.REPLACES)
    return any(name in program.outline.names for name in names)


GATHERERS = {Deed.ADOPTS: _adopted}
