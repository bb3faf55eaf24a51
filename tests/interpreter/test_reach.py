"""The platforms on which private functions run, and those that run in the child of a fork only."""

import time

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse


def codes(source: str) -> list[str]:
    return [each.code for each in analyse("one.py", source.encode(), Target()).findings]


GUARDED = """
import os
import sys


def _keep(handle):
    os.set_handle_inheritable(handle, False)


def work(handle):
    if sys.platform == "win32":
        _keep(handle)
"""

CIRCLE = """
import os


class Lock(Base):
    def _acquire(self):
        return self._native()

    def _native(self):
        fd = os.open(self.path, os.O_RDWR)
        return fd or self._switch(fd)

    def _switch(self, fd):
        return self._acquire()
"""

IN_A_CHILD = """
import os


def start(channel, serve):
    pid = os.fork()
    if pid:
        return pid
    _guarded(channel, serve)


def _guarded(channel, serve):
    try:
        _main(channel, serve)
    finally:
        os._exit(1)


def _main(channel, serve):
    os.dup2(channel, 100)
    serve()
"""


def test_a_function_that_only_a_child_calls_is_its_code() -> None:
    assert codes(IN_A_CHILD) == []
    assert codes(IN_A_CHILD.replace("return pid\n", "os._exit(0)\n")) == ["INH102"]  # the child is the process
    assert codes(IN_A_CHILD.replace("    if pid:", "    _main(channel, serve)\n    if pid:")) == ["INH102"]
    assert codes(IN_A_CHILD + "\n\ndef again(register):\n    register(_main)\n") == ["INH102"]


def test_a_private_function_runs_where_it_is_used() -> None:
    assert codes(GUARDED) == []
    assert codes(GUARDED.replace("if sys", "if print() or sys")) == ["INH401"]


def test_functions_that_only_use_each_other_are_used_by_somebody_else() -> None:
    assert codes(CIRCLE) == ["INH101"]


def test_many_that_use_each_other_take_no_time() -> None:
    count = 30
    source = "import os\n\n\n" + "\n\n".join(
        f"def _f{number}(fd):\n    os.set_inheritable(fd, True)\n"
        + "".join(f"    _f{other}(fd)\n" for other in range(count) if other != number)
        for number in range(count)
    )
    begin = time.process_time()
    codes(source)
    assert time.process_time() - begin < 60
