from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments import drop_close_fds
from inheritlint.facts.starts import ChildStarted, Need

_SEEN = {
    Need.MARKED: "this file makes a descriptor inheritable",
    Need.JOBSERVER: "this file speaks of a make jobserver",
    Need.LISTEN_FDS: "this file speaks of `LISTEN_FDS`",
    Need.NUMBER_IN_ENVIRONMENT: "this file puts a descriptor's number into the environment",
    Need.COMMENT: "a comment explains it",
}


@rule(
    code="INH301",
    name="close-fds-false",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    since="0.1",
    message="`close_fds=False` hands every inheritable descriptor to the child: {remedy}",
    bad="import subprocess\n\nsubprocess.run(command, close_fds=False)",
    good="import subprocess\n\nsubprocess.run(command)",
    references=("PEP 446", "CWE-403", "bpo-35823 (vfork since 3.10)"),
)
def close_fds_false(start: ChildStarted) -> Iterator[Report]:
    """A constant false reaches `close_fds` of `subprocess.Popen`, `run` and the rest, of `asyncio`'s
    `create_subprocess_exec`/`_shell` and a loop's `subprocess_exec`/`_shell`, of `psutil`'s, `gevent`'s and
    `eventlet`'s twins, or of a subclass of `Popen`: by keyword, as the eighth argument, through a dict or a `partial`.

    Every descriptor that is inheritable at that moment reaches the child, whoever made it so: a library, another
    thread, the process that started this one. Name the ones that the child needs in `pass_fds`; all others stay
    closed, and those need no mark. An expression like `sys.platform != "win32"` is judged on the platforms where
    it is false.

    It buys no speed any more: since Python 3.10 `subprocess` uses `vfork`, with and without closing descriptors
    (measured: 1.2 ms both ways with 1 GiB resident, where 3.9 took 27 ms). What is slow is `preexec_fn`.

    Silent: a path that only Windows runs and that names a `handle_list`, which overrides the argument, or redirects
    the standard handles, where Python before 3.7 refused anything but false.

    The fix drops the argument. It is safe where nothing in the file makes a descriptor inheritable. Where the file
    shows that the child needs what it gets (a descriptor made inheritable, a make jobserver, `LISTEN_FDS`, a number in
    the environment, a comment that explains), no fix is offered, and the message says what was seen.
    """
    if not start.close_fds.is_false or start.pass_fds.is_true:
        return
    if not start.false_on_posix and start.standard_handles_chosen:
        return
    if start.needs:
        remedy = f"name those it needs in `pass_fds` ({_SEEN[start.needs[0]]})"
    else:
        remedy = "drop it, or name those it needs in `pass_fds`"
    yield Report(start, mend=None if start.needs else drop_close_fds(start, Safety.UNSAFE), remedy=remedy)
