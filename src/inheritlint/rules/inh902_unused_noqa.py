from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.event import UnusedNoqa


@rule(
    code="INH902",
    name="unused-noqa",
    severity=Severity.CONVENTION,
    fix=Safety.SAFE,
    added_in="0.1",
    on_by_default=False,
    message="unused `noqa` code: {codes}",
    example="""
        import os

        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)  # noqa: INH101
    """,
    fixed_example="""
        import os

        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    """,
    references=("flake8: Selecting and Ignoring Violations, in-line ignoring", "ruff: RUF100"),
)
def unused_noqa(comment: UnusedNoqa) -> Iterator[Report]:
    """## What it does

    Checks for `# noqa: INH…` comments that suppress nothing.

    ## Why is this bad?

    The finding that the comment suppressed was fixed or has moved. The comment that is left hides the next mistake on
    that line.

    The rule is disabled by default; `select` or `extend-select` enables it.

    ## Not reported

    - `# noqa` without codes, which may be meant for another linter;
    - codes of other linters.

    ## Fix safety

    The fix removes the unused codes, and the whole comment if nothing else is left in it. It is safe: nothing was
    suppressed. No fix is offered if what is left would be another `noqa` comment, which had no effect before.
    """
    yield Report(comment, fix=lambda: comment.fix, codes=", ".join(comment.codes))
