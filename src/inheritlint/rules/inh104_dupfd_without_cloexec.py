from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.creations import duplicate_privately
from inheritlint.facts.creations import BornInheritable, Origin


@rule(
    code="INH104",
    name="dupfd-without-cloexec",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`F_DUPFD` makes a duplicate that children get: use `F_DUPFD_CLOEXEC`",
    bad="""
        import fcntl


        def keep(descriptor):
            return fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
    """,
    good="""
        import fcntl


        def keep(descriptor):
            return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    """,
    references=(
        "PEP 446",
        "CWE-403",
        "fcntl(2)",
    ),
)
def dupfd_without_cloexec(born: BornInheritable) -> Iterator[Report]:
    """`fcntl.fcntl(fd, fcntl.F_DUPFD, …)` makes an inheritable duplicate, whatever the original is.

    No CPython stands in between, so C's rules hold. `os.dup` and `F_DUPFD_CLOEXEC` make private ones.

    Silent: a duplicate that is closed or made non-inheritable before a child is started, a forked child, a process that
    replaces itself next.

    The fix keeps the third argument. It is safe where nothing in the file hands descriptors on, else unsafe.
    """
    if born.origin is Origin.COMMAND and born.leaks:
        yield Report(born, trace=born.trace, mend=duplicate_privately(born))
