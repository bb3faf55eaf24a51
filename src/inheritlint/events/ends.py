"""An end of a pipe stays open in a process that waits for the end of file of the other one."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.events.event import Call, Event
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.platforms import EVERYWHERE
from inheritlint.lifecycle.ends import Copy, OpenEnd, kept_sockets, open_ends
from inheritlint.source.nodes import below


@frozen
class EndLeftOpen(Call):
    """A child is started that gets an end of a pipe, and this process keeps its copy while it reads the other end to
    its end. `end` and `reader` are how the two are written, empty where they have no name."""

    kept: OpenEnd
    end: str
    reader: str


@frozen
class CopyKept(Call):
    """A process is forked, and one of the two keeps a copy of what only the other one should have. `name` is how that
    is written, `reader` the end that it keeps from coming to its end, both empty where they have no name. `created` is
    what made it, `read` where the other end is read."""

    copy: Copy
    name: str
    reader: str
    created: cst.CSTNode | None
    read: cst.CSTNode | None


def ends_left_open(program: Program) -> Iterator[Event]:
    """Every end that stays open too long."""
    for kept in open_ends(program):
        span, end, reader = program.tree.span(kept.start), kept.name_of(kept.end), kept.name_of(kept.reader)
        if kept.in_child:
            yield CopyKept(
                span, kept.start, program, EVERYWHERE, Copy.END, end, reader, created=kept.created, read=kept.read
            )
        else:
            yield EndLeftOpen(span, kept.start, program, EVERYWHERE, kept, end, reader)


def sockets_kept(program: Program) -> Iterator[Event]:
    """Every socket that a process keeps after a fork and should not."""
    for kept in kept_sockets(program):
        span = program.tree.span(kept.fork)
        yield CopyKept(span, kept.fork, program, EVERYWHERE, kept.copy, kept.name, "", created=kept.created, read=None)


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
