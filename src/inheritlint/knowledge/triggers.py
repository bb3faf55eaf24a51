"""What a file must hold before any rule can fire, derived from the tables of calls.

Three readers use it: the sieve over bytes, the choice of statements over `ast`, the outline over LibCST's tree.
"""

import re
from dataclasses import dataclass

from inheritlint.knowledge.calls import CALLS, LOOP_METHODS, RECEIVING_METHODS
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.libc import LIBC
from inheritlint.knowledge.platforms import WINDOWS_FLAGS
from inheritlint.knowledge.workers import SENDING_METHODS, WORKING_METHODS

#: Deeds whose names are rare enough to concern us wherever they stand.
_RARE_DEEDS = (Deed.MARKS, Deed.HANDLE, Deed.FLAGGED, Deed.DUPLICATES, Deed.RECEIVES, Deed.RANGES)


def _names(*deeds: Deed) -> frozenset[str]:
    return frozenset(call.trigger or name.rpartition(".")[2] for name, call in CALLS.items() if call.deed in deeds)


#: Names that concern us wherever they stand.
RARE = (
    _names(*_RARE_DEEDS)
    | {"close_fds", "pass_fds", "preexec_fn", "posix_spawn", "posix_spawnp", "forkpty"}
    | {"F_SETFD", "FD_CLOEXEC", *WINDOWS_FLAGS}
    | {"SD_LISTEN_FDS_START", *LOOP_METHODS, *RECEIVING_METHODS}
)

#: What starts a child that gets every inheritable descriptor.
SPAWNING = _names(Deed.SPAWNS)

#: What a function may do in its caller's name.
WRAPPED = frozenset(["set_inheritable", "set_handle_inheritable", "F_SETFD", "close_fds"])


@dataclass(frozen=True, slots=True)
class Together:
    """Names of which none says anything alone: one of `names` must stand in the same function as one of `others`
    (with `anywhere`, in the same file). With `known` both are calls that are known, or methods.

    `sign` finds every text that holds one of `others`, or something rarer that such a text must hold; one of `hints`
    stands in each such text, and is quicker to look for.
    """

    names: frozenset[str]
    others: frozenset[str]
    sign: re.Pattern[bytes]
    hints: tuple[bytes, ...]
    anywhere: bool = False
    known: bool = False

    def has_sign(self, data: bytes) -> bool:
        """Whether `data` holds the sign."""
        return any(hint in data for hint in self.hints) and self.sign.search(data) is not None


#: What makes a descriptor whose number can be written down.
CREATORS = frozenset("pipe pipe2 openpty fileno mkstemp memfd_create eventfd dup socketpair".split())
_CREATING_HINTS = (b"fileno", b"pipe", b"openpty", b"mkstemp", b"socketpair", b"dup")
_CREATING = re.compile(rb"\b(?:pipe2?|openpty|fileno|mkstemp|memfd_create|eventfd|dup|socketpair)\s*\(")
_STARTED = _names(Deed.STARTS, Deed.REPLACES, Deed.SPAWNS) - {"__init__", "system"}

#: A number that came from elsewhere, and what takes it for a descriptor.
ADOPTED = Together(
    frozenset("fdopen dup dup2 fromfd socket open".split()),
    frozenset("recv recv_bytes LISTEN_FDS environ getenv get_nowait add_argument add_option option".split()),
    re.compile(rb"\brecv(?:_bytes)?\(|LISTEN_FDS|_FDS?['\"]|--[\w-]*fd['\"]"),
    (b"recv", b"LISTEN_FDS", b"_FD", b"fd'", b'fd"'),
)
#: Names of methods among those of `TOGETHER`.
METHODS = frozenset(["fileno", "dup", "detach", "Process", "Pool", *LOOP_METHODS, *WORKING_METHODS, *SENDING_METHODS])

_HANDED_ON = _names(Deed.WORKS, Deed.SENDS).union(WORKING_METHODS, SENDING_METHODS)
_TERMINAL_HINTS = (b"pty.", b"pty import", b"import pty")
TOGETHER = (
    Together(_STARTED, CREATORS, _CREATING, _CREATING_HINTS, known=True),
    Together(_HANDED_ON, CREATORS, _CREATING, _CREATING_HINTS, known=True),
    ADOPTED,
    Together(
        frozenset(name.rpartition(".")[2] for name in LIBC),
        frozenset("CDLL PyDLL LoadLibrary dlopen".split()),
        re.compile(rb"\b(?:CDLL|PyDLL|LoadLibrary|dlopen)\b"),
        (b"CDLL", b"PyDLL", b"LoadLibrary", b"dlopen"),
        anywhere=True,
    ),
    Together(frozenset(["F_SETFL"]), frozenset(["O_CLOEXEC"]), re.compile(rb"\bF_SETFL\b"), (b"F_SETFL",)),
    Together(
        frozenset(["fork"]),
        frozenset(["pty"]),
        re.compile(rb"\bpty\b"),
        (b"pty.", b"pty import", b"import pty"),
        anywhere=True,
    ),
)


def signed(data: bytes) -> tuple[Together, ...]:
    """Those of `TOGETHER` of which a file with the content `data` has the sign."""
    return tuple(pair for pair in TOGETHER if pair.has_sign(data))


#: `open` is everywhere; os.open needs flags, or the module imported under the name in question.
OPENING = ("os", "posix", "nt")
FLAG = b"O_"

#: Eight positional arguments are the one way to write close_fds without its name.
POSITIONAL = re.compile(rb"\bPopen\b|\bcheck_(?:call|output)\b")

#: A standard stream is closed by its number.
STREAM_CLOSED = (
    re.compile(rb"close\s*\(\s*(?:[012]\s*\)|sys\s*\.\s*std)"),
    re.compile(rb"std(?:in|out|err)\s*\.\s*close\s*\("),
)
