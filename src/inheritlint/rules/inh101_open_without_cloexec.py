from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.flags import add_close_on_exec
from inheritlint.events.os_open import OsOpenCall
from inheritlint.knowledge.inheritance import non_inheritable_since

_NO_FLAG = "`{callee}` flags do not include `{flag}`; add it to make the descriptor explicitly non-inheritable"
_INHERITABLE = "`{callee}` without `{flag}` creates an inheritable descriptor on Python {version}; add `{flag}`"


@rule(
    code="INH101",
    name="open-without-cloexec",
    severity=Severity.CONVENTION,
    fix=Safety.SAFE,
    added_in="0.1",
    message=(_NO_FLAG, _INHERITABLE),
    example="import fcntl\nimport os\n\nlock = os.open(path, os.O_RDWR | os.O_CREAT)",
    fixed_example="import fcntl\nimport os\n\nlock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)",
    references=("PEP 446", "PEP 433", "CWE-403", "CERT FIO22-C", "open(2)"),
)
def open_without_cloexec(opened: OsOpenCall) -> Iterator[Report]:
    """## What it does

    Checks for `os.open` calls whose flags do not include `O_CLOEXEC` or `O_NOINHERIT`.

    ## Why is this bad?

    Since Python 3.4 (PEP 446), CPython adds the flag itself, so on every supported CPython the descriptor is *not*
    inherited, with or without it. The finding is a convention, not a leak: the code does not state what happens.

    The flag matters where

    - the code also runs on Python 2.7 or 3.3, where the descriptor is inherited by every child process (if
      `requires-python` admits one of them, the severity is `warning`);
    - another interpreter runs the code, because it need not add the flag;
    - the same flags are passed to `ctypes`, a C extension or `posix_spawn`, where CPython adds nothing.

    To disable this rule, use `ignore = ["INH101"]`; to disable all conventions, `min-severity = "warning"`.

    ## Not reported

    - flags of which any part is unknown: a parameter, the result of a call, an opener;
    - a flag that is added under `hasattr(os, "O_CLOEXEC")` or read by `getattr(os, "O_CLOEXEC", 0)`;
    - a descriptor that is made inheritable afterwards;
    - a descriptor that is opened to become 0, 1 or 2: one of them was closed before, or the result is not used.

    If the flags differ by branch, one branch without the flag is enough for a finding.

    ## Fix safety

    The fix adds the flag: `os.O_CLOEXEC` if the code runs on POSIX only, `os.O_NOINHERIT` if it runs on Windows only,
    `getattr(os, "O_CLOEXEC", 0)` otherwise. It is safe, because CPython adds the same flag already.

    No fix is offered if `os` or `getattr` is shadowed, deleted or rebound, or if the call is in an f-string that
    older Python versions could not parse afterwards.
    """
    if opened.onto_standard_stream or opened.made_inheritable:
        return
    if opened.close_on_exec.is_false:
        oldest = opened.program.target.oldest
        if oldest is not None and oldest >= non_inheritable_since("os.open"):
            oldest = None
        yield Report(
            opened,
            span=opened.span_of(opened.flags),
            fix=lambda: add_close_on_exec(opened),
            severity=Severity.WARNING if oldest else None,
            message=_INHERITABLE if oldest else _NO_FLAG,
            callee=opened.callee,
            flag="O_NOINHERIT" if opened.on_windows_only else "O_CLOEXEC",
            version=".".join(map(str, oldest[:2])) if oldest else "",
        )
