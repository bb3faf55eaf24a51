from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments import drop_close_fds
from inheritlint.facts.starts import ChildStarted


@rule(
    code="INH302",
    name="close-fds-overridden",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`pass_fds` overrides `close_fds=False`: only the named descriptors reach the child; drop `close_fds`",
    bad="import subprocess\n\nsubprocess.run(command, close_fds=False, pass_fds=(3,))",
    good="import subprocess\n\nsubprocess.run(command, pass_fds=(3,))",
    references=('CPython: Lib/subprocess.py, "pass_fds overriding close_fds."',),
    supersedes=("INH301",),
)
def close_fds_overridden(start: ChildStarted) -> Iterator[Report]:
    """`pass_fds` names descriptors, and `close_fds` is false beside it.

    CPython warns (`RuntimeWarning: pass_fds overriding close_fds.`) and closes all others: whoever wrote
    `close_fds=False` to hand over more is disappointed, whoever did not can leave it out.

    The fix drops `close_fds`. It is safe: the child gets the same descriptors, without the warning.
    """
    if start.close_fds.is_false and start.pass_fds.is_true:
        yield Report(start, mend=drop_close_fds(start, Safety.SAFE))
