from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.creations import keep_received
from inheritlint.facts.creations import BornInheritable, Origin


@rule(
    code="INH105",
    name="received-descriptor-inheritable",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="descriptors that `{callee}` receives are inheritable: {remedy}",
    bad="""
        import os
        import socket


        def receive(sock):
            message, descriptors, flags, address = socket.recv_fds(sock, 1024, 1)
            os.write(descriptors[0], message)
    """,
    good="""
        import os
        import socket


        def receive(sock):
            message, descriptors, flags, address = socket.recv_fds(sock, 1024, 1)
            for descriptor in descriptors:
                os.set_inheritable(descriptor, False)
            os.write(descriptors[0], message)
    """,
    references=(
        "gh-107898",
        "CWE-403",
        "recvmsg(2)",
    ),
)
def received_descriptor_inheritable(born: BornInheritable) -> Iterator[Report]:
    """Descriptors arrive over a socket and stay inheritable.

    `sock.recvmsg` with `SCM_RIGHTS` makes them so unless `MSG_CMSG_CLOEXEC` is among its flags. `socket.recv_fds` drops
    the flags that it is given (gh-107898), and `multiprocessing.reduction.recv_handle` gives none: after these only
    `os.set_inheritable(fd, False)` on each one helps.

    Silent: each one is made non-inheritable or closed afterwards, the flags come from outside, a wrapper forwards its
    arguments.

    The fix adds the flag to `recvmsg`; after `recv_fds` and `recv_handle` it makes each descriptor non-inheritable.
    It is unsafe where a function returns them, or where the file hands descriptors on: somebody may rely on them.
    """
    if born.origin is Origin.RECEIVED and born.leaks:
        yield Report(born, trace=born.trace, mend=keep_received(born), callee=born.callee, remedy=born.receiving_remedy)
