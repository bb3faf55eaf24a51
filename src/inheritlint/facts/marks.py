"""A descriptor, socket or handle is made inheritable, and what becomes of that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of
from inheritlint.facts.fates import Ending, Fate, fate_of
from inheritlint.facts.numbers_handed import is_own
from inheritlint.facts.observation import Observation
from inheritlint.facts.preparations import prepares_a_child
from inheritlint.facts.program import Program
from inheritlint.facts.state import same_or_inside
from inheritlint.facts.uses import any_exposed, is_handed, lacks
from inheritlint.facts.values import Bits, Reference, Thing, as_bits, options, truth
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.flags import FD_CLOEXEC
from inheritlint.knowledge.platforms import POSIX


class Means(Enum):
    """How a descriptor is made inheritable."""

    FUNCTION = auto()  # os.set_inheritable(fd, True)
    METHOD = auto()  # sock.set_inheritable(True)
    HANDLE = auto()  # os.set_handle_inheritable(handle, True)
    FLAGS = auto()  # fcntl.fcntl(fd, fcntl.F_SETFD, 0)
    WRAPPER = auto()  # a function of this file that does one of these


@dataclass(frozen=True)
class MadeInheritable(Call):
    """A descriptor, socket or handle is made inheritable for sure; `target` is how it is written, empty
    where it is not.

    `is_needless` says that every child which is started meanwhile gets it anyway, `is_idle` that none of them gets it
    at all, `is_alone` that no other descriptor is known to be inheritable when they are started, `is_known` that nobody
    outside of this function can rely on the mark, `is_sole` that nothing else in it makes the descriptor inheritable.
    """

    target: str
    means: Means
    clears_flag: bool
    fate: Fate
    is_needless: bool
    is_idle: bool
    is_alone: bool
    is_known: bool
    is_sole: bool

    @property
    def is_handle(self) -> bool:
        return self.means is Means.HANDLE

    @property
    def is_parameter(self) -> bool:
        """Whether what is marked came in as an argument."""
        root = self.fate.thing.root if self.fate.thing else None
        return isinstance(root, tuple) and root[:1] == ("parameter",)

    @property
    def is_object(self) -> bool:
        return self.means is Means.METHOD


def marked(
    program: Program, node: cst.Call, seen: list[Observation], *, is_descriptor: bool = False
) -> Iterator[Event]:
    """The mark that `node` makes, if it makes one. Off Windows a handle is none; a descriptor given in its place is."""
    wanted = [observation for observation in seen if _makes_inheritable(observation) and not observation.forked]
    if not wanted or node in program.forwarded or prepares_a_child(program, node):
        return
    is_handle = seen[0].known.deed is Deed.HANDLE
    platforms = platforms_of(wanted)
    if is_handle and platforms & POSIX and not is_descriptor:
        return
    fate = fate_of(program, program.outline.scope_of(node), node)
    means = _means(program, node, seen[0])
    target = _target_text(program, node, wanted[0], means)
    yield MadeInheritable(
        program.tree.span(node),
        node,
        program,
        platforms,
        target,
        means,
        seen[0].known.deed is Deed.COMMANDS,
        fate,
        is_needless=not is_handle and _all_children(program, fate, is_handed),
        is_idle=not is_handle and not _has_other_uses(program, fate) and _all_children(program, fate, lacks),
        is_alone=_is_alone(program, fate, [thing for each in wanted for thing in each.given.things()]),
        is_known=_is_known(program, fate),
        is_sole=_is_sole(program, node, fate),
    )


def _is_sole(program: Program, node: cst.Call, fate: Fate) -> bool:
    """Whether the descriptor was made here, non-inheritable, and no other call of the function marks it."""
    if fate.thing is None or not is_own(program, node, fate.thing):
        return False
    scope = program.outline.scope_of(node)
    for other, seen in program.observations.items():
        if other is node or program.outline.scope_of(other) is not scope or not any(map(_makes_inheritable, seen)):
            continue
        thing = fate_of(program, scope, other).thing
        if thing is None or same_or_inside(thing, fate.thing.owner) or same_or_inside(fate.thing, thing.owner):
            return False
    return True


def _is_known(program: Program, fate: Fate) -> bool:
    """Whether nobody outside of the function can rely on the mark: what is marked was made here, and is taken back or
    closed before the function is left, or is not seen outside."""
    if fate.thing is None or fate.created is None or any_exposed(program, [fate.thing]):
        return False
    return fate.ending is Ending.RESET or not _has_other_uses(program, fate)


def _is_alone(program: Program, fate: Fate, things: list[Thing]) -> bool:
    """Whether every child that is started meanwhile gets nothing but what this call marks, which are `things`."""
    if fate.thing is None:
        return False
    known = [fate.thing, *things]
    children = [child for child in fate.children if isinstance(child, cst.Call)]
    seen = [each for child in children for each in program.observations.get(child, ())]
    return all(
        any(same_or_inside(other, thing.owner) or same_or_inside(thing, other.owner) for thing in known)
        for each in seen
        for other in each.inheritable
    )


def _means(program: Program, node: cst.Call, observation: Observation) -> Means:
    if node in program.wrapping:
        return Means.WRAPPER
    if observation.known.deed is Deed.COMMANDS:
        return Means.FLAGS
    if observation.known.deed is Deed.HANDLE:
        return Means.HANDLE
    return Means.METHOD if observation.name == "socket.set_inheritable" else Means.FUNCTION


def _all_children(program: Program, fate: Fate, holds: Callable[[Program, cst.CSTNode, Thing], bool]) -> bool:
    if fate.ending is Ending.UNKNOWN or fate.thing is None or not fate.children:
        return False
    if any_exposed(program, [fate.thing]) or "fork" in program.outline.names:
        return False
    return all(holds(program, child, fate.thing) for child in fate.children)


def _has_other_uses(program: Program, fate: Fate) -> bool:
    """Whether the mark may be there for somebody else than the children of this function."""
    return fate.escapes or (fate.thing is not None and not isinstance(fate.thing.root, cst.CSTNode))


def _makes_inheritable(observation: Observation) -> bool:
    if observation.known.deed is Deed.COMMANDS:
        command, flags = observation.value("cmd"), observation.value("arg")
        is_set = command == Reference("fcntl.F_SETFD") and not observation.given.open_ended
        return is_set and as_bits(flags or Bits(0)).holds(FD_CLOEXEC).is_false
    value = observation.value("inheritable")
    return value is not None and any(truth(option) is True for option in options(value, observation.platforms))


def _target_text(program: Program, node: cst.Call, observation: Observation, means: Means) -> str:
    if means is Means.METHOD and isinstance(node.func, cst.Attribute):
        return program.tree.text(node.func.value)
    argument = observation.arguments.get(observation.known.parameters[0])
    return program.tree.text(argument.node.value) if argument and argument.node else ""


GATHERERS = {Deed.MARKS: marked, Deed.COMMANDS: marked}
