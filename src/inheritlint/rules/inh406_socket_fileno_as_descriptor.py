from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.descriptor_arguments import use_socket_method
from inheritlint.events.descriptor_arguments import ArgumentMistake, WrongDescriptorArgument
from inheritlint.knowledge.platforms import WINDOWS


@rule(
    code="INH406",
    name="socket-fileno-as-descriptor",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`{callee}` fails on Windows, where {target} is a handle; call the socket's `set_inheritable` method",
    example="""
        import os
        import socket


        def listen(address):
            listener = socket.create_server(address)
            os.set_inheritable(listener.fileno(), False)
            return listener
    """,
    fixed_example="""
        import os
        import socket


        def listen(address):
            listener = socket.create_server(address)
            listener.set_inheritable(False)
            return listener
    """,
    references=("werkzeug#805", "sanic#616", "Library reference: socket.socket.set_inheritable"),
)
def socket_fileno_as_descriptor(call: WrongDescriptorArgument) -> Iterator[Report]:
    """## What it does

    Checks for `os.set_inheritable(sock.fileno(), …)` in code that can run on Windows.

    ## Why is this bad?

    On Windows, the `fileno()` of a socket is a handle, not a descriptor, and the call raises `OSError` (`EBADF`). The
    `set_inheritable` method of the socket works on all platforms.

    ## Not reported

    Code that runs on POSIX only, or that always calls a function afterwards that only POSIX has, and numbers of which
    it is unknown whether they belong to a socket.

    ## Fix safety

    The fix calls the socket's method. It is safe, because both do the same on POSIX, unless a handler or a `with`
    block around it may expect the exception; then it is unsafe. No fix is offered if the number was assigned to a
    name first, or is that of an object that only has a socket, such as a `socketserver.TCPServer`.
    """
    if call.given is ArgumentMistake.SOCKET_NUMBER and call.platforms & WINDOWS:
        span = call.span_of(call.argument)
        target = f"`{call.target}`" if call.target else "the number of a socket"
        yield Report(call, span=span, fix=lambda: use_socket_method(call), target=target, callee=call.callee)
