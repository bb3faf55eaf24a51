"""Which platforms the code runs on decides what is found, and how a fix is spelled."""

import pytest

from inheritlint.findings import Finding, Safety
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.target import Target
from inheritlint.knowledge.platforms import classified
from inheritlint.pipeline.analysis import analyse
from inheritlint.source.parsing import parse
from inheritlint.source.reading import SourceFile
from inheritlint.source.stack import with_deep_stack


def function(*lines: str) -> str:
    imports = "".join(f"import {name}\n" for name in ("os", "socket", "subprocess", "sys"))
    return f"{imports}\n\ndef function(given, other):\n" + "".join(f"    {line}\n" for line in lines)


KEEP = "    os.set_handle_inheritable(given, False)"
HANDLE = function(KEEP.strip())
CYGWIN = function("if sys.platform in ('win32', 'cygwin'):", KEEP)
TEXT_FLAG = function("return os.open(given, os.O_RDONLY | os.O_CLOEXEC | os.O_BINARY)")
FLAG = function("return os.open(given, os.O_RDONLY | os.O_NOINHERIT)")
POSIX_FLAG = function("return os.open(given, os.O_RDONLY | os.O_CLOEXEC)")
GUARD = function("if sys.platform == 'windows':", KEEP)
SOCKET = function("listener = socket.create_server(given)", "os.set_inheritable(listener.fileno(), False)")
OPEN = function("return os.open(given, os.O_RDONLY)")
RECEIVED = function(
    "data, ancillary, *rest = given.recvmsg(1, socket.CMSG_SPACE(4))", "return ancillary, socket.SCM_RIGHTS"
)
HANDED = function("os.set_inheritable(given, True)", "subprocess.run([other, str(given)], close_fds=False)")


def findings(source: str, *platforms: str) -> tuple[Finding, ...]:
    target = Target(platforms=platforms) if platforms else Target()
    return analyse("example.py", source.encode(), target).findings


@pytest.mark.parametrize(
    ("source", "code", "found_on", "silent_on"),
    [
        (TEXT_FLAG, "INH404", ("cygwin", "linux"), ("cygwin",)),
        (FLAG, "INH404", ("cygwin",), ("win32",)),
        (HANDLE, "INH401", ("win32", "linux"), ("win32",)),
        (CYGWIN, "INH401", ("win32", "cygwin"), ("linux", "darwin", "win32")),
        (FLAG, "INH404", ("linux", "win32"), ("win32",)),
        (POSIX_FLAG, "INH404", ("win32",), ("linux", "win32")),
        (POSIX_FLAG, "INH404", ("win32",), ("linux",)),
        (GUARD, "INH405", ("linux", "win32"), ("linux", "darwin")),
        (SOCKET, "INH406", ("linux", "win32"), ("linux", "darwin")),
    ],
)
def test_a_rule_that_depends_on_the_platform_follows_the_option(
    source: str, code: str, found_on: tuple[str, ...], silent_on: tuple[str, ...]
) -> None:
    assert code in {each.code for each in findings(source, *found_on)}
    assert code not in {each.code for each in findings(source, *silent_on)}


def written(source: str, code: str, *platforms: str) -> tuple[str, Safety]:
    (finding,) = [each for each in findings(source, *platforms) if each.code == code]
    assert finding.fix is not None
    return " ".join(edit.text for edit in finding.fix.edits), finding.fix.safety


def test_a_flag_is_spelled_for_the_platforms() -> None:
    assert "os.O_CLOEXEC" in written(OPEN, "INH101", "linux", "darwin")[0]
    assert "os.O_NOINHERIT" in written(OPEN, "INH101", "win32")[0]
    assert 'getattr(os, "O_CLOEXEC", 0)' in written(OPEN, "INH101", "linux", "win32")[0]
    assert 'getattr(os, "O_CLOEXEC", 0)' in written(OPEN, "INH101")[0]


#: The function runs before the module comes to its end, or to none: that is known of it all the same.
ENDS_ON_WINDOWS = """import os
import sys


def made(path):
    return os.open(path, os.O_RDONLY)


if sys.platform == "win32":
    sys.exit()
first = made("first")
second = os.open("second", os.O_RDONLY)
"""
RAISES_OFF_WINDOWS = """import os
import sys


def keep(handle):
    os.set_handle_inheritable(handle, False)


if sys.platform == "win32":
    keep(5)
else:
    raise ImportError("for Windows")
"""


def test_where_the_module_ends_is_not_asked_before_it_is_known() -> None:
    found = findings(ENDS_ON_WINDOWS)
    assert [each.span.line for each in found if each.code == "INH101"] == [6, 12]
    assert all("O_CLOEXEC" in each.message for each in found)
    assert not findings(RAISES_OFF_WINDOWS)


def test_a_flag_of_recvmsg_is_spelled_for_the_platforms() -> None:
    assert 'getattr(socket, "MSG_CMSG_CLOEXEC", 0)' in written(RECEIVED, "INH105")[0]
    assert written(RECEIVED, "INH105", "linux")[0].strip(", ") == "socket.MSG_CMSG_CLOEXEC"


def test_pass_fds_is_written_only_where_every_platform_has_it() -> None:
    assert "pass_fds=(given,)" in written(HANDED, "INH201", "linux", "darwin")[0]
    text, _ = written(HANDED, "INH201")
    assert "pass_fds" not in text and "finally" in text


@pytest.mark.parametrize(
    ("classifiers", "platforms"),
    [
        ([], ()),
        (["Programming Language :: Python :: 3"], ()),
        (["Operating System :: OS Independent"], ("linux", "darwin", "win32")),
        (["Operating System :: POSIX :: Linux"], ("linux",)),
        (["Operating System :: Microsoft :: Windows :: Windows 11", "Operating System :: MacOS"], ("darwin", "win32")),
        (["Operating System :: MacOS :: MacOS X"], ("darwin",)),
        (["Operating System :: POSIX"], ("linux", "darwin", "freebsd", "openbsd", "netbsd", "sunos", "aix")),
        (["Operating System :: POSIX :: BSD :: FreeBSD"], ("freebsd",)),
        (["Operating System :: BeOS", "Operating System :: POSIX :: HP-UX"], ()),
    ],
)
def test_classifiers_name_platforms(classifiers: list[str], platforms: tuple[str, ...]) -> None:
    assert classified(classifiers) == platforms


def test_a_function_that_the_module_calls_returns_on_every_platform() -> None:
    """The states of the platforms come to a definition one after the other; the first of them does not decide."""
    guarded = "try:\n    import {0}\nexcept ImportError:\n    {0} = None\n\n\n"
    source = (
        f"import os\n\n{guarded.format('resource')}{guarded.format('_winapi')}"
        "def probed():\n    return hasattr(os, 'sendfile')\n\n\nPROBED = probed()\n\n\n"
        "def keep(given):\n    return os.open(given, os.O_RDONLY), os.set_handle_inheritable\n"
    )
    program = Program(parse(SourceFile("one.py", source.encode(), source, "utf-8"), whole=True), Target())
    with_deep_stack(program.run)
    assert program.file.platforms_after == program.file.platforms


WITHOUT = "{0}\nexcept {1}:\n    fd = os.open('x', os.O_RDWR)"
ASKED = "{0}\n    fd = os.open('x', os.O_RDWR)"


@pytest.mark.parametrize(
    "lines",
    [
        WITHOUT.format("try:\n    pair = os.pipe2(os.O_CLOEXEC)", "AttributeError"),
        WITHOUT.format("try:\n    sync = os.fdatasync", "AttributeError"),
        WITHOUT.format("try:\n    from os import pipe2", "ImportError"),
        WITHOUT.format("try:\n    import spwd", "ImportError"),
        WITHOUT.format("try:\n    from crypt import crypt", "ImportError"),
        WITHOUT.format("try:\n    from resource import prlimit", "ImportError"),
        WITHOUT.format("try:\n    from fcntl import F_ADD_SEALS", "ImportError"),
        WITHOUT.format("try:\n    from fcntl import F_OF_SOME_SYSTEM", "ImportError"),
        WITHOUT.format("try:\n    grant = os.grantpt", "AttributeError"),
        WITHOUT.format("try:\n    grantpt = getattr(os, 'grantpt')", "AttributeError"),
        ASKED.format("if not hasattr(os, 'pipe2'):"),
        ASKED.format("if getattr(os, 'pipe2', None) is None:"),
        ASKED.format("if not hasattr(os, 'posix_openpt'):"),
        ASKED.format("if getattr(os, 'waitid', None) is None:"),
    ],
)
def test_what_some_posix_systems_or_pythons_lack_says_nothing_of_windows(lines: str) -> None:
    assert 'getattr(os, "O_CLOEXEC", 0)' in written(f"import os\n\n{lines}\n", "INH101")[0]


@pytest.mark.parametrize(
    "lines",
    [
        WITHOUT.format("try:\n    import fcntl", "ImportError"),
        WITHOUT.format("try:\n    from fcntl import flock, LOCK_EX", "ImportError"),
        WITHOUT.format("try:\n    from resource import getrlimit, RLIMIT_NOFILE", "ImportError"),
        WITHOUT.format("try:\n    from pwd import getpwnam", "ModuleNotFoundError"),
        WITHOUT.format("try:\n    asked = os.getuid", "AttributeError"),
        ASKED.format("if not hasattr(os, 'fork'):"),
    ],
)
def test_what_every_posix_has_is_missing_on_windows(lines: str) -> None:
    assert "os.O_NOINHERIT" in written(f"import os\n\n{lines}\n", "INH101")[0]


def test_what_a_removed_module_is_found_on_is_known() -> None:
    assert "os.O_CLOEXEC" in written("import os\nimport spwd\n\nfd = os.open('x', os.O_RDWR)\n", "INH101")[0]


def test_what_a_variable_may_be_on_one_platform_is_all_compared() -> None:
    lines = "try:\n    import spwd\nexcept ImportError:\n    spwd = None", "if spwd is None:"
    opened = "        return os.open(path, os.O_RDWR)\n"
    source = f"import os\n\n{lines[0]}\n\n\ndef function(path):\n    {lines[1]}\n{opened}"
    assert 'getattr(os, "O_CLOEXEC", 0)' in written(source, "INH101")[0]
    assert "os.O_NOINHERIT" in written(source.replace("spwd", "fcntl"), "INH101")[0]
