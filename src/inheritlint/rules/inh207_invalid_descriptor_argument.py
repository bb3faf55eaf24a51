from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments_given import give_descriptor
from inheritlint.facts.arguments_given import DescriptorGiven, Given

_SAID = {
    Given.OBJECT: "`{target}` is no descriptor and raises `TypeError` here: {remedy}",
    Given.KEYWORD: "`{callee}` takes no keyword and raises `TypeError`: give `{target}` by position",
    Given.NUMBER: "`pass_fds` is a sequence of descriptors and `{target}` is one: write `({target},)`",
}


@rule(
    code="INH207",
    name="invalid-descriptor-argument",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="{said}",
    bad="""
        import os
        import socket


        def keep():
            sock = socket.socket()
            os.set_inheritable(sock, False)
            return sock
    """,
    good="""
        import os
        import socket


        def keep():
            sock = socket.socket()
            sock.set_inheritable(False)
            return sock
    """,
    references=("Library reference: os.set_inheritable, socket.socket.set_inheritable, subprocess.Popen",),
)
def invalid_descriptor_argument(call: DescriptorGiven) -> Iterator[Report]:
    """A file or a socket is given where a descriptor belongs, one descriptor where a sequence does, or a keyword to a
    function that has none.

    Each of these raises `TypeError`: `os.set_inheritable(sock, True)`, `os.set_inheritable(fd, inheritable=True)`,
    `pass_fds=fd`, `pass_fds=[file]`.

    Silent: an argument of which it is not known what it is.

    The fix writes what was meant. It is safe: the call never worked.
    """
    if call.given in _SAID:
        own = f"call `{call.target}.set_inheritable`" if call.is_socket else f"write `{call.target}.fileno()`"
        remedy = "give the numbers, `fileno()` of each" if call.in_pass_fds else own
        said = _SAID[call.given].format(target=call.target, callee=call.callee, remedy=remedy)
        yield Report(call, mend=give_descriptor(call), said=said)
