from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.flags import add_close_on_exec
from inheritlint.facts.openings import Opened
from inheritlint.knowledge.inheritance import private_since


@rule(
    code="INH101",
    name="open-without-cloexec",
    severity=Severity.CONVENTION,
    fix=Safety.SAFE,
    since="0.1",
    message="`{callee}` without `{flag}`: say that children do not get this descriptor",
    bad="import fcntl\nimport os\n\nlock = os.open(path, os.O_RDWR | os.O_CREAT)",
    good="import fcntl\nimport os\n\nlock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)",
    references=("PEP 446", "PEP 433", "CWE-403", "CERT FIO22-C", "open(2)"),
)
def open_without_cloexec(opened: Opened) -> Iterator[Report]:
    """The flags of `os.open` are known, and hold neither `O_CLOEXEC` nor `O_NOINHERIT`.

    **What this does not protect from.** Since Python 3.4 (PEP 446) CPython adds the flag itself: on every Python
    that is still supported the descriptor is *not* inherited, with or without it. So this is a convention: the
    code says less than it does.

    **When it matters all the same.** Code that still runs on Python 2.7 or 3.3 leaks the descriptor to every
    child (with a `requires-python` that admits them this is a warning). An alternative interpreter need not follow
    CPython here. Flags that are later given to `ctypes`, to C or to `posix_spawn` have no CPython in
    between. And a reader who finds the flag knows that somebody thought of it.

    **How to leave it out.** `ignore = ["INH101"]`, or `min-severity = "warning"` to leave out all conventions.

    Flags of which any part comes from outside (a parameter, a call, an opener) are unknown, and unknown is not
    reported. Where they differ by path, one path that lacks the flag is enough. A flag that is added under
    `hasattr(os, "O_CLOEXEC")` or read by `getattr(os, "O_CLOEXEC", 0)` counts as present.

    Silent, too: a descriptor that is made inheritable afterwards, and one that is there to land on 0, 1 or 2 (one of
    them was closed before, or nobody keeps the result): close-on-exec is the opposite of what these need.

    The fix adds the flag in the spelling that fits: `os.O_CLOEXEC` where only POSIX runs, `os.O_NOINHERIT` where
    only Windows does, `getattr(os, "O_CLOEXEC", 0)` where both can. It is safe: CPython does the same already.
    """
    if opened.onto_standard_stream or opened.made_inheritable:
        return
    if opened.close_on_exec.is_false:
        oldest = opened.program.target.oldest
        old = oldest is not None and oldest < private_since("os.open")
        yield Report(
            opened,
            mend=add_close_on_exec(opened),
            severity=Severity.WARNING if old else None,
            callee=opened.callee,
            flag="O_NOINHERIT" if opened.on_windows_only else "O_CLOEXEC",
        )
