"""The number of a descriptor reaches a child's arguments or environment. Does the descriptor?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of
from inheritlint.facts.numbers import names_a_descriptor
from inheritlint.facts.observation import Argument, Observation, things_in
from inheritlint.facts.program import Program
from inheritlint.facts.state import same_or_inside
from inheritlint.facts.values import Constant, Items, Mixed, Text, Thing, Value, as_bits, options, truth
from inheritlint.findings import Span
from inheritlint.knowledge.deeds import Deed, Kind
from inheritlint.knowledge.flags import CONSTANTS
from inheritlint.knowledge.platforms import POSIX

#: What stands right before a number that is meant as a descriptor: `/dev/fd/N`, `--fd=N`, `fd:N`, `<&N`.
_BEFORE = re.compile(r"(?:/(?:dev|proc/self)/fd/|(?:^|[\s,;:])-?-?[\w-]*fds?[=: ]|\bfd:|\bpipe:|[<>]&)$", re.IGNORECASE)
#: Functions that take each argument of the child by itself.
_LISTING = re.compile(r"(?:exec|spawn)lp?e?$|subprocess_exec$")
_STREAMS = ("stdin", "stdout", "stderr")


@dataclass(frozen=True)
class NumberHanded(Call):
    """A child learns the number of a descriptor that it does not get. `thing` is what it is, `number` its expression
    or empty, `can_pass` says that `pass_fds` can be added to the very call, `numbers` are the expressions of all that
    it would have to name."""

    thing: Thing
    number: str
    created: cst.CSTNode
    can_pass: bool
    by_subprocess: bool
    numbers: tuple[str, ...]


def _handed(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    lacking = [set(_lacking(program, each)) for each in seen]
    if not lacking or not platforms_of(seen) & POSIX:
        return
    starts = seen[0].known.deed is Deed.STARTS

    def order(thing: Thing) -> tuple[Span, str]:
        return program.tree.span(_creation(thing)), _written(seen[0], thing)

    things = sorted(set.intersection(*lacking), key=order)
    for thing in things:
        yield NumberHanded(
            program.tree.span(node),
            node,
            program,
            platforms_of(seen),
            thing=thing,
            number=_written(seen[0], thing),
            created=_creation(thing),
            can_pass=starts and not any(argument.star == "**" for argument in node.args),
            by_subprocess=starts,
            numbers=tuple(dict.fromkeys(_written(seen[0], each) for each in things)),
        )


def _creation(thing: Thing) -> cst.CSTNode:
    assert isinstance(thing.root, cst.CSTNode)
    return thing.root


def _lacking(program: Program, observation: Observation) -> Iterator[Thing]:
    """Things of this function whose number the child is told, and that it surely does not get."""
    arguments = observation.arguments
    if observation.known.deed is Deed.STARTS and (
        observation.may_hold_more or "pass_fds" in arguments or _is_given(arguments, "preexec_fn", "startupinfo")
    ):
        return
    handed = {thing.owner for name in _STREAMS if name in arguments for thing in things_in(arguments[name].value)}
    handed |= {t.owner for name, each in arguments.items() if name == "file_actions" for t in things_in(each.value)}
    closes = observation.known.deed is Deed.STARTS and truth(_value(arguments, "close_fds")) is True
    for thing in told(observation):
        if not is_own(program, observation.node, thing) or any(same_or_inside(thing.owner, owner) for owner in handed):
            continue
        reached = any(same_or_inside(each, thing.owner) for each in observation.inheritable)
        if closes or not reached:
            yield thing


def _value(arguments: dict[str, Argument], name: str) -> Value:
    return arguments[name].value if name in arguments else Constant(True)


def _is_given(arguments: dict[str, Argument], *names: str) -> bool:
    return any(name in arguments and arguments[name].value != Constant(None) for name in names)


def is_own(program: Program, node: cst.CSTNode, thing: Thing) -> bool:
    """Whether `thing` is a descriptor that a call in the function around `node` made closed on exec, and that only
    known code saw."""
    root = thing.root
    if program.is_made_elsewhere(root, node):
        return False
    if not isinstance(root, cst.Call) or root in program.exposed or thing.kind is None:
        return False
    seen = program.observations.get(root)
    return seen is None or all(_is_private(each) for each in seen)


def _is_private(observation: Observation) -> bool:
    """Whether a creation that rules listen to keeps its descriptor from children for sure, or surely not."""
    if observation.known.deed is Deed.OPENS:
        return True
    if observation.known.deed is not Deed.FLAGGED:
        return False
    flags = observation.value("flags")
    if flags is None:
        return not observation.given.open_ended
    held = [as_bits(option).holds(CONSTANTS[observation.known.flag]) for option in options(flags)]
    return observation.known.flag != "" and not any(answer.known is None for answer in held)


def is_told(program: Program, child: cst.CSTNode, thing: Thing) -> bool:
    """Whether the child that is started at `child` is told the number of `thing`."""
    seen = program.observations.get(child, []) if isinstance(child, cst.Call) else []
    return any(same_or_inside(thing, each.owner) for one in seen for each in told(one))


def told(observation: Observation) -> Iterator[Thing]:
    """Every thing whose number stands in the arguments or the environment, where it is meant as a descriptor."""
    first = 1 if observation.known.parameters[:1] == ("mode",) else 0
    given = [argument.value for argument in observation.given.positional[first:]]
    if _LISTING.search(observation.name):
        given = [Items(tuple(given))]
    for value in given:
        yield from _meant(value)
    for name, argument in observation.given.named:
        if name in ("args", "argv", "cmd", "command"):
            yield from _meant(argument.value)
    for key, value in observation.environment:
        for option in options(value):
            if isinstance(option, Text) and names_a_descriptor(Constant(key)) and len(option.things) == 1:
                yield from option.things


def _meant(value: Value) -> Iterator[Thing]:
    match value:
        case Items(items) | Mixed(items):
            for item in items:
                if isinstance(item, Text):
                    yield from (thing for thing in item.things if _looks_like_a_descriptor(item, thing))
        case Text():
            yield from (
                thing for thing in value.things if value.before(thing) and _looks_like_a_descriptor(value, thing)
            )


def _looks_like_a_descriptor(text: Text, thing: Thing) -> bool:
    before, after = text.before(thing), text.after(thing)
    if before is None or after is None or thing.kind not in (Kind.DESCRIPTOR, Kind.SOCKET_NUMBER):
        return False
    if not before and not after:
        return len(text.pieces) == 1
    return bool(_BEFORE.search(before)) and not after[:1].isalnum()


def _written(observation: Observation, thing: Thing) -> str:
    return observation.spelled(thing) or ""


GATHERERS = {Deed.STARTS: _handed, Deed.SPAWNS: _handed, Deed.REPLACES: _handed}
