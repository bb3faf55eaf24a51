from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.messages import NumberSent


@rule(
    code="INH501",
    name="descriptor-number-sent",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message="`{callee}` sends the number of a descriptor, which means nothing to another process: "
    "use `socket.send_fds` or `multiprocessing.reduction.send_handle`",
    bad="""
        import os


        def hand_over(peer, path):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            peer.sendall(str(descriptor).encode())
    """,
    good="""
        import os
        import socket


        def hand_over(peer, path):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            socket.send_fds(peer, [b"file"], [descriptor])
    """,
    references=("unix(7), SCM_RIGHTS", "Library reference: socket.send_fds", "Lib/multiprocessing/reduction.py"),
)
def descriptor_number_sent(sent: NumberSent) -> Iterator[Report]:
    """The number of a descriptor that this function opened is sent as a message, over a socket, a pipe, a connection or
    a queue.

    A descriptor is an entry of one process's table: the number names another file in the process that receives it, or
    none. `socket.send_fds` sends the descriptor itself; a `Connection` or a socket can be sent over a `Connection`.

    Silent: a message that holds more than the number, a descriptor that is not this function's own, a file that forks
    (both processes then have the number from before).
    """
    yield Report(sent, trace=sent.trace, callee=sent.callee)
