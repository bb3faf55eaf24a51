from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.ranges import RangeClosed


@rule(
    code="INH306",
    name="empty-closerange",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message='`{callee}({low}, {high})` names an empty range: end it at `os.sysconf("SC_OPEN_MAX")`',
    bad="""
        import os

        os.closerange(3, -1)
    """,
    good="""
        import os

        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    """,
    references=("Library reference: os.closerange", "close_range(2)"),
)
def empty_closerange(closed: RangeClosed) -> Iterator[Report]:
    """`os.closerange` with two known numbers of which the second is not above the first.

    The second number is not closed itself, so the range is empty. `os.closerange(3, -1)` closes nothing up to Python
    3.9; from 3.10 on Linux takes -1 for the largest number there is, and closes everything: by luck of the version.

    Silent: a bound that is not known.
    """
    if closed.is_empty:
        yield Report(closed, callee=closed.callee, low=str(closed.low), high=str(closed.high))
