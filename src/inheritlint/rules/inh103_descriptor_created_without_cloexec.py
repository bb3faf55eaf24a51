from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.creations import add_creation_flag
from inheritlint.facts.creations import BornInheritable, Origin


@rule(
    code="INH103",
    name="descriptor-created-without-cloexec",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`{callee}` with these flags makes a descriptor that children get: add `{flag}`",
    bad="""
        import os

        reader, writer = os.pipe2(os.O_NONBLOCK)
    """,
    good="""
        import os

        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    """,
    references=(
        "PEP 446",
        "CWE-403",
        "pipe2(2)",
        "memfd_create(2)",
        "eventfd(2)",
    ),
)
def descriptor_created_without_cloexec(born: BornInheritable) -> Iterator[Report]:
    """`os.pipe2`, `os.memfd_create` or `os.eventfd` with flags that are known, and lack close-on-exec.

    CPython adds nothing to these flags. Naming any flag drops the safe default of `memfd_create` and `eventfd`; `pipe2`
    has none, unlike `os.pipe`. (`os.timerfd_create` is not one of them: CPython adds its flag.)

    Silent: flags of which a part is unknown, a descriptor that is closed or made non-inheritable before a child that
    would get it is started, a forked child, a process that replaces itself next.

    The fix adds the flag. It is safe where nothing in the file hands descriptors on, else unsafe.
    """
    if born.origin is Origin.FLAGS and born.leaks:
        yield Report(born, trace=born.trace, mend=add_creation_flag(born), callee=born.callee, flag=born.flag)
