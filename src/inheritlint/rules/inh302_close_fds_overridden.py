from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments import drop_close_fds
from inheritlint.events.subprocess_calls import SubprocessCall


@rule(
    code="INH302",
    name="close-fds-overridden",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    added_in="0.1",
    message="`close_fds=False` is ignored because `pass_fds` is given; remove `close_fds`",
    example="import subprocess\n\nsubprocess.run(command, close_fds=False, pass_fds=(3,))",
    fixed_example="import subprocess\n\nsubprocess.run(command, pass_fds=(3,))",
    references=('CPython: Lib/subprocess.py, "pass_fds overriding close_fds."',),
    supersedes=("INH301",),
)
def close_fds_overridden(start: SubprocessCall) -> Iterator[Report]:
    """## What it does

    Checks for `close_fds=False` together with `pass_fds`.

    ## Why is this bad?

    CPython ignores `close_fds=False` there and warns (`RuntimeWarning: pass_fds overriding close_fds.`). If the child
    process was meant to inherit more descriptors, it does not.

    ## Not reported

    - `pass_fds` that may be empty, because an empty one overrides nothing;
    - code that can run on Windows only, where `pass_fds` is not supported at all.

    ## Fix safety

    The fix removes `close_fds`, unless the call passes on `*args` or `**kwargs`, or the value of the argument calls a
    function or binds a name. It is safe: the child process inherits the same descriptors, without the warning.
    """
    if start.close_fds.is_false and start.pass_fds.is_true and not start.on_windows_only:
        yield Report(start, span=start.close_fds_span, fix=lambda: drop_close_fds(start, Safety.SAFE))
