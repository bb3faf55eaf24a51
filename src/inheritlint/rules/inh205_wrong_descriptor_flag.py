from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.commands import spell_flag
from inheritlint.facts.commands import Confusion, FlagConfused

_SAID = {
    Confusion.FLAG_AS_COMMAND: "`FD_CLOEXEC` is a flag and stands where the command belongs: use `F_SETFD, FD_CLOEXEC`",
    Confusion.CLOEXEC_OF_OPEN: "`F_SETFD` takes `FD_CLOEXEC`; `O_CLOEXEC` is a flag of `open` and is lost here",
    Confusion.STATUS_FLAG: "`F_SETFD` does not know `O_NONBLOCK`: use `os.set_blocking(fd, False)`",
    Confusion.DESCRIPTOR_FLAG: "`F_SETFL` does not know close-on-exec: use `F_SETFD, FD_CLOEXEC`",
    Confusion.FLAG_AS_TRUTH: "the second argument is true or false, and a flag is true: use `False` to close on exec",
}


@rule(
    code="INH205",
    name="wrong-descriptor-flag",
    severity=Severity.ERROR,
    fix=Safety.SAFE,
    since="0.1",
    message="{said}",
    bad="""
        import fcntl
        import os


        def keep(descriptor):
            fcntl.fcntl(descriptor, fcntl.F_SETFD, os.O_CLOEXEC)
    """,
    good="""
        import fcntl
        import os


        def keep(descriptor):
            fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    """,
    references=("fcntl(2)", "Gentoo bug 456296", "CWE-403"),
    supersedes=("INH201", "INH203"),
)
def wrong_descriptor_flag(confused: FlagConfused) -> Iterator[Report]:
    """A flag of one family is given to a call that takes those of another.

    `F_SETFD` sets the flags of the descriptor, of which there is one, `FD_CLOEXEC`. Every other bit is lost, and where
    that one is missing close-on-exec is *cleared*: `F_SETFD, O_CLOEXEC` opens the descriptor to every child, and
    `F_SETFD, O_NONBLOCK` does, and blocks on. `F_SETFL` sets the flags of the open file: `FD_CLOEXEC` does nothing
    there, but what is not named, `O_NONBLOCK` or `O_APPEND`, is wiped. `set_inheritable(fd, FD_CLOEXEC)` makes
    inheritable, for 1 is true.

    Silent: flags that are not known on every path. A helper of the same file that hands its parameter to `F_SETFD` is
    followed.

    The fix is safe where it writes `FD_CLOEXEC` for `O_CLOEXEC`, unsafe where it changes the command.
    """
    yield Report(confused, mend=spell_flag(confused), said=_SAID[confused.confusion])
