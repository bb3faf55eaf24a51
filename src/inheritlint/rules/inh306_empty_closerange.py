from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.closerange import CloserangeCall


@rule(
    code="INH306",
    name="empty-closerange",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    added_in="0.1",
    message='`{callee}({low}, {high})` is an empty range; use `os.sysconf("SC_OPEN_MAX")` as the upper bound',
    example="""
        import os

        os.closerange(3, -1)
    """,
    fixed_example="""
        import os

        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    """,
    references=("Library reference: os.closerange", "close_range(2)"),
)
def empty_closerange(closed: CloserangeCall) -> Iterator[Report]:
    """## What it does

    Checks for `os.closerange` calls with an empty range.

    ## Why is this bad?

    The upper bound itself is not closed, so a range whose upper bound is not greater than its lower bound is empty.
    `os.closerange(3, -1)` closes nothing up to Python 3.9; since Python 3.10, Linux takes -1 for the largest number,
    and everything is closed.

    ## Not reported

    Bounds that are unknown.
    """
    if closed.is_empty:
        span = closed.span_of(closed.argument)
        yield Report(closed, span=span, callee=closed.callee, low=str(closed.low), high=str(closed.high))
