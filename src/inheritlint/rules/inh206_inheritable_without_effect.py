from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable import use_pass_fds
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.explanations import inheritable


@rule(
    code="INH206",
    name="inheritable-without-effect",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="{target} is made inheritable, but no child process inherits it (`close_fds` is true); "
    "{remedy}, or remove the call",
    example="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            os.set_inheritable(writer, True)
            subprocess.run([*command, str(writer)])
            os.close(writer)
            os.close(reader)
    """,
    fixed_example="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            subprocess.run([*command, str(writer)], pass_fds=(writer,))
            os.close(writer)
            os.close(reader)
    """,
    references=("PEP 446", "Library reference: subprocess.Popen, close_fds"),
    supersedes=("INH201", "INH202", "INH203"),
)
def inheritable_without_effect(mark: MadeInheritable) -> Iterator[Report]:
    """## What it does

    Checks for descriptors that are made inheritable although every child process that the function starts afterwards
    is started with `close_fds=True`.

    ## Why is this bad?

    By default, `subprocess` and `asyncio` close every descriptor in the child except 0, 1, 2 and those in `pass_fds`,
    inheritable or not. A child that expects the descriptor gets `EBADF`, while child processes that are started in
    other ways, or by other threads, inherit it.

    ## Not reported

    - descriptors that the function returns or stores, or passes to code that is not known;
    - calls that forward `**kwargs` or a `preexec_fn`;
    - functions that also start a child process in another way.

    ## Fix safety

    If one child process is passed the descriptor's number, the fix adds `pass_fds` to that call, provided that it
    cannot run on Windows; if there is none, it removes the `set_inheritable` call. It is unsafe: a child process
    inherits a descriptor that it did not inherit before.
    """
    if mark.has_no_effect:
        yield Report(
            mark,
            fix=lambda: use_pass_fds(mark),
            role=StepRole.MADE_INHERITABLE,
            trace=inheritable.children(mark),
            target=inheritable.name_of(mark),
            remedy=inheritable.child_remedy(mark),
        )
