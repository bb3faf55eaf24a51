from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.streams import keep_for_children
from inheritlint.facts.lost_streams import StreamLost


@rule(
    code="INH106",
    name="reopened-standard-stream-closed-on-exec",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="{streams} was closed and made anew, closed on exec: children start without it; "
    "call `os.set_inheritable({number}, True)`",
    bad="""
        import os


        def detach():
            os.close(0)
            os.open(os.devnull, os.O_RDWR)
            os.dup2(0, 1)
            os.dup2(0, 2)
    """,
    good="""
        import os


        def detach():
            os.close(0)
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(0, True)
            os.dup2(0, 1)
            os.dup2(0, 2)
    """,
    references=("PEP 446", "gunicorn#2727", "open(2)", "dup(2)"),
    supersedes=("INH101",),
)
def reopened_standard_stream_closed_on_exec(lost: StreamLost) -> Iterator[Report]:
    """0, 1 or 2 was closed, and the next descriptor that lands on its number is closed on exec, as all are that Python
    creates.

    So every child that is started later has no such stream: `sys.stdin` is `None` there, and the next file that it
    opens gets the number. The daemon's recipe of 2004 has this flaw since Python 3.4. `os.dup2(fd, 0)` does not mend it
    where `fd` already is 0: nothing is duplicated then, and the flag stays.

    Silent: the number is made inheritable, or another descriptor is duplicated onto it, before the function is left;
    the descriptor is a pipe's.

    The fix makes the number inheritable. It is safe: a standard stream is there to be inherited.
    """
    if lost.recreated:
        yield Report(lost, mend=keep_for_children(lost), streams=lost.streams, number=str(lost.numbers[0]))
