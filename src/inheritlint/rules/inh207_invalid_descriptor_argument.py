from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.descriptor_arguments import replace_with_descriptor
from inheritlint.events.descriptor_arguments import ArgumentMistake, WrongDescriptorArgument
from inheritlint.explanations import arguments

_RAISING = (
    ArgumentMistake.OBJECT,
    ArgumentMistake.VALUE,
    ArgumentMistake.KEYWORD,
    ArgumentMistake.NUMBER,
    ArgumentMistake.SINGLE,
)


@rule(
    code="INH207",
    name="invalid-descriptor-argument",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    added_in="0.1",
    message=arguments.MESSAGES,
    example="""
        import os
        import socket


        def keep():
            sock = socket.socket()
            os.set_inheritable(sock, False)
            return sock
    """,
    fixed_example="""
        import os
        import socket


        def keep():
            sock = socket.socket()
            sock.set_inheritable(False)
            return sock
    """,
    references=("Library reference: os.set_inheritable, socket.socket.set_inheritable, subprocess.Popen",),
)
def invalid_descriptor_argument(call: WrongDescriptorArgument) -> Iterator[Report]:
    """## What it does

    Checks for arguments that are not file descriptors where descriptors are required.

    ## Why is this bad?

    Each of these calls raises `TypeError`: `os.set_inheritable(sock, True)` and `pass_fds=[file]`, because an object
    is not a descriptor, and neither is a path, a pair of descriptors or `None`; `pass_fds=fd` and `pass_fds=sock`,
    because a sequence is required; `os.set_inheritable(fd, inheritable=True)`, because the function takes no keyword
    arguments.

    ## Not reported

    - arguments whose type is unknown;
    - `pass_fds` in code that can run on Windows only, where the parameter is not supported at all.

    ## Fix safety

    The fix uses the socket's own method, `fileno()`, a tuple, or a positional argument. It is safe, because the call
    always failed, unless a handler or a `with` block around it may expect the exception; then it is unsafe. It is
    unsafe as well where a function of the file passes the argument on, because that may use the object, too.
    """
    if call.given in _RAISING and not (call.in_pass_fds and call.on_windows_only):
        yield Report(
            call,
            span=call.span_of(call.argument),
            fix=lambda: replace_with_descriptor(call),
            message=arguments.message(call),
            callee=call.callee,
            given=arguments.given(call),
            remedy=arguments.remedy(call),
        )
