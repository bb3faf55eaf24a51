from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.edits.marks import drop_mark
from inheritlint.facts.marks import MadeInheritable


@rule(
    code="INH204",
    name="unnecessary-inheritable",
    severity=Severity.WARNING,
    fix=Safety.SAFE,
    since="0.1",
    message="`{target}` is handed to its child anyway: the mark only opens it to every other child; drop the mark",
    bad="""
        import os
        import subprocess


        def start(reader, command):
            os.set_inheritable(reader, True)
            subprocess.run([*command, str(reader)], pass_fds=(reader,))
    """,
    good="""
        import os
        import subprocess


        def start(reader, command):
            subprocess.run([*command, str(reader)], pass_fds=(reader,))
    """,
    references=("PEP 446", "CPython: Modules/_posixsubprocess.c, make_inheritable", "CWE-403"),
    supersedes=("INH201", "INH202", "INH203", "INH206"),
)
def unnecessary_inheritable(mark: MadeInheritable) -> Iterator[Report]:
    """A descriptor is made inheritable, and every child that is started then is handed it by `pass_fds`, or as its
    `stdin`, `stdout` or `stderr`.

    `subprocess` makes what it hands over inheritable itself, in the child, between fork and exec. The mark in the
    parent adds nothing for this child, and lets every child through that another thread starts meanwhile.

    Silent: another child is started that needs the mark, the descriptor goes to code that is not known, a Windows
    handle (a `handle_list` does need it).

    The fix drops the mark and what takes it back. It is safe: the child gets the same descriptor.
    """
    if mark.is_needless:
        yield Report(mark, mend=drop_mark(mark), trace=mark.trace, target=mark.target)
