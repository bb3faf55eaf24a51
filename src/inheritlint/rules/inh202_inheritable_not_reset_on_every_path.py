from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable import move_reset_to_finally
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.explanations import inheritable
from inheritlint.lifecycle.lifecycle import ResetStatus


@rule(
    code="INH202",
    name="inheritable-not-reset-on-every-path",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="{target} stays inheritable if {skipped}; reset it in a `finally`",
    example="""
        import os


        def start(reader, command):
            os.set_inheritable(reader, True)
            os.system(command)
            os.set_inheritable(reader, False)
    """,
    fixed_example="""
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
    """## What it does

    Checks for descriptors that are made inheritable and reset on some code paths only.

    ## Why is this bad?

    An exception, a `return`, a `break` or a branch skips the reset. The descriptor then stays inheritable, and every
    child process that does not close descriptors inherits it (see INH201). The defect shows only after something else
    has failed, for example after a child process could not be started.

    Closing the descriptor counts as a reset.

    ## Not reported

    - calls between the two that do not raise in practice: logging and built-ins such as `len` or `str`;
    - resets that are certain: in a `finally` block, a `with` block or an `ExitStack` callback.

    ## Fix safety

    If `pass_fds` can be used, the fix is that of INH201, and unsafe. If not, it moves the statements between the two
    calls into `try` and the reset into `finally`. This is safe if only this function uses the variable, and either the
    descriptor was created in this function and does not leave it, or only calls that start child processes are in
    between: on the path that reached the reset, nothing changes. Otherwise it is unsafe, because other code may have
    closed the descriptor.

    No fix is offered if a statement in between closes the descriptor or rebinds its name, if the reset closes the
    descriptor and the function uses its name later, or if a multi-line string would have to be indented.
    """
    if not mark.uses_fcntl and mark.fate.ending is ResetStatus.NOT_ON_EVERY_PATH:
        yield Report(
            mark,
            fix=lambda: move_reset_to_finally(mark),
            role=StepRole.MADE_INHERITABLE,
            trace=inheritable.trace(mark),
            other_path=inheritable.other_path(mark),
            target=inheritable.name_of(mark),
            skipped=inheritable.skipped_by(mark),
        )
