from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, StepRole, rule
from inheritlint.edits.daemons import preserve
from inheritlint.events.daemon_closings import DaemonCloses
from inheritlint.explanations import daemons


@rule(
    code="INH310",
    name="daemon-closes-descriptor",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`{callee}` closes {closed}, used on line {line}; {remedy}",
    example="""
        import socket

        import daemon


        def main(port):
            listener = socket.create_server(("", port))
            with daemon.DaemonContext():
                listener.accept()
    """,
    fixed_example="""
        import socket

        import daemon


        def main(port):
            listener = socket.create_server(("", port))
            with daemon.DaemonContext(files_preserve=[listener]):
                listener.accept()
    """,
    references=("PEP 3143", "python-daemon: DaemonContext, files_preserve", "python-daemon#45"),
)
def daemon_closes_descriptor(event: DaemonCloses) -> Iterator[Report]:
    """## What it does

    Checks for sockets, files, log handlers, servers and database connections that are opened before python-daemon's
    `DaemonContext` is, and used afterwards.

    ## Why is this bad?

    `DaemonContext` closes every descriptor of the process when it is opened, except the standard streams that it is
    given and those in `files_preserve`. The object does not know: the next call fails with `EBADF`, or uses another
    file that was opened under the same number.

    ## Not reported

    - what is named in `files_preserve`, `stdin`, `stdout` or `stderr`;
    - contexts whose `files_preserve` is not known, or that are given `**kwargs`;
    - what is opened inside the context, or only closed there;
    - attributes that another method than `__init__` sets, and variables of the module that a function sets;
    - handlers that open their file with the first message (`delay=True`).

    ## Fix safety

    The fix adds `files_preserve`. It is unsafe: the daemon keeps descriptors that it did not have before.
    """
    yield Report(
        event,
        span=event.span_of(event.preserving),
        fix=lambda: preserve(event),
        role=StepRole.CLOSED,
        trace=daemons.trace(event),
        callee=event.callee,
        closed=daemons.closed(event),
        line=daemons.line(event),
        remedy=daemons.remedy(event),
    )
