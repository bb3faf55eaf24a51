from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.adoptions import keep_from_children
from inheritlint.facts.adoptions import Adopted


@rule(
    code="INH504",
    name="inherited-descriptor-stays-inheritable",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    since="0.1",
    message="the descriptor that the parent left open is inheritable, and the child that line {line} starts gets it: "
    "call `os.set_inheritable(…, False)` on it",
    bad="""
        import os
        import socket
        import subprocess


        def adopt(command):
            number = int(os.environ["SERVER_FD"])
            listener = socket.socket(fileno=number)
            os.system(command)
            return listener
    """,
    good="""
        import os
        import socket
        import subprocess


        def adopt(command):
            number = int(os.environ["SERVER_FD"])
            os.set_inheritable(number, False)
            listener = socket.socket(fileno=number)
            os.system(command)
            return listener
    """,
    references=("sd_listen_fds(3)", "PEP 446", "CWE-403"),
)
def inherited_descriptor_stays_inheritable(adopted: Adopted) -> Iterator[Report]:
    """A descriptor that came in from the parent (`LISTEN_FDS`, the number in a variable that ends in `FD`, `--fd N`) is
    used, and the file starts children that would get it, too.

    What is inherited is inheritable: exec clears no flag. `sd_listen_fds` makes each one close on exec; readers that
    are written by hand forget it.

    Silent: the file makes anything non-inheritable itself, starts children that close descriptors only, or replaces the
    process (the next program is meant to get it).

    The fix makes the number non-inheritable before it is used. It is unsafe: a child that relied on it no longer gets
    it.
    """
    line = adopted.program.tree.span(adopted.child).line
    yield Report(adopted, mend=keep_from_children(adopted), trace=adopted.trace, line=str(line))
