"""`os.open`: a descriptor whose flags are written down."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.origins import Made
from inheritlint.domain.truth import combine, sets_close_on_exec
from inheritlint.domain.values import UNKNOWN, Tristate
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import Effect
from inheritlint.knowledge.platforms import POSIX


@frozen
class OsOpenCall(Call):
    """`os.open`. `close_on_exec` is false where one way to the call lacks both flags; `flags` is that argument;
    `onto_standard_stream` says that it is to land on 0, 1 or 2, `made_inheritable` that children are to get it."""

    close_on_exec: Tristate
    flags: Argument | None
    onto_standard_stream: bool
    made_inheritable: bool


def _opened(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    platforms = platforms_of(seen)
    answers = []
    for record in seen:
        here = record.platforms & POSIX
        if platforms & POSIX and not here:
            continue
        value = record.value("flags")
        if value is None or record.arguments.has_unpacking:
            answers.append(UNKNOWN)
        else:
            answers.append(sets_close_on_exec(value, here or record.platforms))
    argument = seen[0].bound.get("flags")
    yield OsOpenCall(
        program.tree.span(node),
        node,
        program,
        platforms,
        combine(answers),
        argument,
        onto_standard_stream=any(bool(record.streams.closed) for record in seen)
        or isinstance(program.outline.parents[node], cst.Expr),
        made_inheritable=any(isinstance(each, Made) and each.node is node for each in program.file.shared),
    )


EVENT_BUILDERS = {Effect.OPEN: _opened}
