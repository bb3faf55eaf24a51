from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inheritable_creation import make_received_non_inheritable
from inheritlint.events.inheritable_creation import CreatedInheritable, Origin
from inheritlint.explanations import creation


@rule(
    code="INH105",
    name="received-descriptor-inheritable",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="descriptors received by `{callee}` are inheritable; {remedy}",
    example="""
        import os
        import socket


        def receive(sock):
            message, descriptors, flags, address = socket.recv_fds(sock, 1024, 1)
            os.write(descriptors[0], message)
    """,
    fixed_example="""
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
def received_descriptor_inheritable(born: CreatedInheritable) -> Iterator[Report]:
    """## What it does

    Checks for descriptors that are received over a socket and left inheritable.

    ## Why is this bad?

    Descriptors that `sock.recvmsg` receives with `SCM_RIGHTS` are inheritable unless its flags include
    `MSG_CMSG_CLOEXEC`. `socket.recv_fds` ignores the flags that it is given (gh-107898), and
    `multiprocessing.reduction.recv_handle` has none: after these, call `os.set_inheritable(fd, False)` for each
    descriptor. Until then, every child process that does not close descriptors inherits them.

    ## Not reported

    - descriptors that are all made non-inheritable or closed afterwards, also by a function of the file, or through the
      file or socket that is made of them;
    - flags that are unknown;
    - wrappers that forward their own arguments.

    ## Fix safety

    The fix adds the flag to `recvmsg`, or makes each descriptor non-inheritable after `recv_fds` and `recv_handle`.
    It is safe after these two if the descriptors do not leave the function, the function starts no child process, and
    the file never reads whether a descriptor is inheritable. Otherwise it is unsafe: a child process may rely on
    inheriting them.
    """
    if born.origin is Origin.RECEIVED and born.leaks:
        yield Report(
            born,
            span=born.span_of(born.argument),
            role=StepRole.MADE_INHERITABLE,
            trace=creation.trace(born),
            fix=lambda: make_received_non_inheritable(born),
            callee=born.callee,
            remedy=born.receiving_remedy,
        )
