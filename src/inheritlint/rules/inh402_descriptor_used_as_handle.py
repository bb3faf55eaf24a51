from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.guards import call_for_descriptors
from inheritlint.events.handle_calls import HandleCall


@rule(
    code="INH402",
    name="descriptor-used-as-handle",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`{function}` expects a Windows handle, not a file descriptor; use `{instead}`",
    example="import os\n\nreader, writer = os.pipe()\nos.set_handle_inheritable(writer, False)",
    fixed_example="import os\n\nreader, writer = os.pipe()\nos.set_inheritable(writer, False)",
    references=(
        "Library reference: os.set_handle_inheritable, os.set_inheritable, msvcrt.get_osfhandle",
        "PEP 446",
        "Win32 API: SetHandleInformation, parameter hObject",
    ),
    supersedes=("INH401",),
)
def descriptor_used_as_handle(call: HandleCall) -> Iterator[Report]:
    """## What it does

    Checks for file descriptors that are passed where a Windows handle is required.

    ## Why is this bad?

    On Windows, descriptors and handles are different namespaces: descriptor 5 and handle 5 are different objects, so
    the call fails or changes another object. On other platforms, `os.set_handle_inheritable` does not exist.
    `os.set_inheritable` takes a descriptor and is available on all platforms; `msvcrt.get_osfhandle` returns the
    handle of a descriptor.

    `win32api.SetHandleInformation` of pywin32 is checked too.

    ## Not reported

    The `fileno()` of a socket, which is a handle on Windows.

    ## Fix safety

    The fix calls the function for descriptors. It is safe, because the call cannot have worked as written, unless a
    handler or a `with` block around it may expect the exception; then it is unsafe. Where nothing else uses a name that
    `from os import …` binds to the function for handles, the import names the other function instead.
    """
    if call.given_descriptor.is_true:
        yield Report(
            call,
            span=call.span_of(call.argument),
            fix=lambda: call_for_descriptors(call),
            function=call.function,
            instead=call.instead,
        )
