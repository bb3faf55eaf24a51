from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.messages import NumberReceived


@rule(
    code="INH502",
    name="descriptor-number-received",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message="`{callee}` takes a number out of a message for a descriptor of this process: "
    "use `socket.recv_fds` or `multiprocessing.reduction.recv_handle`",
    bad="""
        import os


        def take_over(peer):
            return os.fdopen(int(peer.recv(4)))
    """,
    good="""
        import os
        import socket


        def take_over(peer):
            message, descriptors, flags, address = socket.recv_fds(peer, 16, 1)
            for descriptor in descriptors:
                os.set_inheritable(descriptor, False)
            return os.fdopen(descriptors[0])
    """,
    references=("unix(7), SCM_RIGHTS", "Library reference: socket.recv_fds", "Lib/multiprocessing/reduction.py"),
)
def descriptor_number_received(received: NumberReceived) -> Iterator[Report]:
    """A number that came out of a socket, a connection or a queue is used as a descriptor.

    It named a file in the process that sent it. Here it names another one, or none.

    Silent: a number that came in another way, a file that forks (both processes then have the number from before).
    """
    yield Report(received, trace=received.trace, callee=received.callee)
