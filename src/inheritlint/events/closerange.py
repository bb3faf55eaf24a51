"""`os.closerange`: which numbers it closes."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.values import FlagBits
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import Effect


@frozen
class CloserangeCall(Call):
    """`os.closerange` with two known numbers; `argument` is where the upper one stands."""

    low: int
    high: int
    argument: Argument | None

    @property
    def is_empty(self) -> bool:
        """Whether no number lies in the range."""
        return self.high <= self.low

    @property
    def may_close_all(self) -> bool:
        """Whether some platforms take the last number, one less than the upper bound, for the largest that there is:
        close_range(2), which CPython calls since 3.10, has no negative ones (Python/fileutils.c, _Py_closerange)."""
        return self.high <= 0


def _closed(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    bounds = {(each.value("fd_low"), each.value("fd_high")) for each in seen}
    for low, high in bounds if len(bounds) == 1 else ():
        if (
            isinstance(low, FlagBits)
            and isinstance(high, FlagBits)
            and low.number is not None
            and high.number is not None
        ):
            here = (program.tree.span(node), node, program, platforms_of(seen))
            yield CloserangeCall(*here, low.number, high.number, seen[0].bound.get("fd_high"))


EVENT_BUILDERS = {Effect.CLOSERANGE: _closed}
