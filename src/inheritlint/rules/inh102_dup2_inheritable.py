from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.creations import close_duplicate_to_children
from inheritlint.facts.creations import BornInheritable, Origin


@rule(
    code="INH102",
    name="dup2-inheritable",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    since="0.1",
    message="`{callee}` makes its target inheritable: pass `inheritable=False`",
    bad="""
        import os


        def keep(log):
            os.dup2(log, 100)
    """,
    good="""
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
def dup2_inheritable(born: BornInheritable) -> Iterator[Report]:
    """`os.dup2` makes its target inheritable unless it is told not to.

    What Python creates is not inheritable (PEP 446); `os.dup2` is the exception, for its work is to prepare 0, 1 and 2.
    Any other number reaches every child that does not close descriptors.

    Silent: a standard stream as target, a target that is only known from outside, a forked child, a function that is
    given as `preexec_fn`, a process that replaces itself next, a target that is closed or made non-inheritable again.

    The fix is unsafe: a child that relied on the number no longer gets it.
    """
    if born.origin is Origin.DUPLICATE and born.leaks:
        yield Report(born, trace=born.trace, mend=close_duplicate_to_children(born), callee=born.callee)
