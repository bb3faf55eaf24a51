from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.marks import hand_over_instead
from inheritlint.facts.marks import MadeInheritable


@rule(
    code="INH206",
    name="inheritable-without-effect",
    severity=Severity.WARNING,
    fix=Safety.UNSAFE,
    since="0.1",
    message="no child gets `{target}`: those started here close descriptors; name it in `pass_fds`, or drop the mark",
    bad="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            os.set_inheritable(writer, True)
            subprocess.run([*command, str(writer)])
            os.close(writer)
            os.close(reader)
    """,
    good="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            subprocess.run([*command, str(writer)], pass_fds=(writer,))
            os.close(writer)
            os.close(reader)
    """,
    references=("PEP 446", "Library reference: subprocess.Popen, close_fds"),
    supersedes=("INH201", "INH202", "INH203"),
)
def inheritable_without_effect(mark: MadeInheritable) -> Iterator[Report]:
    """A descriptor of this function is made inheritable, and every child that is started then closes descriptors.

    `subprocess` and `asyncio` close all but 0, 1, 2 and those in `pass_fds` by default. The mark does not change that:
    the child reads `EBADF` where it expects a pipe, and other ways to start a child, from another thread, let the
    descriptor through.

    Silent: the descriptor outlives the function or goes to code that is not known, `**kwargs` or a `preexec_fn` are
    handed on, a child is started in another way.

    The fix gives the descriptor to the one child that is told its number, else it drops the mark. It is unsafe: a
    child will get what it did not get before.
    """
    if mark.is_idle:
        yield Report(mark, mend=hand_over_instead(mark), trace=mark.trace, target=mark.target)
