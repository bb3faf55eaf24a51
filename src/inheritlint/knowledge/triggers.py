"""What a file must hold before any rule can fire, derived from the tables of calls.

Three readers use it: the sieve over bytes, the choice of statements over `ast`, the outline over LibCST's tree.
"""

import re
from functools import cache
from typing import NamedTuple

from inheritlint.knowledge.calls import CALLS, LOOP_METHODS, RECEIVING_METHODS
from inheritlint.knowledge.effects import Effect
from inheritlint.knowledge.ends import LISTENING, PAIR_NAMES
from inheritlint.knowledge.libc import LIBC
from inheritlint.knowledge.platforms import (
    AVAILABILITY,
    PLATFORM_ATTRIBUTES,
    PLATFORM_CALLS,
    POSIX_MODULES,
    WINDOWS_FLAGS,
    WINDOWS_MODULES,
)
from inheritlint.knowledge.protocols import (
    PROTOCOLS,
    READING_METHODS,
    SERVING_METHODS,
    SERVING_NAMES,
    SHARING,
)
from inheritlint.knowledge.starters import REACTOR_METHODS
from inheritlint.knowledge.workers import LOOP_CHANNELS, SENDING_METHODS, SERVERS, WORKING_METHODS

#: Effects whose names are rare enough to be relevant wherever they stand.
_DISTINCTIVE_EFFECTS = (
    Effect.SET_INHERITABLE,
    Effect.ASK_INHERITABLE,
    Effect.HANDLE_FLAG,
    Effect.CREATE_WITH_FLAGS,
    Effect.DUP2,
    Effect.RECEIVE_FDS,
    Effect.CLOSERANGE,
)


def _names(*effects: Effect) -> frozenset[str]:
    return frozenset(call.trigger or name.rpartition(".")[2] for name, call in CALLS.items() if call.effect in effects)


#: Names that are relevant wherever they stand.
DISTINCTIVE_NAMES = (
    _names(*_DISTINCTIVE_EFFECTS)
    | {"close_fds", "_close_fds", "pass_fds", "preexec_fn", "posix_spawn", "posix_spawnp", "forkpty"}
    | {"F_SETFD", "FD_CLOEXEC", *WINDOWS_FLAGS}
    | {"SECURITY_ATTRIBUTES", "bInheritHandle", "DuplicateHandle", "lpAttributeList"}
    | {"SD_LISTEN_FDS_START", *LOOP_METHODS, *RECEIVING_METHODS}
)

#: Keywords that say nothing where they say what is so anyway: the name, and that constant as it is written.
DEFAULTS = {"close_fds": "True"}

#: What starts a child that gets every inheritable descriptor.
SPAWNING = _names(Effect.SPAWN)

#: Names whose use says something of the platform, ends a path, or guards.
CONTROL_NAMES = (
    {name for _, name in AVAILABILITY}
    | {name.rpartition(".")[2] for name in (*PLATFORM_ATTRIBUTES, *PLATFORM_CALLS)}
    | _names(Effect.EXIT, Effect.EXEC)
    | {"skip", "skipTest", "fail", "hasattr", "getattr", "fork"}
    | POSIX_MODULES
    | WINDOWS_MODULES
) - {"name", "sep"} | {"os.name"}

#: What makes a descriptor inheritable, or creates one that is: one of these stands in every file that does either.
INHERITANCE_NAMES = (
    _names(
        Effect.SET_INHERITABLE,
        Effect.HANDLE_FLAG,
        Effect.CREATE_WITH_FLAGS,
        Effect.DUP2,
        Effect.RECEIVE_FDS,
        Effect.FORKPTY,
    )
    | RECEIVING_METHODS.keys()
    | {"SECURITY_ATTRIBUTES", "bInheritHandle", "DuplicateHandle"}
    | {"F_SETFD", "F_DUPFD", "CDLL", "PyDLL", "LoadLibrary", "dlopen"}
)

#: Commands of fcntl(2) that set flags: a variable that holds one says what a call does.
COMMANDS = frozenset(["F_SETFD", "F_SETFL"])

#: What a function may do in its caller's name.
WRAPPABLE_NAMES = frozenset(["set_inheritable", "set_handle_inheritable", "F_SETFD", "close_fds"])


class CoOccurrence(NamedTuple):
    """Names of which none says anything alone: one of `names` must stand in the same function as one of `others`
    (with `anywhere`, in the same file). With `known` both are calls that are known, or methods. A name that ends in `=`
    is a keyword.

    Where there are `signs`, one of these expressions finds every text that holds one of `others`, or something rarer
    that such a text must hold, and one of `hints` stands in each; else one of `others` is called there. Where there are
    `needs`, one of them stands in the file as well; so does one of `also`, and none of `unless`. With `leads`
    what leads from one of `others` to one of `names` matters, too; with `shared`, what one function of a class, or the
    module, keeps for another one; with `kept_in_environment`, what one leaves in the environment. With `flows` what
    comes from one of `others` must be given to one of `names`, as what that passes on; with `used`, as the descriptor.
    """

    names: frozenset[str]
    others: frozenset[str]
    signs: tuple[bytes, ...] = ()
    hints: tuple[bytes, ...] = ()
    needs: tuple[bytes, ...] = ()
    anywhere: bool = False
    known: bool = False
    also: tuple[bytes, ...] = ()
    unless: tuple[bytes, ...] = ()
    leads: bool = False
    shared: bool = False
    kept_in_environment: bool = False
    flows: bool = False
    used: bool = False

    @property
    def words(self) -> frozenset[str]:
        """The words of `names`."""
        return words_of(self.names)


@cache
def words_of(names: frozenset[str]) -> frozenset[str]:
    """The words of `names`, of which some are keywords."""
    return frozenset(name.rstrip("=") for name in names)


#: What makes a descriptor, or a handle, whose number can be written down.
CREATORS = _names(Effect.CREATE_HANDLE).union(
    "pipe pipe2 openpty fileno mkstemp memfd_create eventfd dup socketpair get_osfhandle".split()
)
_STARTED = _names(Effect.SUBPROCESS, Effect.EXEC, Effect.SPAWN) - {"__init__"}
#: What makes a descriptor whose number stands somewhere: `open` of `os` gives it as it is.
_NUMBERED = CREATORS | {"open"}
#: What sets a variable of the environment.
LEAVING = frozenset(["environ", "putenv"])
#: The name of one that holds the number of a descriptor.
DESCRIPTOR_VARIABLE = re.compile(r"(?:^|_)(?:FDS?|FILENO)(?:_START)?$")
#: What runs a function that it is given with arguments of its own.
RUNNING = frozenset(["Process", *(name.rpartition(".")[2] for name in SERVERS)])

#: What takes a number for a descriptor, and nothing else for anything.
_TAKING = frozenset("fdopen dup dup2 fromfd fileno=".split())
#: A number that came from elsewhere, and what takes it for a descriptor.
ADOPTED = CoOccurrence(
    frozenset("fdopen dup dup2 fromfd fileno= open".split()),
    frozenset("recv recv_bytes LISTEN_FDS environ getenv get_nowait add_argument add_option option".split()),
    (rb"recv(?:_bytes)?\(", rb"LISTEN_FDS", rb"_FDS?['\"]", rb"--[\w-]*fd['\"]"),
    (b"recv(", b"recv_bytes(", b"LISTEN_FDS", b"_FD", b"fd'", b'fd"'),
    shared=True,
    flows=True,
)
#: The same, of what a queue of `multiprocessing` gave.
QUEUED = CoOccurrence(
    _TAKING,
    frozenset(["get"]),
    (rb"\.get\(\s*(?:\)|timeout\b|block\b|True\b)",),
    (b".get(",),
    needs=(b"Queue",),
    shared=True,
    flows=True,
)
#: What gives a stream whose lines a loop may go through.
_STREAMS = frozenset(["open_connection", "open_unix_connection", "StreamReader"])
#: The same, of what a child wrote or a stream brought.
HEARD = CoOccurrence(
    _TAKING,
    frozenset("communicate check_output stdout makefile sock_recv".split()) | _STREAMS,
    (
        *(rb"\.communicate\(", rb"\.makefile\(", rb"\.sock_recv\(", rb"check_output\("),
        *(rb"\.stdout\b(?<!sys\.stdout)", rb"\bopen_(?:unix_)?connection\(", rb":\s*(?:\w+\.)?StreamReader\b"),
    ),
    (b"communicate(", b"check_output(", b"makefile(", b"sock_recv(", b".stdout", b"asyncio"),
    shared=True,
    flows=True,
)
READ = CoOccurrence(
    _TAKING,
    frozenset("read readline readexactly readuntil".split()),
    (rb"\.(?:read|readline|readexactly|readuntil)\(",),
    (b".read",),
    needs=(b"asyncio", b".stdout", b"os.read("),
    flows=True,
)
#: What uses a number as a descriptor at once.
_USING = frozenset("read write close fstat fsync lseek set_blocking".split())
#: A number that came from elsewhere, used so.
USED = CoOccurrence(
    _USING,
    frozenset(["recv", "recv_bytes"]),
    (rb"\brecv(?:_bytes)?\(",),
    (b"recv(", b"recv_bytes("),
    known=True,
    flows=True,
    used=True,
)
#: The same, of what a queue of `multiprocessing` gave.
USED_FROM_QUEUE = CoOccurrence(
    _USING,
    QUEUED.others,
    QUEUED.signs,
    QUEUED.hints,
    needs=QUEUED.needs,
    known=True,
    shared=True,
    flows=True,
    used=True,
)
#: The same, of what the parent named.
USED_FROM_PARENT = CoOccurrence(
    _USING - {"close"},
    ADOPTED.others - USED.others,
    ADOPTED.signs[1:],
    ADOPTED.hints[2:],
    known=True,
    shared=True,
    flows=True,
    used=True,
)
#: What makes a number of what was read.
_NUMBERS = (b"int(", b"unpack(", b"from_bytes(", b"loads(")
#: How a file says a name as one of `os`.
_CALLING_OS = (b"os.", b"from os ")
#: The same, of what a child wrote or a stream brought.
USED_FROM_HEARD = CoOccurrence(
    _USING, HEARD.others, HEARD.signs, HEARD.hints, _CALLING_OS, known=True, also=_NUMBERS, flows=True, used=True
)
USED_FROM_READ = CoOccurrence(
    _USING,
    READ.others - _USING,
    (rb"\.(?:readline|readexactly|readuntil)\(",),
    READ.hints,
    needs=READ.needs[:1],
    known=True,
    also=_NUMBERS,
    flows=True,
    used=True,
)
#: Numbers that the parent may have named.
INHERITED = (ADOPTED, USED_FROM_PARENT)
#: Names of methods among those of `CO_OCCURRENCES`.
METHODS = frozenset(
    [
        *("fileno", "dup", "detach", "Process", "Pool", "Pipe"),
        *(*LOOP_METHODS, *LOOP_CHANNELS, *REACTOR_METHODS, *WORKING_METHODS, *SENDING_METHODS, *USED.others),
        *USED_FROM_QUEUE.others,
        *USED_FROM_PARENT.others,
        *USED_FROM_HEARD.others,
        *USED_FROM_READ.others,
    ]
)

_STARTING_MODULES = (b"subprocess", b"psutil", b"asyncio", b"anyio", b"trio", b"pexpect", b"ptyprocess", b"tornado")
_WORKING_MODULES = (b"multiprocess", b"billiard", b"ProcessPool", b"loky")
_STARTING = (*_STARTING_MODULES, b"exec", b"spawn", b"system(")
#: Packages whose commands are objects that run them.
_COMMANDS = (b"import sh", b"from sh ", b"plumbum")
_QUEUED = frozenset(["put", "put_nowait"])
_WORKING = _names(Effect.START_WORKER).union(WORKING_METHODS, _QUEUED)
_PIPED = (b"PIPE", b"input=")
#: What starts a child that has this program's standard input, and where that is read.
_SHARING = frozenset(name.rpartition(".")[2] for name in SHARING)
_INPUT = frozenset(["stdin", "__stdin__", "stdio_server", "FastMCP", *SERVING_NAMES])
#: What reads it, by whatever name it is known; what makes a message of what was read; what asks a person.
READING = frozenset(["for", *READING_METHODS, *SERVING_METHODS])
DECODING = frozenset(name.rpartition(".")[2] for name, known in PROTOCOLS.items() if known.effect is Effect.DECODE)
ASKING = frozenset(name.rpartition(".")[2] for name, known in PROTOCOLS.items() if known.effect is Effect.ASK) | {
    "isatty"
}
_STARTERS = (*_STARTING_MODULES, b"os.system", b"spawn")
_ASKED = (b"isatty", b"input(", b"getpass", b"curses", b"termios", b"tty.set")
#: Standard input, but where it is read to its end, replaced, or only asked what it is.
_READ = (
    rb"(?:\bsys\s*\.\s*|\bimport\b[^\n]*\b)(?:stdin|__stdin__)\b(?!\s*=[^=])(?!\s*(?:\.\s*buffer\s*)?\.\s*"
    rb"(?:(?:isatty|fileno|closed?|encoding|errors|name|readlines|write|flush)\b|read\(\)))"
    rb"|\bimport\b[^\n]*\bsys\s+as\b"
)
_SERVED = rb"\b(?:start_io|stdio_server|FastMCP|connect_read_pipe)\b"
#: What may replace a standard stream, of which a file action names the number.
_REDIRECTED = frozenset("stdin stdout stderr redirect_stdout redirect_stderr".split())
_ONTO = rb"\bPOSIX_SPAWN_DUP2\b"
_CONTEXTS = frozenset(["DaemonContext"])
_LOCKS = _names(Effect.LOCK)
#: A lock, and another program that takes the place of this one.
LOCKED = CoOccurrence(
    _LOCKS | _names(Effect.EXEC),
    _LOCKS,
    (rb"\b(?:flock|lockf)\b",),
    (b"flock", b"lockf"),
    (b"execv", b"execl"),
    anywhere=True,
    known=True,
)
CO_OCCURRENCES = (
    CoOccurrence(_STARTED, _NUMBERED, needs=_STARTING, known=True, shared=True, kept_in_environment=True, flows=True),
    CoOccurrence(
        _names(Effect.START_WORKER).union(WORKING_METHODS, _QUEUED),
        _NUMBERED,
        needs=_WORKING_MODULES,
        known=True,
        shared=True,
        flows=True,
    ),
    CoOccurrence(frozenset(["Process"]), frozenset(["Pipe"]), needs=_WORKING_MODULES, known=True),
    CoOccurrence(
        _NUMBERED,
        frozenset(["sh", "plumbum"]),
        (rb"import sh\b", rb"from sh\b", rb"plumbum\b"),
        _COMMANDS,
        _COMMANDS,
        True,
        True,
    ),
    CoOccurrence(frozenset(["Process"]), frozenset(["accept"]), needs=(b"fork",)),
    CoOccurrence(frozenset(["fork"]), PAIR_NAMES | LISTENING, needs=(b"fork",)),
    CoOccurrence(
        _names(Effect.SEND_MESSAGE).union(SENDING_METHODS, LOOP_CHANNELS) - _QUEUED,
        _NUMBERED,
        known=True,
        shared=True,
        flows=True,
    ),
    CoOccurrence(frozenset(["stdin", "communicate", "input="]), CREATORS, needs=_PIPED, flows=True),
    CoOccurrence(frozenset(["write", "writelines"]), CREATORS, needs=(b"asyncio",), flows=True),
    ADOPTED,
    QUEUED,
    HEARD,
    READ,
    USED,
    USED_FROM_QUEUE,
    USED_FROM_PARENT,
    USED_FROM_HEARD,
    USED_FROM_READ,
    CoOccurrence(
        frozenset(name.rpartition(".")[2] for name in LIBC),
        frozenset("CDLL PyDLL LoadLibrary dlopen".split()),
        (rb"CDLL\b", rb"PyDLL\b", rb"LoadLibrary\b", rb"dlopen\b"),
        (b"CDLL", b"PyDLL", b"LoadLibrary", b"dlopen"),
        anywhere=True,
    ),
    *(
        CoOccurrence(_SHARING, _INPUT, signs, hints, _STARTERS, True, True, also, unless, leads=True)
        for signs, hints, also, unless in (
            ((_SERVED,), (b"start_io", b"stdio_server", b"FastMCP", b"connect_read_pipe"), (), ()),
            ((_READ,), (b"stdin",), (b"loads(", b".load("), ()),
            ((_READ,), (b"stdin",), (), _ASKED),
        )
    ),
    CoOccurrence(_CONTEXTS, _CONTEXTS, (rb"\bDaemonContext\b",), (b"DaemonContext",), anywhere=True, known=True),
    LOCKED,
    CoOccurrence(
        _REDIRECTED, frozenset(["POSIX_SPAWN_DUP2"]), (_ONTO,), (b"POSIX_SPAWN_DUP2",), anywhere=True, known=True
    ),
    CoOccurrence(frozenset(["F_SETFL"]), frozenset(["O_CLOEXEC"]), (rb"F_SETFL\b",), (b"F_SETFL",)),
    CoOccurrence(
        frozenset(["fork"]),
        frozenset(["pty"]),
        (rb"pty\b",),
        (b"pty.", b"pty import", b"import pty"),
        (b"fork",),
        anywhere=True,
    ),
)

#: What matters where every child of the program must not have its standard input: who starts one.
SERVED = CoOccurrence(_SHARING, _SHARING, needs=_STARTERS, anywhere=True, known=True)

#: `open` is everywhere; os.open needs flags, or the module imported under the name in question.
OS_MODULES = ("os", "posix", "nt")
_HOMES: dict[str, set[str]] = {}
for _known in CALLS:
    _HOMES.setdefault(_known.rpartition(".")[2], set()).add(_known.rpartition(".")[0])
#: Names that are known as functions of `os` alone.
OF_OS = frozenset(name for name, homes in _HOMES.items() if homes <= set(OS_MODULES)) - METHODS
OPEN_FLAG_PREFIX = b"O_"

#: Eight positional arguments are the one way to write close_fds without its name; with names that are common the module
#: stands somewhere, too.
POSITIONAL = (b"Popen", b"check_call", b"check_output")
COMMON_POSITIONAL = ("run", "call")
