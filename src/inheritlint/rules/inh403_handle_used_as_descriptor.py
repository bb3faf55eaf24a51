from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.descriptor_arguments import call_for_handles
from inheritlint.events.descriptor_arguments import ArgumentMistake, WrongDescriptorArgument


@rule(
    code="INH403",
    name="handle-used-as-descriptor",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    added_in="0.1",
    message="{culprit} expects a file descriptor, not a Windows handle; {remedy}",
    example="""
        import msvcrt
        import os


        def keep(descriptor):
            handle = msvcrt.get_osfhandle(descriptor)
            os.set_inheritable(handle, False)
    """,
    fixed_example="""
        import msvcrt
        import os


        def keep(descriptor):
            handle = msvcrt.get_osfhandle(descriptor)
            os.set_handle_inheritable(handle, False)
    """,
    references=("Library reference: msvcrt.get_osfhandle, os.set_handle_inheritable", "CERT WIN03-C"),
)
def handle_used_as_descriptor(call: WrongDescriptorArgument) -> Iterator[Report]:
    """## What it does

    Checks for Windows handles that are passed where a file descriptor is required. This includes numbers that
    are a handle on Windows and a descriptor elsewhere, in code that Windows can reach.

    ## Why is this bad?

    Descriptors and handles are different namespaces: handle 5 and descriptor 5 are different objects.
    `os.set_inheritable` raises `EBADF`, or changes another file. `pass_fds` is not available on Windows; list the
    handles in `STARTUPINFO(lpAttributeList={"handle_list": [...]})`.

    ## Not reported

    Numbers of which it is unknown whether they are handles or descriptors.

    ## Fix safety

    The fix calls `os.set_handle_inheritable`. It is safe, because the call cannot have worked as written, unless a
    handler or a `with` block around it may expect the exception; then it is unsafe. No fix is offered if the number is
    a descriptor on other platforms.
    """
    if call.given is ArgumentMistake.HANDLE:
        culprit = "`pass_fds`" if call.in_pass_fds else f"`{call.callee}`"
        listed = 'list it in `lpAttributeList["handle_list"]`'
        instead = f"use `os.{'get' if call.is_question else 'set'}_handle_inheritable`"
        remedy = listed if call.in_pass_fds else f"{instead} on Windows" if call.on_windows else instead
        yield Report(
            call,
            span=call.span_of(call.argument),
            fix=lambda: call_for_handles(call),
            culprit=culprit,
            remedy=remedy,
        )
