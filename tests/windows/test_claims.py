"""What the rules' pages say of Windows, asked of Windows itself. A child says what it got: it reads it, or cannot."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes

if sys.platform != "win32":
    pytest.skip("Windows says this", allow_module_level=True)

import msvcrt

READS_HANDLE = """
import msvcrt, os, sys
try:
    print(os.read(msvcrt.open_osfhandle(int(sys.argv[1]), os.O_RDONLY), 99).decode())
except OSError:
    print("nothing")
"""
READS_DESCRIPTOR = """
import os, sys
try:
    answer = os.read(int(sys.argv[1]), 99).decode()
except OSError:
    answer = "nothing"
with open(sys.argv[2], "w") as file:
    file.write(answer)
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_bytes(b"secret")
    return path


def got(handle: int, **options: object) -> str:
    """What a child reads from `handle`."""
    command = [sys.executable, "-c", READS_HANDLE, str(handle)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, **options)  # type: ignore[call-overload]
    return str(done.stdout).strip()


def opened(path: Path) -> tuple[int, int]:
    """A descriptor and its handle."""
    descriptor = os.open(path, os.O_RDONLY)
    return descriptor, msvcrt.get_osfhandle(descriptor)


def raised(program: str) -> str:
    """The exception that ends `program`, empty where none does."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def mended(program: str, code: str, unsafe: bool = False) -> str:
    data = program.encode()
    assert code in {finding.code for finding in analyse("program_windows.py", data, Target()).findings}
    result = apply_fixes("program_windows.py", data, Target(), lambda finding: finding.code == code, unsafe)
    assert result.data != data, result.error
    return result.data.decode()


# Descriptors and handles are two number spaces


def test_a_descriptor_and_its_handle_have_different_numbers(secret: Path) -> None:
    descriptor, handle = opened(secret)
    assert descriptor != handle


def test_a_mark_on_the_descriptor_is_one_on_its_handle(secret: Path) -> None:
    descriptor, handle = opened(secret)
    assert not os.get_handle_inheritable(handle)
    os.set_inheritable(descriptor, True)
    assert os.get_handle_inheritable(handle)


def test_a_descriptor_is_no_handle() -> None:  # INH402
    program = "import os\nreader, writer = os.pipe()\nos.set_handle_inheritable(reader, False)\n"
    assert raised(program).startswith("OSError")
    assert raised(mended(program, "INH402")) == ""


def test_a_handle_is_no_descriptor() -> None:  # INH403
    program = (
        "import msvcrt\nimport os\nreader, writer = os.pipe()\n"
        "os.set_inheritable(msvcrt.get_osfhandle(reader), False)\n"
    )
    assert f"[Errno {errno.EBADF}]" in raised(program)
    assert raised(mended(program, "INH403")) == ""


def test_a_sockets_number_is_no_descriptor() -> None:  # INH406
    with socket.socket() as sock:
        with pytest.raises(OSError) as refused:
            os.set_inheritable(sock.fileno(), True)
        assert refused.value.errno == errno.EBADF
        sock.set_inheritable(True)
        assert os.get_handle_inheritable(sock.fileno())


def test_the_fix_of_a_sockets_number_runs() -> None:
    program = "import os\nimport socket\nsock = socket.socket()\nos.set_inheritable(sock.fileno(), False)\n"
    data = program.encode()
    assert f"[Errno {errno.EBADF}]" in raised(program)
    result = apply_fixes("program.py", data, Target(), lambda finding: finding.code == "INH406", False)
    assert result.data != data, result.error
    assert raised(result.data.decode()) == ""


# Flags


def test_there_is_no_o_cloexec() -> None:  # INH404
    assert not hasattr(os, "O_CLOEXEC")
    assert hasattr(os, "O_NOINHERIT")


@pytest.mark.parametrize("flag", ["BINARY", "TEXT", "TEMPORARY", "SHORT_LIVED", "SEQUENTIAL", "RANDOM", "NOINHERIT"])
def test_flags_of_windows_are_here(flag: str) -> None:
    assert isinstance(getattr(os, f"O_{flag}"), int)


def test_the_fix_for_both_platforms_runs(secret: Path) -> None:  # INH101
    program = f"import os\nfd = os.open({str(secret)!r}, os.O_RDONLY)\nprint(os.get_inheritable(fd))\n"
    result = apply_fixes("program.py", program.encode(), Target(), lambda finding: finding.code == "INH101", True)
    assert b"O_CLOEXEC" in result.data
    assert raised(result.data.decode()) == ""


def test_o_noinherit_keeps_a_handle_from_children(secret: Path) -> None:
    descriptor = os.open(secret, os.O_RDONLY | os.O_NOINHERIT)
    assert got(msvcrt.get_osfhandle(descriptor), close_fds=False) == "nothing"


# Children


def test_what_is_created_is_not_inheritable(secret: Path) -> None:
    _, handle = opened(secret)
    assert got(handle, close_fds=False) == "nothing"


def test_a_handle_that_is_set_inheritable_reaches_children_that_keep_handles(secret: Path) -> None:
    _, handle = opened(secret)
    os.set_handle_inheritable(handle, True)
    assert got(handle, close_fds=False) == "secret"


def test_close_fds_closes_it(secret: Path) -> None:
    _, handle = opened(secret)
    os.set_handle_inheritable(handle, True)
    assert got(handle, close_fds=True) == "nothing"


def test_a_handle_list_lets_through_what_is_listed(secret: Path) -> None:
    _, listed = opened(secret)
    _, other = opened(secret)
    for handle in (listed, other):
        os.set_handle_inheritable(handle, True)
    start = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [listed]})
    assert got(listed, startupinfo=start) == "secret"
    start = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [listed]})
    assert got(other, startupinfo=start) == "nothing"


def test_startup_information_has_an_empty_handle_list_that_can_be_filled(secret: Path) -> None:  # INH407
    descriptor, handle = opened(secret)
    os.set_handle_inheritable(handle, True)
    startup = subprocess.STARTUPINFO()
    assert startup.lpAttributeList == {"handle_list": []}
    assert got(handle, startupinfo=startup) == "nothing"
    startup.lpAttributeList["handle_list"].append(handle)
    assert got(handle, startupinfo=startup) == "secret"
    os.close(descriptor)


def test_a_handle_list_overrides_close_fds(secret: Path) -> None:  # INH301
    _, handle = opened(secret)
    os.set_handle_inheritable(handle, True)
    start = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
    with pytest.warns(RuntimeWarning, match="overriding close_fds"):
        assert got(handle, startupinfo=start, close_fds=False) == "secret"


def test_pass_fds_is_refused(secret: Path) -> None:  # INH303
    descriptor, _ = opened(secret)
    with pytest.raises(AssertionError, match="pass_fds not supported"):
        subprocess.Popen([sys.executable], pass_fds=[descriptor])


def test_preexec_fn_is_refused() -> None:  # INH305
    with pytest.raises(ValueError, match="preexec_fn is not supported"):
        subprocess.Popen([sys.executable], preexec_fn=print)


def test_spawn_hands_no_private_descriptor_over(secret: Path, tmp_path: Path) -> None:
    # That it hands others over is not to be seen here: Wine 8 drops the list that the C runtime passes on.
    descriptor, _ = opened(secret)
    (tmp_path / "child.py").write_text(READS_DESCRIPTOR)
    command = [sys.executable, str(tmp_path / "child.py"), str(descriptor), str(tmp_path / "answer")]
    assert os.spawnv(os.P_WAIT, sys.executable, command) == 0
    assert (tmp_path / "answer").read_text() == "nothing"


def test_dup2_makes_inheritable_unless_told(secret: Path) -> None:  # INH102
    descriptor, _ = opened(secret)
    assert os.get_inheritable(os.dup2(descriptor, 20))
    assert not os.get_inheritable(os.dup2(descriptor, 21, inheritable=False))


@pytest.mark.parametrize("name", ["set_inheritable", "set_handle_inheritable", "get_handle_inheritable"])
def test_what_windows_has(name: str) -> None:  # INH401
    assert hasattr(os, name)


@pytest.mark.parametrize("name", ["fork", "posix_spawn", "memfd_create", "pipe2"])
def test_what_windows_has_not(name: str) -> None:
    assert not hasattr(os, name)


def test_what_the_platform_calls_itself() -> None:  # INH405
    import platform

    assert (sys.platform, os.name, platform.system()) == ("win32", "nt", "Windows")
