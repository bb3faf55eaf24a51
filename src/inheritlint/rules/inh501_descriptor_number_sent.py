from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.messages import NumberSent
from inheritlint.explanations import numbers


@rule(
    code="INH501",
    name="descriptor-number-sent",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    since="0.1",
    message="`{callee}` sends a descriptor number, which is not valid in another process; use `{instead}`",
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
    """## What it does

    Checks for descriptor numbers that are sent to another process.

    ## Why is this bad?

    A descriptor is an index into a table that each process has for itself. In the process that receives the number,
    it refers to another file, or to none. `socket.send_fds` sends the descriptor itself; a `Connection` or a socket
    can be sent over a `multiprocessing` connection.

    ## Not reported

    - messages that contain more than the number;
    - descriptors that the function did not create;
    - files that fork, because both processes then have the descriptor.
    """
    instead = "multiprocessing.reduction.send_handle" if sent.on_windows_only else "socket.send_fds"
    yield Report(
        sent,
        span=sent.span_of(sent.argument),
        trace=numbers.sent(sent),
        callee=sent.callee,
        instead=instead,
    )
