from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable_creation import add_creation_flag
from inheritlint.events.inheritable_creation import CreatedInheritable, Origin
from inheritlint.explanations import creation


@rule(
    code="INH103",
    name="descriptor-created-without-cloexec",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`{callee}` without `{flag}` creates an inheritable descriptor; add the flag",
    example="""
        import os

        reader, writer = os.pipe2(os.O_NONBLOCK)
    """,
    fixed_example="""
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
def descriptor_created_without_cloexec(born: CreatedInheritable) -> Iterator[Report]:
    """## What it does

    Checks for `os.pipe2`, `os.memfd_create` and `os.eventfd` calls whose flags do not include close-on-exec.

    ## Why is this bad?

    CPython adds nothing to the flags of these functions. `memfd_create` and `eventfd` create a non-inheritable
    descriptor by default, but any explicit flag replaces that default; `pipe2`, unlike `pipe`, has no such default.
    The descriptor is then inherited by every child process that does not close descriptors. (`os.timerfd_create` is
    different: CPython adds its flag.)

    ## Not reported

    - flags of which any part is unknown;
    - descriptors that are closed or made non-inheritable before a child process is started that can inherit them;
    - code that runs only in a forked child process, and code that replaces the process with `os.exec*` afterwards.

    ## Fix safety

    The fix adds the close-on-exec flag. It is safe if the descriptor does not leave the function, the function starts
    no child process, and the file never reads whether a descriptor is inheritable. Otherwise it is unsafe: a child
    process may rely on inheriting it.
    """
    if born.origin is Origin.FLAGS and born.leaks:
        yield Report(
            born,
            span=born.span_of(born.argument),
            role=StepRole.MADE_INHERITABLE,
            trace=creation.trace(born),
            fix=lambda: add_creation_flag(born),
            callee=born.callee,
            flag=born.flag,
        )
