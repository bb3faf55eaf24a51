from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.inherited_descriptors import make_non_inheritable
from inheritlint.events.inherited_descriptors import InheritedDescriptor
from inheritlint.explanations import numbers


@rule(
    code="INH504",
    name="inherited-descriptor-stays-inheritable",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="inherited {what} stays inheritable, so the child process started on line {line} inherits it too; {advice}",
    example="""
        import os
        import socket
        import subprocess


        def adopt(command):
            number = int(os.environ["SERVER_FD"])
            listener = socket.socket(fileno=number)
            os.system(command)
            return listener
    """,
    fixed_example="""
        import os
        import socket
        import subprocess


        def adopt(command):
            number = int(os.environ["SERVER_FD"])
            listener = socket.socket(fileno=number)
            listener.set_inheritable(False)
            os.system(command)
            return listener
    """,
    references=("sd_listen_fds(3)", "PEP 446", "CWE-403"),
)
def inherited_descriptor_stays_inheritable(adopted: InheritedDescriptor) -> Iterator[Report]:
    """## What it does

    Checks for descriptors inherited from the parent that are left inheritable in a file that starts child processes.

    ## Why is this bad?

    A descriptor that was inherited is inheritable, because exec does not change the flag. A child process that is
    started without closing descriptors inherits it too. `sd_listen_fds` sets close-on-exec on each descriptor; code
    that reads the number itself must do the same.

    Recognized are `LISTEN_FDS`, environment variables whose name ends in `FD`, and `--fd N`, also if a function of the
    file returns the number, or an attribute holds it. The finding is on the first use of the number.

    ## Not reported

    - descriptors that are made non-inheritable or closed, in the same function or in another one of the file; the
      duplicate of `os.dup` or `socket.fromfd` is another descriptor;
    - files that start only child processes that close descriptors;
    - code that replaces the process with `os.exec*` afterwards, because the descriptor is meant for the new program.

    ## Fix safety

    The fix makes the descriptor non-inheritable before it is used, or a socket as soon as it is made. It is offered if
    the number or the socket has a name. It is unsafe: a child process that relies on it no longer inherits it.
    """
    line = adopted.program.tree.span(adopted.child).line
    number = numbers.number_of(adopted)
    yield Report(
        adopted,
        span=adopted.span_of(adopted.number),
        fix=lambda: make_non_inheritable(adopted),
        role=StepRole.MADE_INHERITABLE,
        trace=numbers.inherited(adopted),
        what=f"`{number}`" if number else "socket" if adopted.is_socket else "descriptor",
        line=str(line),
        advice=numbers.advice(adopted),
    )
