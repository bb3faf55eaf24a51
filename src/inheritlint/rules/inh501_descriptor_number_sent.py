from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.messages import NumberSent
from inheritlint.explanations import numbers


@rule(
    code="INH501",
    name="descriptor-number-sent",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    added_in="0.1",
    message="`{callee}` sends a descriptor number, which is not valid in another process; use `{instead}`",
    example="""
        import os


        def hand_over(peer, path):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            peer.sendall(str(descriptor).encode())
    """,
    fixed_example="""
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

    Checks for descriptor numbers that are sent to another process: through a socket, a pipe, a stream of `asyncio`, the
    standard input of a child process, or a queue or connection of `multiprocessing`.

    ## Why is this bad?

    A descriptor is an index into a table that each process has for itself. In the process that receives the number,
    it refers to another file, or to none. `socket.send_fds` sends the descriptor itself; a `Connection`, a socket or
    `reduction.DupFd(fd)` can be sent over a `multiprocessing` connection or queue; a child process inherits what is
    listed in `pass_fds`.

    A number is recognized if it is the whole message, if the message begins with a label (`FD=5`), if it is the value
    of a JSON or pickle key that ends in `fd`, or if it is packed in binary (`struct.pack`, `to_bytes`).

    ## Not reported

    - messages in which the number stands somewhere else, because that may be a log;
    - descriptors that the file did not create, or makes inheritable, passes to a child process, or sends along;
    - files that fork, because both processes then have the descriptor.
    """
    yield Report(
        sent,
        span=sent.span_of(sent.argument),
        trace=numbers.sent(sent),
        callee=sent.callee,
        instead=numbers.instead_of_sending(sent),
    )
