from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.marks import reset_finally
from inheritlint.facts.fates import Ending
from inheritlint.facts.marks import MadeInheritable


@rule(
    code="INH202",
    name="inheritable-not-reset-on-every-path",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`{target}` is made inheritable, but {way} can pass its reset by: move the reset to a `finally`",
    bad="""
        import os


        def start(reader, command):
            os.set_inheritable(reader, True)
            os.system(command)
            os.set_inheritable(reader, False)
    """,
    good="""
        import os


        def start(reader, command):
            os.set_inheritable(reader, True)
            try:
                os.system(command)
            finally:
                os.set_inheritable(reader, False)
    """,
    references=("PEP 446", "CWE-403", "CERT FIO22-C"),
)
def inheritable_not_reset_on_every_path(mark: MadeInheritable) -> Iterator[Report]:
    """A descriptor is made inheritable and made non-inheritable again, but not on every path.

    An exception, a `return`, a `break` or a branch leads past the reset. Nobody sees it until the child could not
    be started once; from then on every child that does not close descriptors gets this one too.

    Any call between mark and reset can raise, but for logging and the harmless built-ins.

    The fix puts what stands between the two into `try`, the reset into `finally`. It is safe: on the path that
    reached the reset nothing changes.
    """
    if not mark.clears_flag and mark.fate.ending is Ending.MISSED:
        way = mark.way_past
        yield Report(mark, mend=reset_finally(mark), trace=mark.trace, target=mark.target, way=way)
