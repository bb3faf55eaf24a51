"""The words in which calls are described: what one does, what it makes, how its parameters are named."""

from enum import Enum, auto
from typing import NamedTuple


class Effect(Enum):
    """What a call does, as far as inheritance is concerned."""

    OPEN = auto()  # a descriptor whose flags decide whether children get it
    CREATE = auto()  # a descriptor, file, socket or handle that children do not get
    SET_INHERITABLE = auto()  # sets or clears inheritance of its first argument or its object
    HANDLE_FLAG = auto()  # about a Windows handle
    CREATE_HANDLE = auto()  # creates a Windows handle that children get if an argument says so
    SUBPROCESS = auto()  # a child, behind `close_fds`
    SPAWN = auto()  # a child that gets every inheritable descriptor
    EXEC = auto()  # this process by another program: nothing after it runs
    EXIT = auto()  # this process
    CLOSE = auto()  # its first argument or its object
    CREATE_WITH_FLAGS = auto()  # creates a descriptor that children get unless a flag says no
    LIBC_CREATE = auto()  # the same by a function of the C library, with no CPython in between
    DUP2 = auto()  # onto a number of the caller's choice, inheritable unless told otherwise
    RECEIVE_FDS = auto()  # descriptors over a socket, inheritable unless told otherwise
    FORKPTY = auto()  # a child on a new terminal, whose master is inheritable
    FCNTL = auto()  # fcntl(2): what it does depends on its second argument
    CLOSERANGE = auto()  # closes all numbers from its first argument to its second
    SEND_MESSAGE = auto()  # a message to another process
    USE_FD_NUMBER = auto()  # takes a number for a descriptor of this process
    START_WORKER = auto()  # hands arguments to a worker process
    LOCK = auto()  # a file, for this process, until it is closed
    SERVE = auto()  # reads requests from standard input, one after the other
    DECODE = auto()  # makes a message of a text
    ASK = auto()  # a person at a terminal
    ASK_INHERITABLE = auto()  # whether its first argument is inheritable


#: What rules listen to: every call that does one of these is observed.
OBSERVED_EFFECTS = frozenset(Effect) - {Effect.CREATE, Effect.EXIT, Effect.CLOSE}
#: Effects whose calls are told from others by the module in front of their name.
EFFECTS_NEEDING_MODULE = frozenset(
    [
        *(Effect.OPEN, Effect.SET_INHERITABLE, Effect.HANDLE_FLAG, Effect.CREATE_HANDLE, Effect.SUBPROCESS),
        *(Effect.CREATE_WITH_FLAGS, Effect.DUP2, Effect.RECEIVE_FDS, Effect.CLOSERANGE),
    ]
)
#: What a function may do in its caller's name.
_TO_DESCRIPTORS = frozenset([Effect.FCNTL, Effect.DUP2, Effect.SET_INHERITABLE, Effect.HANDLE_FLAG, Effect.LOCK])
RELAYED = _TO_DESCRIPTORS | {
    Effect.SEND_MESSAGE,
    Effect.START_WORKER,
    Effect.SUBPROCESS,
    Effect.SPAWN,
    Effect.EXEC,
    Effect.DECODE,
    Effect.SERVE,
}


class Kind(Enum):
    """What a value that stands for something open, or for a number, is."""

    DESCRIPTOR = "descriptor"
    HANDLE = "handle"
    HANDLES = "pair of handles"
    FILE = "file"
    SOCKET = "socket"
    SOCKET_NUMBER = "number of a socket"
    CONNECTION_NUMBER = "number of a connection"
    PAIR = "pair of descriptors"
    SOCKETS = "pair of sockets"
    CREATED_FILE = "descriptor and path"
    CONNECTION = "connection to another process"
    CONNECTIONS = "pair of connections"
    QUEUE = "queue to another process"
    LOOP = "event loop"
    PATH = "path"
    WORKERS = "pool of worker processes"
    MESSAGE = "message of another process"
    MENTIONED = "number out of a message"
    RECEIVED = "message with ancillary data"
    ANCILLARY = "ancillary data of a message"
    ENVIRONMENT = "text of the environment"
    ADOPTED = "number that the parent named"
    INPUT = "standard input of this program"
    REQUEST = "piece of standard input"
    SERVER = "server that may read standard input"
    DAEMON = "context of a daemon"
    HANDLER = "handler of messages, with a file"
    LOGGER = "logger"
    DATABASE = "connection to a database"
    LISTENER = "server with a socket of its own"
    LAYOUT = "layout of binary data"
    CHILD = "child process"
    ASYNC_CHILD = "child process of asyncio"
    COMPLETED = "child process that has ended"
    OUTPUTS = "what a child process wrote"
    CHANNEL = "file to another process"
    STREAM = "stream to another process"
    STREAMS = "pair of streams"
    OBJECT = "object out of a message"
    MANAGER = "manager of shared objects"


#: The parameter of a program that is given its arguments one by one: what those before and behind it leave is `args`.
LISTED = "*args"


class CallSpec(NamedTuple):
    """One known call. `parameters` are positional in order; `keywords` can be given by name only."""

    effect: Effect
    parameters: tuple[str, ...]
    source: str
    keywords: tuple[str, ...] = ()
    makes: Kind | None = None
    trigger: str = ""  # what stands in every file that calls it, where its own name is too common
    flag: str = ""  # the flag that keeps what it creates from children
    closes: str = "close_fds"  # how the parameter is called here that closes all descriptors in a child
    allows: str = "pass_fds"  # how the one is called that names what the child gets anyway
    bare: bool = False  # the environment of the child is empty where none is given
    needs_mark: bool = False  # what that one names has to be inheritable as well

    def taking(self, count: int) -> tuple[str, ...]:
        """The parameter that takes each of `count` positional arguments; those past the last one are left out."""
        if LISTED not in self.parameters:
            return self.parameters[:count]
        place = self.parameters.index(LISTED)
        before, after = self.parameters[:place], self.parameters[place + 1 :]
        return (*before, *["args"] * (count - len(before) - len(after)), *after)[:count]


#: What starts another program, in a child process or in the place of this one.
STARTING = (Effect.SUBPROCESS, Effect.SPAWN, Effect.EXEC)
#: What `fileno()` gives of each: of a socket, and of a connection, that is a handle on Windows.
NUMBERS = {
    Kind.FILE: Kind.DESCRIPTOR,
    Kind.INPUT: Kind.DESCRIPTOR,
    Kind.CHANNEL: Kind.DESCRIPTOR,
    Kind.SOCKET: Kind.SOCKET_NUMBER,
    Kind.LISTENER: Kind.SOCKET_NUMBER,
    Kind.CONNECTION: Kind.CONNECTION_NUMBER,
}
