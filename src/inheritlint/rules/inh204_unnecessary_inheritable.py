from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable import remove_set_inheritable
from inheritlint.events.inheritable import MadeInheritable
from inheritlint.explanations import inheritable


@rule(
    code="INH204",
    name="unnecessary-inheritable",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`{callee}` is redundant for its child process and lets other children inherit {target}; remove the call",
    example="""
        import os
        import subprocess


        def start(reader, command):
            os.set_inheritable(reader, True)
            subprocess.run([*command, str(reader)], pass_fds=(reader,))
    """,
    fixed_example="""
        import os
        import subprocess


        def start(reader, command):
            subprocess.run([*command, str(reader)], pass_fds=(reader,))
    """,
    references=("PEP 446", "CPython: Modules/_posixsubprocess.c, make_inheritable", "CWE-403"),
    supersedes=("INH201", "INH202", "INH203", "INH206"),
)
def unnecessary_inheritable(mark: MadeInheritable) -> Iterator[Report]:
    """## What it does

    Checks for descriptors that are made inheritable although every child process receives them explicitly.

    ## Why is this bad?

    `subprocess` makes the descriptors in `pass_fds`, and those given as `stdin`, `stdout` or `stderr`, inheritable
    itself, in the child, between fork and exec. Making them inheritable in the parent adds nothing for that child,
    and lets every child that another thread starts meanwhile inherit them too.

    ## Not reported

    - functions that start another child process, which needs the inheritable descriptor;
    - descriptors that are passed to code that is not known;
    - Windows handles, because those in a `handle_list` must be inheritable.

    ## Fix safety

    The fix removes the `set_inheritable` call, and the resets that belong to no other call. It is safe if the
    descriptor is non-inheritable or out of reach when the function returns: the child process receives the same
    descriptor. Otherwise it is unsafe, because a caller may rely on the call. It is also unsafe if a handler or a
    `with` block around the call may expect its exception, and if the file reads whether a descriptor is inheritable.
    """
    if mark.is_redundant:
        yield Report(
            mark,
            fix=lambda: remove_set_inheritable(mark),
            role=StepRole.MADE_INHERITABLE,
            trace=inheritable.children(mark),
            callee=mark.callee,
            target=inheritable.known_name_of(mark),
        )
