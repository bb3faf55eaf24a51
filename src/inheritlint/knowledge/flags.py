"""The flags that decide inheritance, and the constants that are combined with them.

Values are Linux's (asm-generic/fcntl.h, memfd.h, eventfd.h, socket.h), so that numbers written in a program
can be read. A flag that Linux lacks gets a bit of its own above them: only "holds it" or "lacks it" is asked.
"""

from collections.abc import Iterator

_OPEN = {
    "O_RDONLY": 0,
    "O_WRONLY": 0o1,
    "O_RDWR": 0o2,
    "O_ACCMODE": 0o3,
    "O_CREAT": 0o100,
    "O_EXCL": 0o200,
    "O_NOCTTY": 0o400,
    "O_TRUNC": 0o1000,
    "O_APPEND": 0o2000,
    "O_NONBLOCK": 0o4000,
    "O_NDELAY": 0o4000,
    "O_DSYNC": 0o10000,
    "O_ASYNC": 0o20000,
    "O_DIRECT": 0o40000,
    "O_LARGEFILE": 0,  # 0 in every 64-bit CPython
    "O_DIRECTORY": 0o200000,
    "O_NOFOLLOW": 0o400000,
    "O_NOATIME": 0o1000000,
    "O_CLOEXEC": 0o2000000,
    "O_SYNC": 0o4010000,
    "O_RSYNC": 0o4010000,
    "O_PATH": 0o10000000,
    "O_TMPFILE": 0o20200000,
}
_ELSEWHERE = (
    "O_NOINHERIT O_BINARY O_TEXT O_TEMPORARY O_SHORT_LIVED O_RANDOM O_SEQUENTIAL O_EXLOCK O_SHLOCK O_EVTONLY O_FSYNC "
    "O_SYMLINK O_NOFOLLOW_ANY O_EXEC O_SEARCH"
).split()
_OTHER = {
    "MFD_CLOEXEC": 1,
    "MFD_ALLOW_SEALING": 2,
    "MFD_HUGETLB": 4,
    "EFD_CLOEXEC": 0o2000000,
    "EFD_NONBLOCK": 0o4000,
    "EFD_SEMAPHORE": 1,
    "TFD_CLOEXEC": 0o2000000,
    "TFD_NONBLOCK": 0o4000,
    "SFD_CLOEXEC": 0o2000000,
    "EPOLL_CLOEXEC": 0o2000000,
    "IN_CLOEXEC": 0o2000000,
    "FAN_CLOEXEC": 1,
}


def _constants() -> Iterator[tuple[str, int]]:
    first_free = 40
    for module in ("os", "posix", "nt"):
        for name, value in (_OPEN | _OTHER).items():
            yield f"{module}.{name}", value
        for position, name in enumerate(_ELSEWHERE):
            yield f"{module}.{name}", 1 << (first_free + position)
    yield "fcntl.FD_CLOEXEC", 1
    for bit, name in enumerate(("LOCK_SH", "LOCK_EX", "LOCK_NB", "LOCK_UN")):  # asm-generic/fcntl.h
        yield f"fcntl.{name}", 1 << bit
    yield "socket.MSG_CMSG_CLOEXEC", 0x40000000
    yield "pty.CHILD", 0
    for module in ("win32con", "_winapi", "win32api", "win32file"):  # handleapi.h
        yield f"{module}.HANDLE_FLAG_INHERIT", 1
        yield f"{module}.HANDLE_FLAG_PROTECT_FROM_CLOSE", 2
        yield f"{module}.DUPLICATE_CLOSE_SOURCE", 1
        yield f"{module}.DUPLICATE_SAME_ACCESS", 2
    for number, name in enumerate(("STDIN_FILENO", "STDOUT_FILENO", "STDERR_FILENO")):
        yield f"pty.{name}", number
    yield "socket.SOCK_CLOEXEC", 0o2000000
    yield "socket.SOCK_NONBLOCK", 0o4000
    yield "socket.SOCK_STREAM", 1
    yield "socket.SOCK_DGRAM", 2
    yield "socket.SOCK_RAW", 3
    yield "socket.SOCK_SEQPACKET", 5


#: Qualified name → value.
CONSTANTS: dict[str, int] = dict(_constants())

#: Either bit keeps what `os.open` makes from children (PEP 446).
CLOSE_ON_EXEC = CONSTANTS["os.O_CLOEXEC"] | CONSTANTS["os.O_NOINHERIT"]

#: What F_SETFD takes: every other bit is lost (fcntl(2)).
FD_CLOEXEC = CONSTANTS["fcntl.FD_CLOEXEC"]

#: What flock(2) and lockf(3) do with it: take a lock, or give it back.
LOCKING, UNLOCKING = CONSTANTS["fcntl.LOCK_SH"] | CONSTANTS["fcntl.LOCK_EX"], CONSTANTS["fcntl.LOCK_UN"]

#: What a name of an open flag that is not listed may be: any bit but those two.
OTHER_OPEN_FLAG = ~CLOSE_ON_EXEC


def is_flag_name(name: str) -> bool:
    """Whether `name` is spelt like a flag of open(2)."""
    return name.startswith("O_") and name.isupper()
