from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments_given import own_method
from inheritlint.facts.arguments_given import DescriptorGiven, Given
from inheritlint.knowledge.platforms import WINDOWS


@rule(
    code="INH406",
    name="socket-fileno-as-descriptor",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="on Windows `{target}` is a handle and `{callee}` raises `EBADF`: call `set_inheritable` of the socket",
    bad="""
        import os
        import socket


        def listen(address):
            listener = socket.create_server(address)
            os.set_inheritable(listener.fileno(), False)
            return listener
    """,
    good="""
        import os
        import socket


        def listen(address):
            listener = socket.create_server(address)
            listener.set_inheritable(False)
            return listener
    """,
    references=("werkzeug#805", "sanic#616", "Library reference: socket.socket.set_inheritable"),
)
def socket_fileno_as_descriptor(call: DescriptorGiven) -> Iterator[Report]:
    """`os.set_inheritable` is given the `fileno()` of a socket, where Windows can run it.

    A socket's number is a descriptor on POSIX and a handle on Windows, where the call raises `OSError` (`EBADF`). The
    socket's own `set_inheritable` does the right thing on both.

    Silent: code that only POSIX runs, a number of which it is not known that it is a socket's.

    The fix calls the socket's method. It is safe: on POSIX both are the same.
    """
    if call.given is Given.SOCKET_NUMBER and call.platforms & WINDOWS:
        yield Report(call, mend=own_method(call), target=call.target, callee=call.callee)
