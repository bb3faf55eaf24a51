from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.messages import NumberReceived
from inheritlint.explanations import numbers


@rule(
    code="INH502",
    name="descriptor-number-received",
    severity=Severity.ERROR,
    fix=Safety.NONE,
    added_in="0.1",
    message="`{callee}` uses a received number as a descriptor, but it is only valid in the sender; use `{instead}`",
    example="""
        import os


        def take_over(peer):
            return os.fdopen(int(peer.recv(4)))
    """,
    fixed_example="""
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
    """## What it does

    Checks for descriptor numbers that are received from another process and used: from a socket, a pipe, a stream of
    `asyncio`, the output of a child process, or a queue or connection of `multiprocessing`.

    ## Why is this bad?

    The number is valid in the process that sent it. In this process, it refers to another file, or to none:
    `os.close` closes that other file. The finding is on the first use of the number.

    ## Not reported

    - numbers that were obtained in another way, such as from standard input, where a parent process may name what it
      passed;
    - what is received and given to `open`, unless it is known to be a number, because it may be a path;
    - files that fork, because both processes then have the descriptor.
    """
    instead = "multiprocessing.reduction.recv_handle" if received.on_windows_only else "socket.recv_fds"
    yield Report(
        received,
        span=received.span_of(received.argument),
        trace=numbers.received(received),
        callee=received.callee,
        instead=instead,
    )
