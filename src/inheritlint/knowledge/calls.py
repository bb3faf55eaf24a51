"""Which call does what to a descriptor: parameters by name, and a source for each row."""

from inheritlint.knowledge.daemons import DAEMONS
from inheritlint.knowledge.effects import LISTED, CallSpec, Effect, Kind
from inheritlint.knowledge.handles import CLOSING, HANDLES
from inheritlint.knowledge.libc import LIBC
from inheritlint.knowledge.protocols import PROTOCOLS
from inheritlint.knowledge.starters import POPEN, STARTERS, command_row
from inheritlint.knowledge.workers import CHANNEL_CALLS, WORKERS

_OPEN = ("path", "flags", "mode")
_SUBPROCESS = "Lib/subprocess.py, Popen.__init__; PEP 446"
_ASYNCIO = "Lib/asyncio/base_events.py, subprocess_exec: keywords go to Popen"
_PEP446 = "PEP 446"

CALLS: dict[str, CallSpec] = {}

for _module in ("os", "posix", "nt"):
    CALLS[f"{_module}.open"] = CallSpec(
        Effect.OPEN, _OPEN, "Modules/posixmodule.c, os_open_impl; PEP 446", ("dir_fd",), Kind.DESCRIPTOR
    )
    CALLS[f"{_module}.set_inheritable"] = CallSpec(
        Effect.SET_INHERITABLE, ("descriptor", "inheritable"), "Modules/posixmodule.c, os_set_inheritable_impl"
    )
    CALLS[f"{_module}.get_inheritable"] = CallSpec(
        Effect.ASK_INHERITABLE, ("descriptor",), "Modules/posixmodule.c, os_get_inheritable_impl"
    )
    CALLS[f"{_module}.set_handle_inheritable"] = CallSpec(
        Effect.HANDLE_FLAG, ("handle", "inheritable"), "Modules/posixmodule.c, #ifdef MS_WINDOWS"
    )
    CALLS[f"{_module}.get_handle_inheritable"] = CallSpec(
        Effect.HANDLE_FLAG, ("handle",), "Modules/posixmodule.c, #ifdef MS_WINDOWS"
    )
    CALLS[f"{_module}.close"] = CallSpec(Effect.CLOSE, ("descriptor",), "close(2)")
    CALLS[f"{_module}.dup"] = CallSpec(Effect.CREATE, ("descriptor",), _PEP446, makes=Kind.DESCRIPTOR)
    CALLS[f"{_module}.pipe"] = CallSpec(Effect.CREATE, (), _PEP446, makes=Kind.PAIR)
    CALLS[f"{_module}.pipe2"] = CallSpec(
        Effect.CREATE_WITH_FLAGS, ("flags",), "pipe2(2)", flag="os.O_CLOEXEC", makes=Kind.PAIR
    )
    CALLS[f"{_module}.dup2"] = CallSpec(
        Effect.DUP2, ("fd", "fd2", "inheritable"), "Modules/posixmodule.c, os_dup2_impl: inheritable=True"
    )
    CALLS[f"{_module}.openpty"] = CallSpec(Effect.CREATE, (), _PEP446, makes=Kind.PAIR)
    CALLS[f"{_module}.memfd_create"] = CallSpec(
        Effect.CREATE_WITH_FLAGS, ("name", "flags"), "memfd_create(2)", flag="os.MFD_CLOEXEC", makes=Kind.DESCRIPTOR
    )
    CALLS[f"{_module}.eventfd"] = CallSpec(
        Effect.CREATE_WITH_FLAGS, ("initval", "flags"), "eventfd(2)", flag="os.EFD_CLOEXEC", makes=Kind.DESCRIPTOR
    )
    CALLS[f"{_module}._exit"] = CallSpec(Effect.EXIT, ("n",), "_exit(2)")
    CALLS[f"{_module}.abort"] = CallSpec(Effect.EXIT, (), "abort(3)")
    for _ending, _taken in (
        *(("v", ("path", "args")), ("ve", ("path", "args", "env"))),
        *(("l", ("path", LISTED)), ("le", ("path", LISTED, "env"))),
        *(("vp", ("path", "args")), ("vpe", ("path", "args", "env"))),
        *(("lp", ("path", LISTED)), ("lpe", ("path", LISTED, "env"))),
    ):
        CALLS[f"{_module}.exec{_ending}"] = CallSpec(Effect.EXEC, _taken, "Lib/os.py, execle: the environment is last")
        CALLS[f"{_module}.spawn{_ending}"] = CallSpec(Effect.SPAWN, ("mode", *_taken), "Lib/os.py, _spawnvef")
    for _spawn in ("posix_spawn", "posix_spawnp"):
        CALLS[f"{_module}.{_spawn}"] = CallSpec(
            Effect.SPAWN, ("path", "args", "env"), "posix_spawn(3)", ("file_actions", "setpgroup", "setsigmask")
        )
    CALLS[f"{_module}.system"] = CallSpec(Effect.SPAWN, ("command",), "system(3)", trigger="system")
    CALLS[f"{_module}.closerange"] = CallSpec(
        Effect.CLOSERANGE, ("fd_low", "fd_high"), "Modules/posixmodule.c, os_closerange"
    )
    CALLS[f"{_module}.forkpty"] = CallSpec(Effect.FORKPTY, (), "gh-139184: non-inheritable since 3.15")
    CALLS[f"{_module}.write"] = CallSpec(Effect.SEND_MESSAGE, ("fd", "message"), "write(2)")
    CALLS[f"{_module}.read"] = CallSpec(Effect.CREATE, ("fd", "n"), "read(2)", makes=Kind.MESSAGE)

CALLS["pty.fork"] = CallSpec(Effect.FORKPTY, (), "Lib/pty.py, fork: os.forkpty; gh-139184")
CALLS["fcntl.fcntl"] = CallSpec(Effect.FCNTL, ("fd", "cmd", "arg"), "fcntl(2)")
CALLS["fcntl.fcntl.F_DUPFD"] = CallSpec(
    Effect.CREATE_WITH_FLAGS, ("fd", "cmd", "arg"), "fcntl(2)", makes=Kind.DESCRIPTOR, trigger="F_DUPFD"
)
for _lock, _source in (("flock", "flock(2)"), ("lockf", "fcntl(2), record locks")):
    CALLS[f"fcntl.{_lock}"] = CallSpec(
        Effect.LOCK, ("fd", "operation"), f"{_source}: gone when the descriptor is closed"
    )
CALLS["socket.recv_fds"] = CallSpec(
    Effect.RECEIVE_FDS, ("sock", "bufsize", "maxfds", "flags"), "Lib/socket.py, recv_fds: drops its flags, gh-107898"
)
for _name in ("recv_handle", "recvfds"):
    CALLS[f"multiprocessing.reduction.{_name}"] = CallSpec(
        Effect.RECEIVE_FDS, ("conn",), "Lib/multiprocessing/reduction.py, recvfds: recvmsg without MSG_CMSG_CLOEXEC"
    )
CALLS["pty.openpty"] = CallSpec(Effect.CREATE, (), _PEP446, makes=Kind.PAIR)
CALLS["tempfile.mkstemp"] = CallSpec(Effect.CREATE, (), "Lib/tempfile.py", makes=Kind.CREATED_FILE)
for _name in "tempfile.TemporaryFile tempfile.NamedTemporaryFile builtins.open io.open codecs.open".split():
    CALLS[_name] = CallSpec(Effect.CREATE, ("file",), _PEP446, makes=Kind.FILE)
for _name in "pathlib.Path pathlib.PosixPath pathlib.WindowsPath".split():
    CALLS[_name] = CallSpec(Effect.CREATE, ("path",), "docs: pathlib", makes=Kind.PATH)
for _name in "socket.socket socket.create_connection socket.create_server socket.fromfd".split():
    CALLS[_name] = CallSpec(Effect.CREATE, ("family",), _PEP446, makes=Kind.SOCKET)
CALLS["socket.socketpair"] = CallSpec(Effect.CREATE, (), _PEP446, makes=Kind.SOCKETS)
CALLS["msvcrt.get_osfhandle"] = CallSpec(Effect.CREATE, ("descriptor",), "docs: msvcrt", makes=Kind.HANDLE)
CALLS["msvcrt.open_osfhandle"] = CallSpec(Effect.CREATE, ("handle", "flags"), "docs: msvcrt", makes=Kind.DESCRIPTOR)
CALLS["struct.Struct"] = CallSpec(Effect.CREATE, ("format",), "Modules/_struct.c", makes=Kind.LAYOUT)
for _name in "sys.exit builtins.exit builtins.quit".split():
    CALLS[_name] = CallSpec(Effect.EXIT, ("status",), "raises SystemExit")

for _package in ("subprocess", "gevent.subprocess", "eventlet.green.subprocess"):
    for _function, _makes in (
        ("Popen", Kind.CHILD),
        ("run", Kind.COMPLETED),
        ("call", None),
        ("check_call", None),
        ("check_output", Kind.MESSAGE),
    ):
        CALLS[f"{_package}.{_function}"] = CallSpec(Effect.SUBPROCESS, POPEN, _SUBPROCESS, ("input",), _makes)
CALLS["subprocess.Popen.__init__"] = CallSpec(Effect.SUBPROCESS, ("self", *POPEN), _SUBPROCESS)
for _base in ("subprocess", "gevent.subprocess", "eventlet.green.subprocess", "psutil"):
    CALLS[f"{_base}.Popen.<super>.__init__"] = CallSpec(Effect.SUBPROCESS, POPEN, _SUBPROCESS)
CALLS["psutil.Popen"] = CallSpec(Effect.SUBPROCESS, POPEN, "psutil/__init__.py: keywords go to subprocess.Popen")
for _module in ("asyncio", "asyncio.subprocess"):
    for _way, _first in (("exec", "program"), ("shell", "cmd")):
        CALLS[f"{_module}.create_subprocess_{_way}"] = CallSpec(
            Effect.SUBPROCESS, (_first,), _ASYNCIO, ("close_fds", "pass_fds"), Kind.ASYNC_CHILD
        )

_ANYIO = "anyio/_core/_subprocesses.py, open_process: keywords go to Popen"
_TRIO = "trio/_subprocess.py, open_process: options go to Popen"
for _name, _source in (
    ("anyio.run_process", _ANYIO),
    ("anyio.open_process", _ANYIO),
    ("trio.run_process", _TRIO),
    ("trio.lowlevel.open_process", _TRIO),
):
    CALLS[_name] = CallSpec(
        Effect.SUBPROCESS, ("command",), _source, ("close_fds", "pass_fds", "env", "stdin", "stdout")
    )
CALLS["ptyprocess.PtyProcess.spawn"] = CallSpec(
    Effect.SUBPROCESS,
    ("argv", "cwd", "env", "echo", "preexec_fn"),
    "ptyprocess/ptyprocess.py, spawn: closes all but `pass_fds`, which stay as inheritable as they are",
    ("pass_fds",),
    needs_mark=True,
)
CALLS["pexpect.popen_spawn.PopenSpawn"] = CallSpec(
    Effect.SUBPROCESS,
    ("cmd", "timeout", "maxread"),
    "pexpect/popen_spawn.py: preexec_fn goes to Popen",
    ("preexec_fn",),
)
CALLS["pexpect.spawn"] = CallSpec(
    Effect.SUBPROCESS, ("command", "args"), "pexpect/pty_spawn.py: ptyprocess closes descriptors", ("preexec_fn", "env")
)
CALLS["gevent.os.forkpty"] = CallSpec(Effect.FORKPTY, (), "gevent/os.py, forkpty_gevent: os.forkpty; gh-139184")
for _name in "gevent.socket.socket gevent.socket.create_connection eventlet.green.socket.socket".split():
    CALLS[_name] = CallSpec(Effect.CREATE, ("family",), _PEP446, makes=Kind.SOCKET)
for _name in "gevent.socket.socketpair eventlet.green.socket.socketpair".split():
    CALLS[_name] = CallSpec(Effect.CREATE, (), _PEP446, makes=Kind.SOCKETS)
for _name in "os.getenv os.environ.get os.environ.pop".split():
    CALLS[_name] = CallSpec(Effect.CREATE, ("key", "default"), "environ(7)", makes=Kind.ENVIRONMENT)
CALLS |= LIBC | WORKERS | CHANNEL_CALLS | PROTOCOLS | DAEMONS | HANDLES | STARTERS


def row_of(name: str) -> CallSpec | None:
    """The row of the function with that qualified name; None where it is not known what it does."""
    return CALLS.get(name) or command_row(name)


#: A function of the project that starts children: its keywords go to subprocess.
SPAWNER = CallSpec(Effect.SUBPROCESS, ("args",), "the option `spawners`", ("close_fds", "pass_fds", "env"))

#: What takes a number for a descriptor of this process: any of them may meet a number that came from elsewhere.
FD_NUMBER_USERS = {
    name: CallSpec(Effect.USE_FD_NUMBER, parameters, source, keywords)
    for name, parameters, source, keywords in (
        ("os.fdopen", ("fd",), "Lib/os.py, fdopen", ()),
        ("builtins.open", ("fd",), "Modules/_io/fileio.c: a number is taken as it is", ()),
        ("io.open", ("fd",), "Modules/_io/fileio.c: a number is taken as it is", ()),
        ("os.dup", ("fd",), "dup(2)", ()),
        ("os.write", ("fd", "data"), "write(2)", ()),
        ("os.read", ("fd", "n"), "read(2)", ()),
        ("os.dup2", ("fd",), "dup(2)", ()),
        ("os.close", ("fd",), "close(2)", ()),
        ("os.fstat", ("fd",), "fstat(2)", ()),
        ("os.fsync", ("fd",), "fsync(2)", ()),
        ("os.lseek", ("fd", "position", "whence"), "lseek(2)", ()),
        ("os.set_blocking", ("fd", "blocking"), "Modules/posixmodule.c, os_set_blocking_impl", ()),
        ("socket.fromfd", ("fd",), "Lib/socket.py, fromfd: a duplicate", ()),
        ("socket.socket", (), "Modules/socketmodule.c, sock_initobj: fileno is taken as it is", ("fileno",)),
    )
}

#: Those after which the number is as inheritable as before, or is none any more.
NOT_KEEPING = frozenset(["os.dup2", "os.close"])

#: Methods of an event loop that start a child (Lib/asyncio/base_events.py): close_fds is by keyword only.
LOOP_METHODS = {
    "subprocess_exec": CallSpec(Effect.SUBPROCESS, ("protocol_factory",), _ASYNCIO, ("close_fds", "pass_fds")),
    "subprocess_shell": CallSpec(Effect.SUBPROCESS, ("protocol_factory", "cmd"), _ASYNCIO, ("close_fds", "pass_fds")),
}
#: Methods of a socket that may bring descriptors in, whatever they are called on.
RECEIVING_METHODS = {
    "recvmsg": CallSpec(Effect.RECEIVE_FDS, ("bufsize", "ancbufsize", "flags"), "recvmsg(2)", makes=Kind.RECEIVED),
    "recvmsg_into": CallSpec(Effect.RECEIVE_FDS, ("buffers", "ancbufsize", "flags"), "recvmsg(2)", makes=Kind.RECEIVED),
}
#: Built-in functions and methods that a descriptor meets without being closed, changed or kept, and that do not raise
#: in the use that programs make of them.
NON_RAISING_CALLS = frozenset(
    "builtins.str builtins.repr builtins.len builtins.print builtins.isinstance builtins.bool builtins.id "
    "builtins.hasattr builtins.callable builtins.type builtins.tuple builtins.list builtins.dict builtins.set "
    "builtins.frozenset builtins.super builtins.format builtins.enumerate builtins.zip builtins.range "
    "contextlib.suppress contextlib.ExitStack contextlib.AsyncExitStack contextlib.nullcontext "
    "sys.exc_info os.getpid os.getppid".split()
)
NON_RAISING_METHODS = frozenset(
    "append add extend insert update setdefault copy items keys values get format join split strip lower upper "
    "startswith endswith encode fileno debug info warning error exception critical log is_set set_inheritable".split()
)

#: Methods that close the object they are called on, and functions that close what they are given.
CLOSING_METHODS = frozenset(["close", "server_close", "aclose", "shutdown_and_close", "Close"])
CLOSING_FUNCTIONS = CLOSING.union("os.close posix.close nt.close socket.close contextlib.closing os.fdclose".split())
#: How functions are called that set inheritance.
SETTING = ("set_inheritable", "set_handle_inheritable")
#: Words in the name of an unknown function that say that it keeps a descriptor or resets it.
CLOSING_WORDS = frozenset(
    "close closes closer closing cleanup clean finalize release reset restore dispose free unset discard "
    "noninheritable uninheritable cloexec".split()
)
#: Words in the name of one that keeps what is to be called in the end; `register` of a poller only watches.
REGISTERING_WORDS = frozenset("addcleanup callback register defer finalizer addfinalizer atexit".split())
