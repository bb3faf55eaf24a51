"""Functions of the C library that create descriptors, reached through `ctypes` or `cffi`.

CPython does not stand in between, so C's rules hold: children get the descriptor unless a flag says no. Source of each
row: the manual page of the function, section 2 (3 for fopen).
"""

from inheritlint.knowledge.effects import CallSpec, Effect, Kind

#: How the C library is named where a library is loaded by its name.
NAMES = ("libc.", "libSystem")

#: Types of `ctypes` that are made of an integer, and stand for it.
INTEGERS = frozenset(
    f"ctypes.c_{name}"
    for name in "byte ubyte short ushort int uint long ulong longlong ulonglong size_t ssize_t".split()
)
#: function → (parameters, the flag that keeps the result from children, what it makes)
_ROWS: dict[str, tuple[str, str, Kind | None]] = {
    "open": ("path flags mode", "os.O_CLOEXEC", Kind.DESCRIPTOR),
    "open64": ("path flags mode", "os.O_CLOEXEC", Kind.DESCRIPTOR),
    "openat": ("dirfd path flags mode", "os.O_CLOEXEC", Kind.DESCRIPTOR),
    "creat": ("path mode", "", Kind.DESCRIPTOR),
    "fopen": ("path mode", "e", None),
    "dup": ("fd", "", Kind.DESCRIPTOR),
    "dup3": ("fd fd2 flags", "os.O_CLOEXEC", Kind.DESCRIPTOR),
    "pipe": ("pipefd", "", None),
    "pipe2": ("pipefd flags", "os.O_CLOEXEC", None),
    "socket": ("domain flags protocol", "socket.SOCK_CLOEXEC", Kind.DESCRIPTOR),
    "socketpair": ("domain flags protocol sv", "socket.SOCK_CLOEXEC", None),
    "accept": ("sockfd address length", "", Kind.DESCRIPTOR),
    "accept4": ("sockfd address length flags", "socket.SOCK_CLOEXEC", Kind.DESCRIPTOR),
    "memfd_create": ("name flags", "os.MFD_CLOEXEC", Kind.DESCRIPTOR),
    "eventfd": ("initval flags", "os.EFD_CLOEXEC", Kind.DESCRIPTOR),
    "timerfd_create": ("clockid flags", "os.TFD_CLOEXEC", Kind.DESCRIPTOR),
    "signalfd": ("fd mask flags", "os.SFD_CLOEXEC", Kind.DESCRIPTOR),
    "epoll_create": ("size", "", Kind.DESCRIPTOR),
    "epoll_create1": ("flags", "os.EPOLL_CLOEXEC", Kind.DESCRIPTOR),
    "inotify_init": ("", "", Kind.DESCRIPTOR),
    "inotify_init1": ("flags", "os.IN_CLOEXEC", Kind.DESCRIPTOR),
    "fanotify_init": ("flags event_f_flags", "os.FAN_CLOEXEC", Kind.DESCRIPTOR),
    "posix_openpt": ("flags", "os.O_CLOEXEC", Kind.DESCRIPTOR),
}

#: What to use, with close-on-exec, for a function that has no flags.
ALTERNATIVES = {
    "creat": "`open` with `O_CLOEXEC`",
    "dup": "`os.dup`, or `fcntl` with `F_DUPFD_CLOEXEC`",
    "pipe": "`os.pipe`, or `pipe2` with `O_CLOEXEC`",
    "accept": "`accept4` with `SOCK_CLOEXEC`",
    "epoll_create": "`select.epoll`, or `epoll_create1` with `EPOLL_CLOEXEC`",
    "inotify_init": "`inotify_init1` with `IN_CLOEXEC` (`os.O_CLOEXEC`)",
    "fopen": 'the mode letter `e` (`"re"`)',
}

LIBC = {
    f"libc.{name}": CallSpec(
        Effect.LIBC_CREATE,
        tuple(parameters.split()),
        f"{name}({3 if name == 'fopen' else 2})",
        makes=makes,
        trigger="",
        flag=flag,
    )
    for name, (parameters, flag, makes) in _ROWS.items()
}
