from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.event import NotAnalysed


@rule(
    code="INH901",
    name="file-not-checked",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message="file not checked: {reason}",
    bad="import os\nos.open(path, os.O_RDONLY",
    good="import os\nos.open(path, os.O_RDONLY | os.O_CLOEXEC)",
)
def file_not_checked(failure: NotAnalysed) -> Iterator[Report]:
    """## What it does

    Checks for files that could not be read, decoded, parsed or analyzed.

    ## Why is this bad?

    Nothing in such a file was checked, so the absence of other findings says nothing about it. The message gives the
    reason.

    A file in a syntax that no supported Python accepts (Python 2, a template) can be excluded with `exclude`.
    """
    yield Report(failure, reason=failure.reason)
