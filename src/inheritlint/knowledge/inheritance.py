"""What CPython and the kernel make of each new descriptor: one row a way to get one, each probed by a test.

`tests/knowledge/test_inheritance.py` asks the kernel (F_GETFD) on every CPython that it finds. Rules read their version
conditions from here.
"""

from inheritlint.findings.classes import frozen

Version = tuple[int, int]


@frozen
class CreationDefault:
    """`call` is what is called, `probe` an expression whose value is a descriptor that it made, or the object that
    holds it, after `setup`.
    Children get it where `inheritable`, up to the version `until`, from which on they do not. `since` is the first
    version that has the call, `linux` says that other systems may lack it."""

    call: str
    probe: str
    inheritable: bool
    source: str
    since: Version = (3, 4)
    until: Version | None = None
    linux: bool = False
    setup: str = ""


_PEP446 = "PEP 446"
_RIGHTS = (
    "import array, socket\nleft, right = socket.socketpair()\n"
    "left.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0]))])\n"
)
_LIBC = "import ctypes\nlibc = ctypes.CDLL(None)\n"
_ARRIVED = "array.array('i', right.recvmsg(1, 100{})[1][0][2][:4])[0]"
_OPENED = "import os\nfd = os.open('/dev/null', os.O_RDONLY)\nos.set_inheritable(fd, True)\n"

CREATION_DEFAULTS = (
    CreationDefault("os.open", "os.open('/', os.O_RDONLY)", True, f"{_PEP446}; open(2)", since=(2, 7), until=(3, 4)),
    CreationDefault("builtins.open", "open('/dev/null')", False, _PEP446),
    CreationDefault(
        "builtins.open, opener", "open('/dev/null', opener=lambda *_: fd)", False, "_io/fileio.c", setup=_OPENED
    ),
    CreationDefault("os.fdopen", "os.fdopen(os.dup2(0, 60))", True, "Lib/os.py: the descriptor as it is"),
    CreationDefault("os.dup", "os.dup(fd)", False, _PEP446, setup=_OPENED),
    CreationDefault("os.dup2", "os.dup2(0, 61)", True, "Modules/posixmodule.c, os_dup2_impl: inheritable=True"),
    CreationDefault("os.dup2, inheritable=False", "os.dup2(0, 62, inheritable=False)", False, "Modules/posixmodule.c"),
    CreationDefault("os.pipe", "os.pipe()[0]", False, _PEP446),
    CreationDefault("os.pipe2", "os.pipe2(os.O_NONBLOCK)[0]", True, "pipe2(2)", linux=True),
    CreationDefault("os.pipe2, O_CLOEXEC", "os.pipe2(os.O_CLOEXEC)[0]", False, "pipe2(2)", linux=True),
    CreationDefault("os.openpty", "os.openpty()[0]", False, _PEP446),
    CreationDefault("pty.openpty", "pty.openpty()[1]", False, _PEP446, setup="import pty\n"),
    CreationDefault(
        "os.memfd_create", "os.memfd_create('x')", False, "os.memfd_create: MFD_CLOEXEC", (3, 8), linux=True
    ),
    CreationDefault("os.memfd_create, flags", "os.memfd_create('x', 0)", True, "memfd_create(2)", (3, 8), linux=True),
    CreationDefault("os.eventfd", "os.eventfd(0)", False, "os.eventfd: EFD_CLOEXEC", (3, 10), linux=True),
    CreationDefault("os.eventfd, flags", "os.eventfd(0, os.EFD_NONBLOCK)", True, "eventfd(2)", (3, 10), linux=True),
    CreationDefault(
        "os.timerfd_create, flags",
        "os.timerfd_create(0, flags=os.TFD_NONBLOCK)",
        False,
        "Modules/posixmodule.c, os_timerfd_create_impl: adds TFD_CLOEXEC",
        (3, 13),
        linux=True,
    ),
    CreationDefault("os.pidfd_open", "os.pidfd_open(os.getpid())", False, "pidfd_open(2)", (3, 9), linux=True),
    CreationDefault("os.posix_openpt", "os.posix_openpt(os.O_RDWR)", False, "Modules/posixmodule.c", (3, 13)),
    CreationDefault("select.epoll", "select.epoll()", False, _PEP446, linux=True, setup="import select\n"),
    CreationDefault("tempfile.mkstemp", "tempfile.mkstemp()[0]", False, "Lib/tempfile.py", setup="import tempfile\n"),
    CreationDefault("tempfile.TemporaryFile", "tempfile.TemporaryFile()", False, _PEP446, setup="import tempfile\n"),
    CreationDefault("socket.socket", "s.fileno()", False, _PEP446, setup="import socket\ns = socket.socket()\n"),
    CreationDefault(
        "socket.socketpair", "s[0].fileno()", False, _PEP446, setup="import socket\ns = socket.socketpair()\n"
    ),
    CreationDefault(
        "socket.socket, fileno",
        "socket.socket(fileno=fd).detach()",
        True,
        "Modules/socketmodule.c, sock_initobj: the descriptor as it is",
        setup="import os, socket\nfd = os.dup2(socket.socketpair()[0].detach(), 63)\n",
    ),
    CreationDefault(
        "socket.fromfd",
        "socket.fromfd(fd, 1, 1).detach()",
        False,
        _PEP446,
        setup="import os, socket\nfd = os.dup2(socket.socketpair()[0].detach(), 64)\n",
    ),
    CreationDefault("socket.recvmsg, SCM_RIGHTS", _ARRIVED.format(""), True, "recvmsg(2)", setup=_RIGHTS),
    CreationDefault(
        "socket.recvmsg, MSG_CMSG_CLOEXEC",
        _ARRIVED.format(", socket.MSG_CMSG_CLOEXEC"),
        False,
        "recvmsg(2)",
        linux=True,
        setup=_RIGHTS,
    ),
    CreationDefault(
        "socket.recv_fds",
        "socket.recv_fds(right, 1, 1, getattr(socket, 'MSG_CMSG_CLOEXEC', 0))[1][0]",
        True,
        "Lib/socket.py, recv_fds: drops its flags, gh-107898",
        (3, 9),
        setup=_RIGHTS,
    ),
    CreationDefault(
        "multiprocessing.reduction.recvfds",
        "reduction.recvfds(right, 1)[0]",
        True,
        "Lib/multiprocessing/reduction.py, recvfds: recvmsg without MSG_CMSG_CLOEXEC",
        setup="import socket\nfrom multiprocessing import reduction\nleft, right = socket.socketpair()\n"
        "import threading\nthreading.Thread(target=reduction.sendfds, args=(left, [0])).start()\n",
    ),
    CreationDefault(
        "fcntl.fcntl, F_DUPFD", "fcntl.fcntl(0, fcntl.F_DUPFD, 65)", True, "fcntl(2)", setup="import fcntl\n"
    ),
    CreationDefault(
        "fcntl.fcntl, F_DUPFD_CLOEXEC",
        "fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 66)",
        False,
        "fcntl(2)",
        setup="import fcntl\n",
    ),
    CreationDefault(
        "fcntl.fcntl, F_SETFD without FD_CLOEXEC",
        "fd",
        True,
        "fcntl(2): every other bit is lost",
        setup="import fcntl, os\nfd = os.pipe()[0]\nfcntl.fcntl(fd, fcntl.F_SETFD, os.O_CLOEXEC)\n",
    ),
    CreationDefault(
        "os.forkpty",
        "fork()",
        True,
        "gh-139184: non-inheritable since 3.15",
        until=(3, 15),
        setup="import os\ndef fork():\n    pid, master = os.forkpty()\n    pid or os._exit(0)\n"
        "    os.waitpid(pid, 0)\n    return master\n",
    ),
    CreationDefault("libc.open", "libc.open(b'/', 0)", True, "open(2)", setup=_LIBC),
    CreationDefault("libc.dup", "libc.dup(0)", True, "dup(2)", setup=_LIBC),
    CreationDefault("libc.eventfd", "libc.eventfd(0, 0)", True, "eventfd(2)", linux=True, setup=_LIBC),
    CreationDefault(
        "libc.memfd_create", "libc.memfd_create(b'x', 0)", True, "memfd_create(2)", linux=True, setup=_LIBC
    ),
    CreationDefault("libc.inotify_init", "libc.inotify_init()", True, "inotify_init(2)", linux=True, setup=_LIBC),
    CreationDefault("libc.socket", "libc.socket(1, 1, 0)", True, "socket(2)", setup=_LIBC),
    CreationDefault("libc.epoll_create", "libc.epoll_create(1)", True, "epoll_create(2)", linux=True, setup=_LIBC),
)


def non_inheritable_since(call: str) -> Version:
    """The first CPython on which children do not get what `call` makes; raises KeyError where none is named."""
    found = {fact.call: fact.until for fact in CREATION_DEFAULTS if fact.until is not None}
    return found[call]


def is_inheritable(fact: CreationDefault, version: Version) -> bool:
    """Whether children of a CPython of `version` get what the call makes."""
    return fact.inheritable and (fact.until is None or version < fact.until)
