from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.guards import call_for_descriptors
from inheritlint.facts.handles import HandleCalled


@rule(
    code="INH402",
    name="descriptor-used-as-handle",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="`{function}` takes a Windows handle and is given a descriptor: use `{instead}`",
    bad="import os\n\nreader, writer = os.pipe()\nos.set_handle_inheritable(writer, False)",
    good="import os\n\nreader, writer = os.pipe()\nos.set_inheritable(writer, False)",
    references=(
        "Library reference: os.set_handle_inheritable, os.set_inheritable, msvcrt.get_osfhandle",
        "PEP 446",
        "Win32 API: SetHandleInformation, parameter hObject",
    ),
    supersedes=("INH401",),
)
def descriptor_used_as_handle(call: HandleCalled) -> Iterator[Report]:
    """A descriptor (from `os.open`, `os.pipe`, a file's `fileno()`, 0, 1 or 2) is given where a handle belongs.

    On Windows descriptors and handles are two number spaces: descriptor 5 and handle 5 are different things, and the
    call fails or changes something else. Off Windows the function does not exist. `os.set_inheritable` takes a
    descriptor, on every platform; `msvcrt.get_osfhandle` gives the handle of a descriptor where one is really wanted.

    pywin32's `win32api.SetHandleInformation` takes a handle, too.

    A socket's `fileno()` is a handle on Windows and is not reported here.

    The fix calls the function for descriptors. It is safe: the call could not have done what it says.
    """
    if call.given_descriptor.is_true:
        yield Report(
            call,
            mend=call_for_descriptors(call),
            function=call.function,
            instead=call.instead,
        )
