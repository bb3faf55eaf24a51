from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments_given import call_for_handles
from inheritlint.facts.arguments_given import DescriptorGiven, Given


@rule(
    code="INH403",
    name="handle-used-as-descriptor",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="{culprit} takes descriptors and is given a Windows handle: {remedy}",
    bad="""
        import msvcrt
        import os


        def keep(descriptor):
            handle = msvcrt.get_osfhandle(descriptor)
            os.set_inheritable(handle, False)
    """,
    good="""
        import msvcrt
        import os


        def keep(descriptor):
            handle = msvcrt.get_osfhandle(descriptor)
            os.set_handle_inheritable(handle, False)
    """,
    references=("Library reference: msvcrt.get_osfhandle, os.set_handle_inheritable", "CERT WIN03-C"),
)
def handle_used_as_descriptor(call: DescriptorGiven) -> Iterator[Report]:
    """A Windows handle (from `msvcrt.get_osfhandle`) is given where a descriptor belongs.

    The two are different number spaces: handle 5 and descriptor 5 are different things. `os.set_inheritable` raises
    `EBADF`, or changes another file. `pass_fds` does not exist on Windows at all; a child is given handles by
    `STARTUPINFO(lpAttributeList={"handle_list": [...]})`.

    Silent: a number of which it is not known what it is.

    The fix calls `os.set_handle_inheritable`. It is safe: the call could not have done what it says.
    """
    if call.given is Given.HANDLE:
        culprit = "`pass_fds`" if call.in_pass_fds else f"`{call.callee}`"
        listed = 'name it in `lpAttributeList["handle_list"]`'
        remedy = listed if call.in_pass_fds else "use `os.set_handle_inheritable`"
        yield Report(call, mend=call_for_handles(call), culprit=culprit, remedy=remedy)
