"""What the rules claim, asked of the kernel: a real interpreter starts a real child and looks at what it got.

Each program prints the same with and without the misuse, but for the line about what the child holds.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.findings import Finding
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX programs")

TARGET = Target()
#: Prints whether the descriptor named in the first argument is open, asked of the kernel with fstat(2).
LOOK = """
import os, sys
try:
    os.fstat(int(sys.argv[1].split()[-1]))
    print("inherited", flush=True)
except OSError:
    print("not inherited", flush=True)
"""
HEAD = f"import fcntl, os, subprocess, sys\nLOOK = {LOOK!r}\n"
#: The number stands in a sentence, so that nothing but the rule at hand speaks of it.
START = 'os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", LOOK, f"number {reader}"])'

NEVER_RESET = f"""
def first(reader):
    os.set_inheritable(reader, True)
    {START}


def later(reader):
    {START}


reader, writer = os.pipe()
first(reader)
later(reader)
"""
NOT_ON_EVERY_PATH = f"""
def first(reader):
    os.set_inheritable(reader, True)
    subprocess.run(["/nonexistent"])
    os.set_inheritable(reader, False)


reader, writer = os.pipe()
try:
    first(reader)
except FileNotFoundError:
    print("not found", flush=True)
{START}
"""
GIVEN_TO_ALL = """
def start(reader):
    os.set_inheritable(reader, True)
    subprocess.run([sys.executable, "-c", LOOK, f"number {reader}"], close_fds=False)


reader, writer = os.pipe()
start(reader)
print("inheritable afterwards:", os.get_inheritable(reader), flush=True)
"""
OVERRIDDEN = """
reader, writer = os.pipe()
spare = os.dup(reader)
os.set_inheritable(spare, True)
subprocess.run([sys.executable, "-c", LOOK, f"number {spare}"], close_fds=False, pass_fds=(reader,))
os.close(spare)
"""


def run(program: str, *options: str) -> tuple[list[str], str]:
    done = subprocess.run([sys.executable, *options, "-c", HEAD + program], capture_output=True, text=True, check=False)
    return done.stdout.splitlines(), done.stderr


def fixed(program: str, code: str) -> str:
    def is_meant(finding: Finding) -> bool:
        return finding.code == code

    data = (HEAD + program).encode()
    mended = apply_fixes("program.py", data, TARGET, is_meant, True)
    assert code in {finding.code for finding in analyse("program.py", data, TARGET).findings}
    assert mended.data != data, mended.error
    return mended.data.decode().removeprefix(HEAD)


def test_a_mark_that_is_never_reset_reaches_later_children() -> None:
    assert run(NEVER_RESET)[0] == ["inherited", "inherited"]
    assert run(fixed(NEVER_RESET, "INH201"))[0] == ["inherited", "not inherited"]


def test_an_exception_passes_the_reset_by() -> None:
    assert run(NOT_ON_EVERY_PATH)[0] == ["not found", "inherited"]
    assert run(fixed(NOT_ON_EVERY_PATH, "INH202"))[0] == ["not found", "not inherited"]


def test_pass_fds_gives_the_same_and_leaves_no_mark() -> None:
    assert run(GIVEN_TO_ALL)[0] == ["inherited", "inheritable afterwards: True"]
    assert run(fixed(GIVEN_TO_ALL, "INH201"))[0] == ["inherited", "inheritable afterwards: False"]


def test_pass_fds_overrides_close_fds() -> None:
    output, warnings = run(OVERRIDDEN)
    assert output == ["not inherited"]
    assert "RuntimeWarning: pass_fds overriding close_fds" in warnings
    assert run(fixed(OVERRIDDEN, "INH302")) == (output, "")


def test_os_open_is_closed_to_children_without_the_flag(tmp_path: Path) -> None:
    program = f"""
reader = os.open({str(tmp_path)!r}, os.O_RDONLY)
subprocess.run([sys.executable, "-c", LOOK, "number %d" % reader], close_fds=False)
"""
    assert run(program)[0] == ["not inherited"]
    assert run(fixed(program, "INH101"))[0] == ["not inherited"]


def python_2_7() -> str | None:
    """An old interpreter, where one is installed beside ours."""
    found = sorted(Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))).glob("versions/2.7*/bin/python2.7"))
    return str(found[0]) if found else None


@pytest.mark.skipif(python_2_7() is None, reason="no Python 2.7 is installed")
def test_on_python_2_7_it_leaks_without_the_flag() -> None:
    old = str(python_2_7())
    start = f"subprocess.call([sys.executable, '-c', {LOOK!r}, str(reader)])"
    program = f"import os, subprocess, sys\nreader = os.open('/', os.O_RDONLY)\n{start}"
    look = subprocess.run([old, "-c", program.replace(", flush=True", "")], capture_output=True, text=True, check=True)
    assert look.stdout.split() == ["inherited"]


BORN = {
    "INH102": "number = 77\nos.dup2(os.pipe()[0], 77)",
    "INH103": "number = os.pipe2(os.O_NONBLOCK)[0]",
    "INH104": "number = fcntl.fcntl(0, fcntl.F_DUPFD, 60)",
}
LOOK_AT_NUMBER = 'os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", LOOK, f"number {number}"])'


@pytest.mark.skipif(sys.platform != "linux", reason="pipe2 is not everywhere")
@pytest.mark.parametrize("code", BORN)
def test_what_is_born_inheritable_reaches_the_child(code: str) -> None:
    program = f"\n{BORN[code]}\n{LOOK_AT_NUMBER}\n"
    assert run(program)[0] == ["inherited"]
    assert run(fixed(program, code))[0] == ["not inherited"]


@pytest.mark.skipif(sys.platform != "linux", reason="MSG_CMSG_CLOEXEC is not everywhere")
@pytest.mark.parametrize(
    ("protection", "child"), [("", "inherited"), ("os.set_inheritable(number, False)", "not inherited")]
)
def test_what_is_received_reaches_the_child_whatever_the_flags(protection: str, child: str) -> None:
    program = f"""
import socket
left, right = socket.socketpair()
socket.send_fds(left, [b"x"], [0])
message, numbers, flags, address = socket.recv_fds(right, 1, 1, socket.MSG_CMSG_CLOEXEC)
number = numbers[0]
{protection}
{LOOK_AT_NUMBER}
"""
    assert run(program)[0] == [child]
    found = {finding.code for finding in analyse("program.py", (HEAD + program).encode(), TARGET).findings}
    assert ("INH105" in found) == (child == "inherited")


@pytest.mark.parametrize("function", ["set_handle_inheritable", "get_handle_inheritable"])
def test_handles_exist_on_windows_only(function: str) -> None:
    assert not hasattr(os, function)


def test_a_descriptor_in_place_of_a_handle_raises_and_the_fix_runs() -> None:
    program = """
reader, writer = os.pipe()
os.set_handle_inheritable(reader, False)
print("closed to children:", not os.get_inheritable(reader))
"""
    assert "AttributeError" in run(program)[1]
    assert run(fixed(program, "INH402")) == (["closed to children: True"], "")


def test_a_guard_that_never_holds_guards_nothing_in() -> None:
    program = """
reader, writer = os.pipe()
if sys.platform == "Linux":
    os.set_inheritable(reader, False)
    print("reached")
"""
    assert run(program)[0] == []
    if sys.platform == "linux":
        assert run(fixed(program, "INH405"))[0] == ["reached"]
