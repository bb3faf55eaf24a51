"""`os.open`: a descriptor whose flags are written down."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event, platforms_of, worst
from inheritlint.facts.observation import Argument, Observation
from inheritlint.facts.program import Program
from inheritlint.facts.values import (
    UNKNOWN,
    Answer,
    keeps_from_children,
)
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.platforms import POSIX


@dataclass(frozen=True)
class Opened(Call):
    """`os.open`. `close_on_exec` is false where one way to the call lacks both flags; `flags` is that argument;
    `onto_standard_stream` says that it is to land on 0, 1 or 2, `made_inheritable` that children are to get it."""

    close_on_exec: Answer
    flags: Argument | None
    onto_standard_stream: bool
    made_inheritable: bool


def _opened(program: Program, node: cst.Call, seen: list[Observation]) -> Iterator[Event]:
    platforms = platforms_of(seen)
    answers = []
    for observation in seen:
        here = observation.platforms & POSIX
        if platforms & POSIX and not here:
            continue
        value = observation.value("flags")
        if value is None or observation.given.open_ended:
            answers.append(UNKNOWN)
        else:
            answers.append(keeps_from_children(value, here or observation.platforms))
    argument = seen[0].arguments.get("flags")
    yield Opened(
        program.tree.span(node),
        node,
        program,
        platforms,
        worst(answers),
        argument,
        onto_standard_stream=any(bool(observation.streams.closed) for observation in seen)
        or isinstance(program.outline.parents[node], cst.Expr),
        made_inheritable=node in program.shared,
    )


GATHERERS = {Deed.OPENS: _opened}
