from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.numbers import pass_descriptor
from inheritlint.facts.numbers_handed import NumberHanded


@rule(
    code="INH303",
    name="descriptor-number-without-pass-fds",
    severity=Severity.ERROR,
    fix=Safety.UNSAFE,
    since="0.1",
    message="the child is told the number of `{number}` and does not get the descriptor: {remedy}",
    bad="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            return subprocess.Popen([*command, f"--status-fd={writer}"])
    """,
    good="""
        import os
        import subprocess
        import sys


        def start(command):
            assert sys.platform != "win32"
            reader, writer = os.pipe()
            return subprocess.Popen([*command, f"--status-fd={writer}"], pass_fds=(writer,))
    """,
    references=("PEP 446", "Library reference: subprocess.Popen, pass_fds", "gunicorn#978"),
)
def descriptor_number_without_pass_fds(handed: NumberHanded) -> Iterator[Report]:
    """The number of a descriptor that this function made stands in the child's arguments or environment, and the child
    does not get the descriptor.

    The child reads `EBADF`, or, worse, another file that it opened under that number. A mark does not help where
    `close_fds` is true, its default; without the mark `close_fds=False` does not help either, nor `os.exec*`,
    `os.spawn*` and `os.posix_spawn`, which close nothing.

    A number counts where it is an argument of its own, where it looks like a descriptor (`/dev/fd/N`, `--fd=N`,
    `<&N`), and in a variable whose name ends in `FD`.

    Silent: a standard stream, a descriptor that the child gets as one, `cwd=`, forwarded `**kwargs`, a `preexec_fn`,
    a descriptor that went to code which is not known.

    The fix adds `pass_fds`. It is unsafe: the child gets what it did not get before, and Windows has no `pass_fds`.
    """
    if handed.by_subprocess:
        remedy = f"add `pass_fds=({handed.number},)`"
    else:
        remedy = f"call `os.set_inheritable({handed.number}, True)` before"
    yield Report(handed, mend=pass_descriptor(handed), trace=handed.trace, number=handed.number, remedy=remedy)
