from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.fcntl_flags import replace_flag
from inheritlint.events.fcntl_flags import FlagMistake, WrongFlag

_MESSAGES = {
    FlagMistake.FLAG_AS_COMMAND: "`FD_CLOEXEC` is a flag, not an `fcntl` command; use `F_SETFD` with `FD_CLOEXEC`",
    FlagMistake.CLOEXEC_OF_OPEN: "`F_SETFD` ignores `O_CLOEXEC` and clears close-on-exec; use `FD_CLOEXEC`",
    FlagMistake.STATUS_FLAG: "`F_SETFD` ignores `O_NONBLOCK` and clears close-on-exec; "
    "use `os.set_blocking(fd, False)`",
    FlagMistake.DESCRIPTOR_FLAG: "`F_SETFL` does not set close-on-exec; use `F_SETFD` with `FD_CLOEXEC`",
    FlagMistake.FLAG_AS_TRUTH: "the second argument of `set_inheritable` is a bool, "
    "and a nonzero flag makes the descriptor inheritable; pass `False`",
}
#: Of those that set the flags of a descriptor, where they keep the ones that were set before.
_WITHOUT_EFFECT = {
    FlagMistake.CLOEXEC_OF_OPEN: "`F_SETFD` ignores `O_CLOEXEC`, so it has no effect here; use `FD_CLOEXEC`",
    FlagMistake.STATUS_FLAG: "`F_SETFD` ignores `O_NONBLOCK`, so it has no effect here; "
    "use `os.set_blocking(fd, False)`",
}


@rule(
    code="INH205",
    name="wrong-descriptor-flag",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    added_in="0.1",
    message=(*_MESSAGES.values(), *_WITHOUT_EFFECT.values()),
    example="""
        import fcntl
        import os


        def keep(descriptor):
            fcntl.fcntl(descriptor, fcntl.F_SETFD, os.O_CLOEXEC)
    """,
    fixed_example="""
        import fcntl
        import os


        def keep(descriptor):
            fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    """,
    references=("fcntl(2)", "Gentoo bug 456296", "CWE-403"),
    supersedes=("INH201", "INH203"),
)
def wrong_descriptor_flag(confused: WrongFlag) -> Iterator[Report]:
    """## What it does

    Checks for descriptor flags that are passed to a call that does not accept them.

    ## Why is this bad?

    `F_SETFD` sets the flags of the descriptor, and `FD_CLOEXEC` is the only one. Other bits are ignored, and without
    `FD_CLOEXEC` the call *clears* close-on-exec: after `F_SETFD` with `O_CLOEXEC` or `O_NONBLOCK` the descriptor is
    inheritable, and it still blocks. If the flags that `F_GETFD` returned are added, close-on-exec stays as it is, and
    the other flag has no effect.

    `F_SETFL` sets the flags of the open file. `FD_CLOEXEC` and `O_CLOEXEC` have no effect there, but the flags that
    are not listed, such as `O_NONBLOCK` and `O_APPEND`, are cleared.

    The second argument of `set_inheritable` is a bool: `set_inheritable(fd, FD_CLOEXEC)` makes the descriptor
    inheritable.

    ## Not reported

    Flags and commands that are unknown. If they differ by code path, one path with the wrong flag is enough for a
    finding. Functions of the same file that pass their parameter to `F_SETFD` are followed.

    ## Fix safety

    The fix is safe if it replaces `O_CLOEXEC` with `FD_CLOEXEC` and the file never reads whether a descriptor is
    inheritable: only child processes that were not meant to inherit the descriptor lose it. It is unsafe if it changes
    the command.
    """
    message = _MESSAGES[confused.confusion]
    if not confused.clears:
        message = _WITHOUT_EFFECT.get(confused.confusion, message)
    yield Report(
        confused,
        span=confused.span_of(confused.argument),
        fix=lambda: replace_flag(confused),
        message=message,
    )
