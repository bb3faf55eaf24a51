from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.events import NotAnalysed


@rule(
    code="INH901",
    name="file-not-checked",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message="this file {reason}: nothing in it was checked",
    bad="import os\nos.open(path, os.O_RDONLY",
    good="import os\nos.open(path, os.O_RDONLY | os.O_CLOEXEC)",
)
def file_not_checked(failure: NotAnalysed) -> Iterator[Report]:
    """A file could not be read, decoded or parsed, or is nested too deeply to analyse.

    A linter that skips a file in silence says that the file is fine. This one says what kept it out,
    and the exit status says so too. Where the reason is syntax that no supported Python accepts
    (Python 2, a template), exclude the file with `exclude`.
    """
    yield Report(failure, reason=failure.reason)
