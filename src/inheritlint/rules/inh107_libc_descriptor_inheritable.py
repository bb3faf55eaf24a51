from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.events.inheritable_creation import CreatedInheritable, Origin
from inheritlint.explanations import creation


@rule(
    code="INH107",
    name="libc-descriptor-inheritable",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    added_in="0.1",
    message="`{callee}` of the C library creates an inheritable descriptor; {remedy}",
    example="""
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        counter = libc.eventfd(0, 0)
    """,
    fixed_example="""
        import ctypes
        import os

        libc = ctypes.CDLL(None, use_errno=True)
        counter = libc.eventfd(0, os.EFD_CLOEXEC)
    """,
    references=("PEP 446", "CWE-403", "CERT POS38-C", "open(2)", "eventfd(2)", "inotify(7)"),
)
def libc_descriptor_inheritable(born: CreatedInheritable) -> Iterator[Report]:
    """## What it does

    Checks for C library functions, called through `ctypes`, that create a descriptor without close-on-exec.

    ## Why is this bad?

    `open`, `dup`, `pipe`, `socket`, `memfd_create`, `eventfd`, `inotify_init` and similar C functions create
    inheritable descriptors unless a flag says otherwise, and CPython does not add that flag for code that calls them
    directly. Every child process that does not close descriptors inherits them.

    ## Not reported

    - flags of which any part is unknown;
    - descriptors that are closed or made non-inheritable afterwards;
    - libraries that are not known to be the C library.
    """
    if born.origin is Origin.LIBRARY and born.leaks:
        yield Report(
            born,
            span=born.span_of(born.argument),
            role=StepRole.MADE_INHERITABLE,
            trace=creation.trace(born),
            callee=born.callee,
            remedy=born.library_remedy,
        )
