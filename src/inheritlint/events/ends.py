"""An end of a pipe stays open in a process that waits for the end of file of the other one."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.events.event import Call, Event
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.platforms import EVERYWHERE
from inheritlint.lifecycle.ends import OpenEnd, open_ends
from inheritlint.source.nodes import below


@dataclass(frozen=True)
class EndLeftOpen(Call):
    """A child is started that gets an end of a pipe, and this process keeps its copy while it reads the other end to
    its end. `end` and `reader` are how the two are written, empty where they have no name."""

    kept: OpenEnd
    end: str
    reader: str


@dataclass(frozen=True)
class CopyKept(Call):
    """A child is forked, and keeps a copy of what only its parent should have; fields as above."""

    kept: OpenEnd
    end: str
    reader: str


def ends_left_open(program: Program) -> Iterator[Event]:
    """Every end that stays open too long."""
    for kept in open_ends(program):
        event = CopyKept if kept.in_child else EndLeftOpen
        yield event(
            program.tree.span(kept.start),
            kept.start,
            program,
            EVERYWHERE,
            kept,
            kept.name_of(kept.end),
            kept.name_of(kept.reader),
        )


def is_alone(program: Program, kept: OpenEnd) -> bool:
    """Whether the start runs as often as the end is made, and nothing uses the end afterwards by its name."""
    name = kept.name_of(kept.end).partition("[")[0]
    start, around = program.tree.span(kept.start), program.around(kept.start)
    loops = [each for each in around if isinstance(each, (cst.For, cst.While))]
    made_in = program.around(kept.created) if kept.created is not None else []
    if any(loop not in made_in for loop in loops):
        return False
    here = program.function_around(kept.start)
    later = (use for use in program.outline.names.get(name, ()) if program.tree.span(use) > start)
    inside = set(map(id, below(kept.start)))
    return not any(program.function_around(use) is here and id(use) not in inside for use in later)
