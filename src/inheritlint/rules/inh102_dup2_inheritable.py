from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable_creation import add_inheritable_false
from inheritlint.events.inheritable_creation import CreatedInheritable, Origin
from inheritlint.explanations import creation


@rule(
    code="INH102",
    name="dup2-inheritable",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`{callee}` creates an inheritable descriptor; pass `inheritable=False`",
    example="""
        import os


        def keep(log):
            os.dup2(log, 100)
    """,
    fixed_example="""
        import os


        def keep(log):
            os.dup2(log, 100, inheritable=False)
    """,
    references=(
        "PEP 446",
        "CWE-403",
        "dup(2)",
    ),
)
def dup2_inheritable(born: CreatedInheritable) -> Iterator[Report]:
    """## What it does

    Checks for `os.dup2` calls that leave the new descriptor inheritable, which is the default.

    ## Why is this bad?

    Descriptors that Python creates are not inheritable (PEP 446). `os.dup2` is an exception, because it is mostly
    used to redirect 0, 1 and 2. Any other descriptor number that it creates is inherited by every child process that
    does not close descriptors.

    ## Not reported

    - standard streams as the target, and targets whose number is unknown;
    - code that runs only in a `preexec_fn`, or in a forked child process whose parent goes on; where the parent ends
      after the fork, the child is a daemon, and its children inherit what it leaves inheritable;
    - code that replaces the process with `os.exec*` afterwards;
    - targets that are closed or made non-inheritable again.

    ## Fix safety

    The fix adds `inheritable=False`. It is unsafe: a child process that relies on the descriptor no longer inherits
    it.
    """
    if born.origin is Origin.DUPLICATE and born.leaks:
        yield Report(
            born,
            span=born.span_of(born.argument),
            role=StepRole.MADE_INHERITABLE,
            trace=creation.trace(born),
            fix=lambda: add_inheritable_false(born),
            callee=born.callee,
        )
