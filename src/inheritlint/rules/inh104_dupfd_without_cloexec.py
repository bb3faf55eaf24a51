from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable_creation import use_dupfd_cloexec
from inheritlint.events.inheritable_creation import CreatedInheritable, Origin
from inheritlint.explanations import creation


@rule(
    code="INH104",
    name="dupfd-without-cloexec",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`F_DUPFD` creates an inheritable descriptor; use `F_DUPFD_CLOEXEC`",
    example="""
        import fcntl


        def keep(descriptor):
            return fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
    """,
    fixed_example="""
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
def dupfd_without_cloexec(born: CreatedInheritable) -> Iterator[Report]:
    """## What it does

    Checks for `fcntl.fcntl(fd, fcntl.F_DUPFD, …)`, which creates an inheritable duplicate.

    ## Why is this bad?

    The duplicate is inheritable even if the original is not, and every child process that does not close descriptors
    inherits it. `os.dup` and `F_DUPFD_CLOEXEC` create non-inheritable duplicates.

    ## Not reported

    - duplicates that are closed or made non-inheritable before a child process is started;
    - code that runs only in a forked child process, and code that replaces the process with `os.exec*` afterwards.

    ## Fix safety

    The fix replaces the command and keeps the other arguments. It is safe if the duplicate does not leave the
    function, the function starts no child process, and the file never reads whether a descriptor is inheritable.
    Otherwise it is unsafe: a child process may rely on inheriting it.
    """
    if born.origin is Origin.COMMAND and born.leaks:
        yield Report(
            born,
            span=born.span_of(born.argument),
            role=StepRole.MADE_INHERITABLE,
            trace=creation.trace(born),
            fix=lambda: use_dupfd_cloexec(born),
        )
