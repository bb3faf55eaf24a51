from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.closerange import CloserangeCall

_EMPTY = '`{callee}({low}, {high})` is an empty range; use `os.sysconf("SC_OPEN_MAX")` as the upper bound'
_NOTHING_OR_ALL = (
    "`{callee}({low}, {high})` closes nothing or everything, depending on platform and version; "
    'use `os.sysconf("SC_OPEN_MAX")` as the upper bound'
)


@rule(
    code="INH306",
    name="empty-closerange",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    added_in="0.1",
    message=(_EMPTY, _NOTHING_OR_ALL),
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
    `os.closerange(3, -1)` closes nothing up to Python 3.9, and later not on every platform; since Python 3.10, Linux
    takes an upper bound of 0 or less for the largest number, and everything is closed.

    ## Not reported

    Bounds that are unknown.
    """
    if closed.is_empty:
        span = closed.span_of(closed.argument)
        yield Report(
            closed,
            span=span,
            message=_NOTHING_OR_ALL if closed.may_close_all else _EMPTY,
            callee=closed.callee,
            low=str(closed.low),
            high=str(closed.high),
        )
