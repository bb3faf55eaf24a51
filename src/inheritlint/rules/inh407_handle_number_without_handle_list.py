from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.handles import list_handle
from inheritlint.events.handles_given import HandleNumberHanded
from inheritlint.explanations import handles


@rule(
    code="INH407",
    name="handle-number-without-handle-list",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="the child process gets the number of {number} but not the handle; {remedy}",
    example="""
        import _winapi
        import os
        import subprocess


        def start(command):
            reader, writer = _winapi.CreatePipe(None, 0)
            os.set_handle_inheritable(writer, True)
            try:
                subprocess.run([*command, str(writer)], close_fds=True)
            finally:
                os.set_handle_inheritable(writer, False)
    """,
    fixed_example="""
        import _winapi
        import os
        import subprocess


        def start(command):
            reader, writer = _winapi.CreatePipe(None, 0)
            os.set_handle_inheritable(writer, True)
            try:
                subprocess.run([*command, str(writer)], startupinfo=subprocess.STARTUPINFO(lpAttributeList={"handle_list": [writer]}))
            finally:
                os.set_handle_inheritable(writer, False)
    """,  # noqa: E501
    references=("PEP 446", "Library reference: subprocess.STARTUPINFO, lpAttributeList", "bpo-19764"),
)
def handle_number_without_handle_list(handed: HandleNumberHanded) -> Iterator[Report]:
    """## What it does

    Checks for child processes on Windows that are passed the number of a handle but do not inherit the handle.

    ## Why is this bad?

    The number means nothing to the child, which gets an error, or uses another handle that has this number there. A
    child process inherits a handle if the handle is inheritable, and if it is listed in
    `STARTUPINFO(lpAttributeList={"handle_list": [...]})` or the child is started with `close_fds=False`. With
    `close_fds=True`, the default, an inheritable handle is not inherited.

    Handles are those of `msvcrt.get_osfhandle`, `_winapi`, pywin32 and `ctypes.windll.kernel32`: `CreatePipe`,
    `CreateEvent`, `CreateFile`, `DuplicateHandle` and similar functions. A handle is inheritable if
    `SECURITY_ATTRIBUTES.bInheritHandle`, an argument, `SetHandleInformation` or `os.set_handle_inheritable` says so.

    A number is recognized if it is a whole argument, or a whole word of a command line, if it follows an option
    (`--handle=N`, `handle=N`), or if it is the value of an environment variable.

    ## Not reported

    - handles whose inheritance is not known, or that were passed to code that is not known before the child is started;
    - calls that forward `**kwargs`, or whose `startupinfo` is not known;
    - functions that ask for the number of their process, because a child that knows it can duplicate the handle; for
      a handle in an attribute, or in a variable of the module, files that do;
    - handles in attributes, and in variables of the module, with `close_fds=False`;
    - handles that `DuplicateHandle` creates in another process.

    ## Fix safety

    The fix lists the handles in `handle_list`, and makes those that are not inheritable so while the child process is
    started. It is offered for functions of `subprocess` without a `startupinfo`. It is unsafe: the child inherits a
    handle that it did not inherit before.
    """
    yield Report(
        handed,
        fix=lambda: list_handle(handed),
        role=StepRole.CHILD_WITHOUT,
        trace=handles.trace(handed),
        number=handles.name_of(handed),
        remedy=handles.remedy(handed),
    )
