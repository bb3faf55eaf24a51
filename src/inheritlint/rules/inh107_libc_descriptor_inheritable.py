from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.creations import BornInheritable, Origin


@rule(
    code="INH107",
    name="libc-descriptor-inheritable",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    since="0.1",
    message="`{callee}` of the C library makes a descriptor that children get: {remedy}",
    bad="""
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        counter = libc.eventfd(0, 0)
    """,
    good="""
        import ctypes
        import os

        libc = ctypes.CDLL(None, use_errno=True)
        counter = libc.eventfd(0, os.EFD_CLOEXEC)
    """,
    references=("PEP 446", "CWE-403", "CERT POS38-C", "open(2)", "eventfd(2)", "inotify(7)"),
)
def libc_descriptor_inheritable(born: BornInheritable) -> Iterator[Report]:
    """A function of the C library, called through `ctypes`, creates a descriptor without its close-on-exec flag.

    CPython does not stand in between, so C's rules hold: `open`, `dup`, `pipe`, `socket`, `memfd_create`, `eventfd`,
    `inotify_init` and their kin make what every child gets, unless a flag says no.

    Silent: flags of which a part is unknown, a descriptor that is closed or made non-inheritable afterwards, a library
    that is not known to be C's.
    """
    if born.origin is Origin.LIBRARY and born.leaks:
        yield Report(born, trace=born.trace, callee=born.callee, remedy=born.library_remedy)
