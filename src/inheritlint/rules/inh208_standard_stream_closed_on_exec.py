from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.lost_streams import StreamLost


@rule(
    code="INH208",
    name="standard-stream-closed-on-exec",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    since="0.1",
    message="{streams} is closed on exec from here on, and nothing replaces it: children start without it",
    bad="""
        import os


        def shield():
            os.set_inheritable(0, False)
    """,
    good="""
        import os


        def shield():
            os.dup2(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)
    """,
    references=("uvloop#40", "Library reference: os.set_inheritable", "dup(2)"),
)
def standard_stream_closed_on_exec(lost: StreamLost) -> Iterator[Report]:
    """0, 1 or 2 is made non-inheritable, and no other descriptor takes its place.

    A child then starts without that stream, and the first file that it opens gets the number: what it prints may end
    up in that file. `subprocess` does not mend it where `stdin`, `stdout` and `stderr` are left out.

    Silent: the function duplicates something onto the number, makes it inheritable again, or replaces the process.
    """
    if not lost.recreated:
        yield Report(lost, streams=lost.streams)
