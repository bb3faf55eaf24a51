from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments_given import give_descriptor
from inheritlint.events.arguments_given import DescriptorGiven, Given

_SAID = {
    Given.OBJECT: "`{callee}` expects a file descriptor, but `{target}` is a {kind}; {remedy}",
    Given.KEYWORD: "`{callee}` takes no keyword arguments; pass `{target}` positionally",
    Given.NUMBER: "`pass_fds` expects a sequence of file descriptors, but `{target}` is a single descriptor; "
    "use `({target},)`",
}


@rule(
    code="INH207",
    name="invalid-descriptor-argument",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="{said}",
    bad="""
        import os
        import socket


        def keep():
            sock = socket.socket()
            os.set_inheritable(sock, False)
            return sock
    """,
    good="""
        import os
        import socket


        def keep():
            sock = socket.socket()
            sock.set_inheritable(False)
            return sock
    """,
    references=("Library reference: os.set_inheritable, socket.socket.set_inheritable, subprocess.Popen",),
)
def invalid_descriptor_argument(call: DescriptorGiven) -> Iterator[Report]:
    """## What it does

    Checks for arguments that are not file descriptors where descriptors are required.

    ## Why is this bad?

    Each of these calls raises `TypeError`: `os.set_inheritable(sock, True)` and `pass_fds=[file]`, because an object
    is not a descriptor; `pass_fds=fd`, because a sequence is required; `os.set_inheritable(fd, inheritable=True)`,
    because the function takes no keyword arguments.

    ## Not reported

    Arguments whose type is unknown.

    ## Fix safety

    The fix uses the socket's own method, `fileno()`, a tuple, or a positional argument. It is safe, because the call
    always failed, unless a handler or a `with` block around it may expect the exception; then it is unsafe.
    """
    if call.given in _SAID:
        yield Report(call, span=call.span_of(call.argument), fix=lambda: give_descriptor(call), said=_said(call))


def _said(call: DescriptorGiven) -> str:
    if call.given is Given.OBJECT and call.in_pass_fds:
        return (
            f"`pass_fds` expects file descriptors, but `{call.target}` contains a file or socket object; "
            "use its `fileno()`"
        )
    remedy = f"call `{call.target}.set_inheritable`" if call.is_socket else f"use `{call.target}.fileno()`"
    kind = "socket" if call.is_socket else "file object"
    return _SAID[call.given].format(target=call.target, callee=call.callee, kind=kind, remedy=remedy)
