"""What makes two ends of one thing: a pipe, a terminal, a pair of sockets; and which of them reports an end of file."""

from typing import NamedTuple

from inheritlint.knowledge.workers import CONTEXTS


class Pair(NamedTuple):
    """`read` are the places in the pair of those ends that are read: one reports its end when no process has the other
    one open any more. `by_error` says that it does so by `OSError`."""

    read: tuple[int, ...]
    source: str
    by_error: bool = False


_PIPE = Pair((0,), "pipe(7): end of file when all write ends are closed")
_TERMINAL = Pair((0,), "pty(7): read(2) of the master fails with EIO when no slave is open", by_error=True)
_SOCKETS = Pair((0, 1), "socketpair(2); unix(7)")

PAIRS: dict[str, Pair] = {
    "os.pipe": _PIPE,
    "os.pipe2": _PIPE,
    "posix.pipe": _PIPE,
    "os.openpty": _TERMINAL,
    "posix.openpty": _TERMINAL,
    "pty.openpty": _TERMINAL,
    "socket.socketpair": _SOCKETS,
    "gevent.socket.socketpair": _SOCKETS,
    "eventlet.green.socket.socketpair": _SOCKETS,
    **{f"{module}.Pipe": Pair((0, 1), "Lib/multiprocessing/connection.py, Pipe: EOFError") for module in CONTEXTS},
}
#: Of a `multiprocessing.Pipe(duplex=False)` the first end reads.
ONE_WAY = (0,)
#: The names under which a file can make such a pair.
PAIR_NAMES = frozenset(name.rpartition(".")[2] for name in PAIRS)

#: Methods that leave both ends as they are, and as they block.
HARMLESS_TO_ENDS = frozenset(
    "fileno write writelines flush send sendall send_bytes sendmsg recv recv_bytes recv_into read read1 readline "
    "readlines readall readinto set_inheritable get_inheritable getsockname getpeername isatty __enter__ start".split()
)
#: What sets a time after which reads are given up (asyncio/timeouts.py; anyio, trio).
TIMING = frozenset("timeout timeout_at move_on_after move_on_at fail_after fail_at".split())
#: Functions to which an end can be given so.
HARMLESS_FUNCTIONS = frozenset(
    "select.select os.isatty os.ttyname os.fstat os.get_terminal_size os.get_blocking tty.setraw tty.setcbreak "
    "termios.tcgetattr termios.tcsetattr termios.tcgetwinsize termios.tcsetwinsize".split()
)
#: What may fork.
FORKING_NAMES = frozenset(["fork", "Process"])
#: What is done with a socket at which a program listens.
LISTENING = frozenset(["listen", "accept", "create_server"])
