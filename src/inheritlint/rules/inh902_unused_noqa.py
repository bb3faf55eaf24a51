from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.events import SuppressionUnused


@rule(
    code="INH902",
    name="unused-noqa",
    severity=Severity.CONVENTION,
    fix=Safety.SAFE,
    since="0.1",
    on_by_default=False,
    message="nothing is silenced by {codes}: take it out of the comment",
    bad="""
        import os

        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)  # noqa: INH101
    """,
    good="""
        import os

        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    """,
    references=("flake8: Selecting and Ignoring Violations, in-line ignoring", "ruff: RUF100"),
)
def unused_noqa(comment: SuppressionUnused) -> Iterator[Report]:
    """A comment `# noqa: INH…` names a code that is not found where the comment counts.

    What it silenced was mended, or moved. It stays behind as a hole for the next mistake on that line.

    Off by default: it is found where `select` or `extend-select` asks for it. A `# noqa` without codes may serve
    another linter, and codes of others are left alone.

    The fix takes the code out, and the comment with it where nothing else is in it. It is safe: nothing was silenced.
    """
    codes = " and ".join(f"`{code}`" for code in comment.codes)
    yield Report(comment, mend=comment.mend, codes=codes)
