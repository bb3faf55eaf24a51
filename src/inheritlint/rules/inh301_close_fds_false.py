from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.arguments import drop_close_fds
from inheritlint.events.subprocess_calls import SubprocessCall
from inheritlint.explanations import starts


@rule(
    code="INH301",
    name="close-fds-false",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    added_in="0.1",
    message="`{argument}=False` lets the child inherit every inheritable {kind}; {remedy}",
    example="import subprocess\n\nsubprocess.run(command, close_fds=False)",
    fixed_example="import subprocess\n\nsubprocess.run(command)",
    references=("PEP 446", "CWE-403", "bpo-35823 (vfork since 3.10)"),
)
def close_fds_false(start: SubprocessCall) -> Iterator[Report]:
    """## What it does

    Checks for `close_fds=False` in `subprocess` and `asyncio` calls.

    Also checked are `psutil.Popen`, the `subprocess` modules of `gevent` and `eventlet`, and subclasses of `Popen` in
    the same file; the argument may be a keyword, the eighth positional argument, an item of a dict, or part of a
    `functools.partial`.

    ## Why is this bad?

    The child process inherits every descriptor that is inheritable at that moment, whether this code, a library,
    another thread or the parent process made it so. To pass specific descriptors, list them in `pass_fds`, which does
    not require them to be inheritable in the parent. On Windows, list the handles in
    `STARTUPINFO(lpAttributeList={"handle_list": [...]})`.

    `close_fds=False` is no longer faster: since Python 3.10, `subprocess` uses `vfork` with either value (measured:
    1.2 ms both ways with 1 GiB resident; Python 3.9 took 27 ms). A `preexec_fn` is what prevents `vfork`.

    An expression such as `sys.platform != "win32"` is evaluated for each platform.

    ## Not reported

    Code that can run on Windows only, and values that are false there only, if the call uses a `handle_list`, which
    overrides the argument, or redirects the standard handles, which Python before 3.7 supported with `close_fds=False`
    only.

    ## Fix safety

    The fix removes the argument. It is always unsafe: another module, a library or the parent process may have made a
    descriptor, or on Windows a handle, inheritable for this child process.

    No fix is offered if the call passes on `*args` or `**kwargs`, if the value of the argument calls a function or
    binds a name, or if the file indicates that the child needs what
    it inherits: it makes a descriptor inheritable, sets `MAKEFLAGS` or `LISTEN_FDS`, or puts a descriptor
    number in the environment. The trace shows where.
    """
    if not start.close_fds.is_false or start.pass_fds.is_true:
        return
    if not start.false_on_posix and start.redirects_handles:
        return
    listed = f"`{start.allows}`" if start.false_on_posix else '`lpAttributeList["handle_list"]`'
    yield Report(
        start,
        span=start.close_fds_span,
        fix=lambda: None if start.needs else drop_close_fds(start, Safety.UNSAFE),
        trace=starts.trace(start),
        argument=start.close_fds_name,
        kind=start.inherited,
        remedy=f"list those it needs in {listed} instead"
        if start.needs
        else f"remove it, or list those it needs in {listed}",
    )
