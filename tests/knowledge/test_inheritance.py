"""Every row of the table of facts, asked of the kernel on every CPython that is installed."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.inheritance import CREATION_DEFAULTS, CreationDefault, is_inheritable, non_inheritable_since

VERSIONS = [(3, 11), (3, 12), (3, 13), (3, 14), (3, 15)]

#: Prints one line a probe: whether the kernel's close-on-exec flag is off, or the exception.
PROBE = """
import fcntl, os, sys
for text in sys.stdin.read().split("\\0"):
    setup, _, expression = text.rpartition("\\1")
    names = {{"os": os}}
    try:
        exec(setup, names)
        made = eval(expression, names)
        number = made if isinstance(made, int) else made.fileno()
        print(not fcntl.fcntl(number, fcntl.F_GETFD) & fcntl.FD_CLOEXEC, flush=True)
    except Exception as error:
        print(type(error).__name__, error, flush=True)
""".replace("{{", "{").replace("}}", "}")


@cache
def interpreter(version: tuple[int, int]) -> str | None:
    """A CPython of that version: this one, or one that pyenv has."""
    if sys.version_info[:2] == version:
        return sys.executable
    root = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")))
    name = ".".join(map(str, version))
    found = sorted(root.glob(f"versions/{name}.*/bin/python{name}"))
    return str(found[-1]) if found else None


@cache
def answers(version: tuple[int, int]) -> dict[CreationDefault, str]:
    """What the kernel says of each row that `version` has."""
    asked = [
        fact for fact in CREATION_DEFAULTS if fact.since <= version and (sys.platform == "linux" or not fact.linux)
    ]
    program = str(interpreter(version))
    text = "\0".join(f"{fact.setup}\1{fact.probe}" for fact in asked)
    done = subprocess.run([program, "-c", PROBE], input=text, capture_output=True, text=True, check=True)
    return dict(zip(asked, done.stdout.splitlines(), strict=True))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX descriptors")
@pytest.mark.parametrize("fact", CREATION_DEFAULTS, ids=lambda fact: fact.call)
@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: ".".join(map(str, version)))
def test_the_kernel_agrees(fact: CreationDefault, version: tuple[int, int]) -> None:
    if interpreter(version) is None:
        pytest.skip(f"no CPython {version[0]}.{version[1]} is installed")
    if fact not in answers(version):
        pytest.skip(f"`{fact.call}` came later, or is Linux's")
    assert answers(version)[fact] == str(is_inheritable(fact, version))


def test_versions_come_from_the_table() -> None:
    assert non_inheritable_since("os.open") == (3, 4)
    with pytest.raises(KeyError):
        non_inheritable_since("os.pipe")


#: Rows of the table of calls that no fact speaks of need a reason.
UNPROBED = {
    "msvcrt": "Windows",
    "_winapi": "Windows",
    "win32": "Windows",
    "nt": "Windows",
    "gevent": "the same function of the standard library underneath",
    "eventlet": "the same function of the standard library underneath",
    "posix": "os under its own name",
    "libc": "one row in seven is probed: C's rule is the same for all",
}


def test_every_call_that_makes_a_descriptor_is_probed() -> None:
    effects = {Effect.OPEN, Effect.CREATE, Effect.CREATE_WITH_FLAGS, Effect.DUP2, Effect.RECEIVE_FDS, Effect.FORKPTY}
    kinds = {None, Kind.DESCRIPTOR, Kind.PAIR, Kind.SOCKET, Kind.SOCKETS, Kind.FILE, Kind.CREATED_FILE}
    probed = {fact.call.partition(",")[0] for fact in CREATION_DEFAULTS}
    same = {
        "pty.fork": "os.forkpty",
        "fcntl.fcntl.F_DUPFD": "fcntl.fcntl",
        "multiprocessing.reduction.recv_handle": "multiprocessing.reduction.recvfds",
        "io.open": "builtins.open",
        "codecs.open": "builtins.open",
        "tempfile.NamedTemporaryFile": "tempfile.TemporaryFile",
        "socket.create_connection": "socket.socket",
        "socket.create_server": "socket.socket",
    }
    for name, call in CALLS.items():
        if call.effect not in effects or call.makes not in kinds or name.startswith(tuple(UNPROBED)):
            continue
        assert same.get(name, name) in probed, f"{name} is in the table of calls and nobody asked the kernel"
