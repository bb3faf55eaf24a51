from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.numbers import pass_descriptor
from inheritlint.events.numbers_passed import NumberPassed
from inheritlint.explanations import numbers


@rule(
    code="INH303",
    name="descriptor-number-without-pass-fds",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="the child process receives the number of {number} but does not inherit the descriptor; {remedy}",
    example="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            return subprocess.Popen([*command, f"--status-fd={writer}"])
    """,
    fixed_example="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            return subprocess.Popen([*command, f"--status-fd={writer}"], pass_fds=(writer,))
    """,
    references=("PEP 446", "Library reference: subprocess.Popen, pass_fds", "gunicorn#978"),
)
def descriptor_number_without_pass_fds(handed: NumberPassed) -> Iterator[Report]:
    """## What it does

    Checks for child processes that are passed a descriptor number but do not inherit the descriptor.

    ## Why is this bad?

    The child gets `EBADF`, or uses another file that it opened under that number. With `close_fds=True`, the default
    of `subprocess`, making the descriptor inheritable does not help; use `pass_fds`. `os.exec*`, `os.spawn*` and
    `os.posix_spawn` close nothing, but a descriptor that is not inheritable is not inherited there either.

    A number is recognized if it is a whole argument, or a whole word of a command line; if a list of numbers is
    (`3,4`); if the text before it indicates a descriptor (`/dev/fd/N`, `--fd=N`, `<&N`, `"fd": N`); if it is glued to
    an option (`-dN`); or if it is the value of an environment variable whose name ends in `FD`. What is left in
    `os.environ` is found by every child process that is started later without `env`. The descriptor may be made in
    another function, and kept in an attribute.

    ## Not reported

    - standard streams, and descriptors that are given as one;
    - calls that forward `**kwargs`, or have a `preexec_fn`, or a `pass_fds` that is not known whole;
    - descriptors that were passed to code that is not known;
    - variables that are removed from `os.environ` before.

    ## Fix safety

    The fix adds `pass_fds` with all descriptors whose numbers the call passes. It is offered only if the call cannot
    run on Windows, where `pass_fds` is not available, and has no `close_fds` that `pass_fds` would override. It is
    unsafe: the child inherits a descriptor that it did not inherit before.
    """
    yield Report(
        handed,
        fix=lambda: pass_descriptor(handed),
        role=StepRole.CHILD_WITHOUT,
        trace=numbers.passed(handed),
        number=f"`{handed.number}`" if handed.number else "a descriptor",
        remedy=numbers.remedy(handed),
    )
