"""What a file calls by a name of its own is found as well as by the one it has at home."""

import pytest

import inheritlint
from inheritlint.source.prefilter import may_be_relevant

_PIPED = "    reader, writer = os.pipe()\n    return {start}([program, '--log-fd', str(writer)]), reader\n"
_STARTED = "def start(program):\n" + _PIPED
_LOCKED = "def become(argv):\n    f = open('x', 'w')\n    {lock}(f, fcntl.LOCK_EX)\n    {exec}(argv[0], argv)\n"
_DAEMON = "def serve(path):\n    log = open(path)\n    with {context}():\n        log.read()\n"
_SERVER = (
    "def serve(listener):\n    while True:\n        connection, _ = listener.accept()\n        if {fork}() == 0:\n"
    "            connection.sendall(b'x')\n            os._exit(0)\n"
)
_SPAWNED = "def start(program):\n    {spawn}(program, [program], os.environ, file_actions=[{action}])\n"
_PROGRAMS = {
    "an import": ("INH303", "import os\nfrom subprocess import Popen as Child\n" + _STARTED.format(start="Child")),
    "an import in parentheses": (
        "INH303",
        "import os\nfrom subprocess import (\n    run as execute,\n)\n" + _STARTED.format(start="execute"),
    ),
    "a variable of the module": (
        "INH303",
        "import os, subprocess\nlaunch = subprocess.Popen  # or psutil's\n" + _STARTED.format(start="launch"),
    ),
    "an annotated variable": (
        "INH303",
        "import os, subprocess\nlaunch: object = subprocess.Popen\n" + _STARTED.format(start="launch"),
    ),
    "a variable of the function": (
        "INH303",
        "import os, subprocess\ndef start(program):\n    launch = subprocess.Popen\n" + _PIPED.format(start="launch"),
    ),
    "a name of a name": (
        "INH303",
        "import os\nfrom subprocess import Popen as Child\nlaunch = Child\n" + _STARTED.format(start="launch"),
    ),
    "what makes the pipe": (
        "INH303",
        "import subprocess\nfrom os import pipe as tube\n"
        + _STARTED.format(start="subprocess.run").replace("os.pipe", "tube"),
    ),
    "what replaces the program": (
        "INH303",
        "import os\nfrom os import execv as become\ndef start(program):\n    reader, writer = os.pipe()\n"
        "    become(program, [program, '--log-fd', str(writer)])\n",
    ),
    "what opens": (
        "INH304",
        "import os\nfrom os import posix_spawn as go, POSIX_SPAWN_OPEN as OPEN\n"
        + _SPAWNED.format(spawn="go", action="(OPEN, 1, 'log', os.O_WRONLY | os.O_CLOEXEC, 0o600)"),
    ),
    "what redirects": (
        "INH307",
        "import os\nfrom os import posix_spawn as go\ndef start(program):\n    r, w = os.pipe()\n"
        "    go(program, [program], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 1, w)])\n",
    ),
    "what runs a request": (
        "INH308",
        "import sys, json\nfrom subprocess import run as sh\nfor line in sys.stdin:\n    sh(json.loads(line))\n",
    ),
    "a lock and an exec": (
        "INH309",
        "import fcntl, os\nlock = fcntl.lockf\nreplace = os.execv\n" + _LOCKED.format(lock="lock", exec="replace"),
    ),
    "a context": ("INH310", "from daemon import DaemonContext as Context\n" + _DAEMON.format(context="Context")),
    "a context in a variable": (
        "INH310",
        "import daemon\nBackground = daemon.DaemonContext\n" + _DAEMON.format(context="Background"),
    ),
    "the child's end": (
        "INH601",
        "import os\nfrom subprocess import Popen as Child\ndef read(cmd):\n    r, w = os.pipe()\n"
        "    Child(cmd, stdout=w)\n    with open(r) as source:\n        return source.read()\n",
    ),
    "a fork": ("INH602", "import os\nfrom os import fork as split\n" + _SERVER.format(fork="split")),
}


@pytest.mark.parametrize("name", _PROGRAMS)
def test_what_is_called_otherwise_is_found(name: str) -> None:
    code, text = _PROGRAMS[name]
    assert {found.code for found in inheritlint.lint(text.encode(), path="case.py")} == {code}


def test_what_only_looks_so_is_not_read() -> None:
    text = "import os\nfrom mine import Popen_ as Child\ndef start():\n    r, w = os.pipe()\n    Child([str(w)])\n"
    assert not may_be_relevant((text + "import subprocess\n").encode())
