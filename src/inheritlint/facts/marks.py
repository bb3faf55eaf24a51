"""A descriptor, socket or handle is made inheritable, and what becomes of that."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of
from inheritlint.facts.fates import Ending, Fate, fate_of
from inheritlint.facts.observation import Observation
from inheritlint.facts.program import Program
from inheritlint.facts.values import (
    options,
    truth,
)
from inheritlint.findings import Step
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.platforms import POSIX


@dataclass(frozen=True)
class MadeInheritable(Call):
    """A descriptor, socket or handle is made inheritable for sure; `target` names it as it is written."""

    target: str
    is_handle: bool
    is_object: bool
    fate: Fate
    trace: tuple[Step, ...]

    @property
    def way_past(self) -> str:
        """How a path passes the reset by, in words."""
        match self.fate.missed_by:
            case cst.Return():
                return "a `return`"
            case cst.Raise() | None:
                return "an exception" if self.fate.missed_by else "a branch"
        return "an exception"


def marked(
    program: Program, node: cst.Call, seen: list[Observation], *, is_descriptor: bool = False
) -> Iterator[Event]:
    """The mark that `node` makes, if it makes one. Off Windows a handle is none; a descriptor given in its place is."""
    wanted = [observation for observation in seen if _makes_inheritable(observation) and not observation.forked]
    if not wanted:
        return
    is_handle = seen[0].known.deed is Deed.HANDLE
    platforms = platforms_of(wanted)
    if is_handle and platforms & POSIX and not is_descriptor:
        return
    scope = program.outline.scope_of(node)
    fate = fate_of(program, scope, node)
    is_object = seen[0].name == "socket.set_inheritable"
    target = _target_text(program, node, wanted[0], is_object)
    trace = tuple(_story(program, node, target, fate))
    yield MadeInheritable(program.tree.span(node), node, program, platforms, target, is_handle, is_object, fate, trace)


def _makes_inheritable(observation: Observation) -> bool:
    value = observation.value("inheritable")
    return value is not None and any(truth(option) is True for option in options(value, observation.platforms))


def _target_text(program: Program, node: cst.Call, observation: Observation, is_object: bool) -> str:
    if is_object and isinstance(node.func, cst.Attribute):
        return program.tree.text(node.func.value)
    argument = observation.arguments.get(observation.known.parameters[0])
    return program.tree.text(argument.node.value) if argument and argument.node else "the descriptor"


def _story(program: Program, node: cst.Call, target: str, fate: Fate) -> Iterator[Step]:
    span = program.tree.span
    if fate.created is not None:
        yield Step(span(fate.created), f"`{target}` is created here, closed to children")
    yield Step(span(node), f"`{target}` is made inheritable here")
    for child in fate.children:
        yield Step(span(child), f"this starts a child while `{target}` is inheritable")
    if fate.ending is Ending.MISSED:
        for reset in fate.resets:
            if reset in program.outline.parents:
                yield Step(span(reset), "this takes it back")
        if fate.missed_by is not None:
            yield Step(span(fate.missed_by), "a path leaves here and passes that by")


GATHERERS = {Deed.MARKS: marked}
