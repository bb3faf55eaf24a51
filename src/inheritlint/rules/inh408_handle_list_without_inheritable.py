from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.handles import make_inheritable
from inheritlint.events.handles_given import HandleListed
from inheritlint.explanations import handles


@rule(
    code="INH408",
    name="handle-list-without-inheritable",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="{handle} in `handle_list` makes `CreateProcess` fail; {remedy}",
    example="""
        import msvcrt
        import subprocess


        def start(file, command):
            with open(file) as log:
                handle = msvcrt.get_osfhandle(log.fileno())
                startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
                subprocess.run([*command, str(handle)], startupinfo=startup)
    """,
    fixed_example="""
        import msvcrt
        import os
        import subprocess


        def start(file, command):
            with open(file) as log:
                handle = msvcrt.get_osfhandle(log.fileno())
                startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
                os.set_handle_inheritable(handle, True)
                try:
                    subprocess.run([*command, str(handle)], startupinfo=startup)
                finally:
                    os.set_handle_inheritable(handle, False)
    """,
    references=(
        "Library reference: subprocess.STARTUPINFO, lpAttributeList",
        "Win32 API: UpdateProcThreadAttribute, PROC_THREAD_ATTRIBUTE_HANDLE_LIST",
    ),
)
def handle_list_without_inheritable(listed: HandleListed) -> Iterator[Report]:
    """## What it does

    Checks for handles in a `handle_list` that are not inheritable when the child process is started.

    ## Why is this bad?

    The handles in `STARTUPINFO(lpAttributeList={"handle_list": [...]})` must be inheritable. If one is not,
    `CreateProcess` fails with `ERROR_INVALID_PARAMETER`, and `subprocess` raises `OSError` (`[WinError 87]`). Python
    creates all handles non-inheritable.

    ## Not reported

    - handles that are, or may be, made inheritable before, or were passed to code that is not known;
    - handles in attributes, and in variables of the module, that any call of the file may make inheritable;
    - elements of the list that are not known.

    ## Fix safety

    The fix makes the handles inheritable while the child process is started, and resets them in a `finally` block. It
    is unsafe: child processes that other threads start meanwhile with `close_fds=False` inherit the handles too.
    """
    yield Report(
        listed,
        fix=lambda: make_inheritable(listed),
        role=StepRole.CHILD_WITHOUT,
        trace=handles.trace(listed),
        handle=handles.private_name_of(listed),
        remedy=handles.remedy_for_listed(listed),
    )
