from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.event import FileNotChecked


@rule(
    code="INH901",
    name="file-not-checked",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    added_in="0.1",
    message="file not checked: {reason}",
    example="import os\nos.open(path, os.O_RDONLY",
    fixed_example="import os\nos.open(path, os.O_RDONLY | os.O_CLOEXEC)",
    references=("PEP 263", "PEP 3120", "Language reference: Lexical analysis, encoding declarations"),
)
def file_not_checked(failure: FileNotChecked) -> Iterator[Report]:
    """## What it does

    Checks for files that could not be read, decoded, parsed or analyzed.

    ## Why is this bad?

    Nothing in such a file was checked, so the absence of other findings does not mean that it has none. The message
    gives the reason.

    A file in a syntax that no supported Python accepts (Python 2, a template) can be excluded with `exclude`.

    ## Not reported

    - files in which no word occurs that any rule checks for: they are not parsed;
    - files whose name says that they are not Python, and files that `exclude` covers.
    """
    yield Report(failure, reason=failure.reason)
