"""Platforms, the ways in which programs ask for them, and what only some of them have.

Sources: the library reference of `sys.platform`, `os.name` and `platform.system`, PEP 11, and the
"Availability" notes of the modules and functions named here.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Platform(NamedTuple):
    """One platform as a program sees it."""

    key: str  # sys.platform
    os_name: str  # os.name
    system: str  # platform.system()


PLATFORMS = (
    Platform("linux", "posix", "Linux"),
    Platform("darwin", "posix", "Darwin"),
    Platform("freebsd14", "posix", "FreeBSD"),
    Platform("openbsd7", "posix", "OpenBSD"),
    Platform("netbsd10", "posix", "NetBSD"),
    Platform("sunos5", "posix", "SunOS"),
    Platform("aix", "posix", "AIX"),
    Platform("cygwin", "posix", "CYGWIN_NT-10.0"),
    Platform("android", "posix", "Android"),
    Platform("ios", "posix", "iOS"),
    Platform("emscripten", "posix", "Emscripten"),
    Platform("wasi", "posix", "wasi"),
    Platform("win32", "nt", "Windows"),
)

#: The platforms by the name that a project gives them: `sys.platform` without the version some systems add.
NAMES = {p.key if p.os_name == "nt" else p.key.rstrip("0123456789"): index for index, p in enumerate(PLATFORMS)}
#: Where code runs unless its project says otherwise.
USUAL = ("linux", "darwin", "win32")

EVERYWHERE = frozenset(range(len(PLATFORMS)))
WINDOWS = frozenset(index for index, platform in enumerate(PLATFORMS) if platform.os_name == "nt")
POSIX = EVERYWHERE - WINDOWS
LINUX = frozenset({0})

_POSIX = "linux darwin freebsd openbsd netbsd sunos aix"
#: What follows `Operating System :: ` in a classifier, and the platforms that it names. The longest beginning counts;
#: what is not listed (BeOS, OS/2, …) names none that CPython supports. Source: the list of trove classifiers.
CLASSIFIED: dict[str, tuple[str, ...]] = {
    name: tuple(platforms.split())
    for name, platforms in {
        "OS Independent": " ".join(USUAL),
        "Microsoft": "win32",
        "MacOS": "darwin",
        "Unix": _POSIX,
        "POSIX": _POSIX,
        "POSIX :: Linux": "linux",
        "POSIX :: BSD": "freebsd openbsd netbsd",
        "POSIX :: BSD :: BSD/OS": "",
        "POSIX :: BSD :: FreeBSD": "freebsd",
        "POSIX :: BSD :: NetBSD": "netbsd",
        "POSIX :: BSD :: OpenBSD": "openbsd",
        "POSIX :: SunOS/Solaris": "sunos",
        "POSIX :: AIX": "aix",
        "POSIX :: GNU Hurd": "",
        "POSIX :: HP-UX": "",
        "POSIX :: IRIX": "",
        "POSIX :: Other": "",
        "POSIX :: SCO": "",
        "Android": "android",
        "iOS": "ios",
    }.items()
}


def classified(classifiers: Iterable[str]) -> tuple[str, ...]:
    """The platforms that `classifiers` of a project name, in the order of `PLATFORMS`."""
    named: set[str] = set()
    for classifier in classifiers:
        family, _, rest = classifier.partition(" :: ")
        while family == "Operating System" and rest:
            if rest in CLASSIFIED:
                named.update(CLASSIFIED[rest])
                break
            rest = rest.rpartition(" :: ")[0]
    return tuple(name for name in NAMES if name in named)


#: What a program reads to learn where it runs, per platform in the order of `PLATFORMS`.
PLATFORM_ATTRIBUTES: dict[str, tuple[object, ...]] = {
    "sys.platform": tuple(p.key for p in PLATFORMS),
    "os.name": tuple(p.os_name for p in PLATFORMS),
    "os.sep": tuple("\\" if p.os_name == "nt" else "/" for p in PLATFORMS),
    "os.path.sep": tuple("\\" if p.os_name == "nt" else "/" for p in PLATFORMS),
    "os.linesep": tuple("\r\n" if p.os_name == "nt" else "\n" for p in PLATFORMS),
    "os.altsep": tuple("/" if p.os_name == "nt" else None for p in PLATFORMS),
    "os.pathsep": tuple(";" if p.os_name == "nt" else ":" for p in PLATFORMS),
    "os.path.__name__": tuple("ntpath" if p.os_name == "nt" else "posixpath" for p in PLATFORMS),
}
#: The same through a call without arguments.
PLATFORM_CALLS: dict[str, tuple[object, ...]] = {
    "platform.system": tuple(p.system for p in PLATFORMS),
    "platform.platform": tuple(f"{p.system}-1" for p in PLATFORMS),
    "platform.uname": tuple(p.system for p in PLATFORMS),
}


#: What many projects, `six` before all, call the version of Python.
PYTHON_2 = frozenset("PY2 IS_PY2 is_py2 PYTHON2".split())
PYTHON_3 = frozenset("PY3 IS_PY3 is_py3 PYTHON3 PY33 PY34".split())


def platforms_with(reads: str, value: object) -> frozenset[int]:
    """The platforms on which `reads` (`sys.platform`, `platform.system`) is `value`."""
    values = (PLATFORM_ATTRIBUTES | PLATFORM_CALLS)[reads]
    return frozenset(index for index, here in enumerate(values) if here == value)


WINDOWS_MODULES = frozenset(
    "msvcrt _winapi winreg _winreg winsound nt win32api win32con win32file win32pipe win32process win32event "
    "win32security win32service win32job win32console win32gui win32com win32ui pywintypes winerror pythoncom wmi "
    "_overlapped _msi ntsecuritycon servicemanager win32serviceutil win32evtlog win32profile win32ts".split()
)
POSIX_MODULES = frozenset(
    "fcntl termios pwd grp resource pty tty posix syslog crypt spwd nis _posixsubprocess _posixshmem".split()
)
#: Those of them that CPython 3.13 removed: that they are missing says nothing of the platform (PEP 594).
REMOVED_MODULES = frozenset("crypt spwd nis _msi".split())

_WINDOWS_ONLY = {
    "os": "set_handle_inheritable get_handle_inheritable startfile add_dll_directory O_BINARY O_NOINHERIT "
    "O_SHORT_LIVED O_TEMPORARY O_RANDOM O_SEQUENTIAL O_TEXT P_DETACH P_OVERLAY listdrives",
    "sys": "getwindowsversion winver dllhandle",
    "subprocess": "STARTUPINFO CREATE_NEW_CONSOLE CREATE_NEW_PROCESS_GROUP STARTF_USESHOWWINDOW "
    "STARTF_USESTDHANDLES SW_HIDE DETACHED_PROCESS CREATE_NO_WINDOW CREATE_BREAKAWAY_FROM_JOB Handle list2handle",
    "ctypes": "windll oledll WinDLL OleDLL WinError FormatError GetLastError get_last_error WINFUNCTYPE",
    "asyncio": "ProactorEventLoop IocpProactor WindowsSelectorEventLoopPolicy WindowsProactorEventLoopPolicy",
    "signal": "CTRL_C_EVENT CTRL_BREAK_EVENT SIGBREAK",
    "socket": "ioctl SIO_RCVALL SIO_KEEPALIVE_VALS SO_EXCLUSIVEADDRUSE",
    "builtins": "WindowsError",
    "multiprocessing.connection": "PipeConnection",
}
#: Flags of open(2) that only Windows has.
WINDOWS_FLAGS = frozenset(name for name in _WINDOWS_ONLY["os"].split() if name.startswith("O_"))
#: Where a flag is defined that not all platforms have. Cygwin has two of those of Windows (newlib,
#: sys/_default_fcntl.h).
FLAG_PLATFORMS = {
    **dict.fromkeys(WINDOWS_FLAGS, WINDOWS),
    **dict.fromkeys(("O_BINARY", "O_TEXT"), WINDOWS | {NAMES["cygwin"]}),
    "O_CLOEXEC": POSIX,
}
#: Flags of inheritance or of Windows that are read from `os` without need for a guard by mistake.
GUARDED_FLAGS = WINDOWS_FLAGS | {"O_CLOEXEC"}
_POSIX_ONLY = {
    "os": "fork forkpty getuid geteuid getgid getegid setuid setgid setsid setpgid setpgrp getpgid getpgrp killpg "
    "chown fchown lchown openpty mkfifo mknod uname ttyname ctermid initgroups getgroups setgroups nice chroot "
    "posix_spawn posix_spawnp POSIX_SPAWN_OPEN POSIX_SPAWN_CLOSE POSIX_SPAWN_DUP2 spawnvp spawnlp spawnvpe spawnlpe "
    "register_at_fork wait wait3 wait4 waitid WIFEXITED WNOHANG fchdir sync getloadavg sysconf pathconf "
    "fpathconf confstr tcgetpgrp tcsetpgrp login_tty grantpt unlockpt ptsname posix_openpt readv writev pread pwrite "
    "lockf O_CLOEXEC O_NOCTTY O_NONBLOCK O_NDELAY O_SYNC O_DSYNC O_NOFOLLOW O_DIRECTORY O_ASYNC",
    "signal": "SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGCHLD SIGPIPE SIGALRM SIGQUIT SIGSTOP SIGTSTP SIGCONT SIGTTIN "
    "SIGTTOU SIGWINCH setitimer alarm pthread_sigmask pthread_kill pause sigwait siginterrupt",
    "socket": "AF_UNIX recvmsg sendmsg recv_fds send_fds SCM_RIGHTS CMSG_SPACE CMSG_LEN SO_REUSEPORT",
    "select": "poll",
    "time": "tzset",
}
_LINUX_ONLY = {
    "os": "O_PATH O_TMPFILE O_DIRECT O_NOATIME O_LARGEFILE memfd_create MFD_CLOEXEC MFD_ALLOW_SEALING eventfd "
    "EFD_CLOEXEC EFD_NONBLOCK timerfd_create TFD_CLOEXEC TFD_NONBLOCK pidfd_open sched_setaffinity splice setns "
    "unshare getrandom",
    "select": "epoll",
    "fcntl": "F_ADD_SEALS F_GET_SEALS F_SEAL_GROW F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_WRITE F_GETPIPE_SZ F_SETPIPE_SZ "
    "F_GETSIG F_SETSIG F_NOTIFY FICLONE FICLONERANGE",
    "resource": "prlimit RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING",
}
#: "Availability: Unix, not macOS."
_NOT_OF_APPLE = {"os": "fdatasync pipe2"}
_BSD_ONLY = {
    "os": "O_EXLOCK O_SHLOCK lchflags",
    "select": "kqueue kevent",
}
_BSDS = frozenset(range(1, 5))
_LINUX_AND_NEWER_BSDS = {"socket": "MSG_CMSG_CLOEXEC"}

#: (module, attribute) → the platforms whose CPython has it. What is not listed is there everywhere, or unknown.
AVAILABILITY: dict[tuple[str, str], frozenset[int]] = {
    (module, name): platforms
    for table, platforms in (
        (_WINDOWS_ONLY, WINDOWS),
        (_POSIX_ONLY, POSIX),
        (_LINUX_ONLY, LINUX | {8}),
        (_NOT_OF_APPLE, POSIX - {NAMES["darwin"], NAMES["ios"]}),
        (_BSD_ONLY, _BSDS),
        (_LINUX_AND_NEWER_BSDS, LINUX | {2, 3, 4, 8}),
    )
    for module, names in table.items()
    for name in names.split()
}
#: What not every Python from 3.11 on has where it is listed ("Added in version", "now available on macOS"): that it is
#: missing says nothing of the platform.
RECENT = frozenset(
    ("os", name)
    for name in "listdrives setns unshare grantpt unlockpt ptsname posix_openpt timerfd_create TFD_CLOEXEC "
    "TFD_NONBLOCK waitid".split()
)
#: What every POSIX has of a module that only POSIX has: of other names it is not known which system lacks them.
_OF_EVERY_POSIX = {
    "fcntl": "fcntl flock lockf ioctl FD_CLOEXEC F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK "
    "F_SETLK F_SETLKW F_GETOWN F_SETOWN F_RDLCK F_WRLCK F_UNLCK LOCK_EX LOCK_NB LOCK_SH LOCK_UN FASYNC",
    "termios": "error tcgetattr tcsetattr tcsendbreak tcdrain tcflush tcflow TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH "
    "TCOFLUSH TCIOFLUSH TIOCGWINSZ TIOCSWINSZ TIOCSCTTY TIOCNOTTY TIOCSTI FIONREAD ECHO ECHOE ECHOK ECHONL ICANON "
    "IEXTEN ISIG BRKINT ICRNL INLCR IGNCR INPCK ISTRIP IXON IXOFF OPOST ONLCR CSIZE CS8 PARENB VMIN VTIME VEOF VINTR",
    "pwd": "getpwall getpwnam getpwuid struct_passwd",
    "grp": "getgrall getgrnam getgrgid struct_group",
    "resource": "error getrlimit setrlimit getrusage getpagesize RLIM_INFINITY RLIMIT_AS RLIMIT_CORE RLIMIT_CPU "
    "RLIMIT_DATA RLIMIT_FSIZE RLIMIT_NOFILE RLIMIT_NPROC RLIMIT_STACK RUSAGE_CHILDREN RUSAGE_SELF",
    "pty": "STDIN_FILENO STDOUT_FILENO STDERR_FILENO CHILD fork openpty spawn",
    "tty": "setcbreak setraw",
    "syslog": "syslog openlog closelog setlogmask LOG_PID LOG_DAEMON LOG_USER LOG_ERR LOG_WARNING LOG_NOTICE LOG_INFO "
    "LOG_DEBUG",
}
OF_EVERY_POSIX = frozenset(f"{module}.{name}" for module, names in _OF_EVERY_POSIX.items() for name in names.split())

#: Constants that stand for "this is Windows" wherever real projects keep one. Compared without case and
#: leading underscores.
WINDOWS_CONSTANTS = frozenset(
    "windows is_windows iswindows iswin is_win win on_windows onwindows running_on_windows is_win32 iswin32 win32 "
    "mswindows ms_windows is_win64 os_windows is_os_windows is_nt nt platform_windows is_platform_windows "
    "is_ms_windows has_windows windows_only pywin win_platform is_windows_os is_win_platform".split()
)
POSIX_CONSTANTS = frozenset(
    "posix is_posix isposix is_unix isunix unix is_linux islinux linux is_macos ismacos macos is_osx osx is_mac "
    "is_darwin darwin on_posix on_linux not_windows non_windows is_not_windows".split()
)


#: Per property: values that no platform has, though programs compare with them. "linux2" (Python 2), "java",
#: "os2" and the like were true once and are left alone.
MISSPELLINGS: dict[str, dict[str, str]] = {
    "sys.platform": {
        "windows": "win32",
        "Windows": "win32",
        "WINDOWS": "win32",
        "win64": "win32",
        "Win32": "win32",
        "Win64": "win32",
        "win": "win32",
        "Win": "win32",
        "nt": "win32",
        "osx": "darwin",
        "OSX": "darwin",
        "macos": "darwin",
        "MacOS": "darwin",
        "macosx": "darwin",
        "Darwin": "darwin",
        "Linux": "linux",
        "posix": "linux",
    },
    "os.name": {
        "win32": "nt",
        "win64": "nt",
        "windows": "nt",
        "Windows": "nt",
        "win": "nt",
        "NT": "nt",
        "Nt": "nt",
        "linux": "posix",
        "Linux": "posix",
        "darwin": "posix",
        "osx": "posix",
        "unix": "posix",
        "Posix": "posix",
        "POSIX": "posix",
    },
    "platform.system": {
        "windows": "Windows",
        "win32": "Windows",
        "win64": "Windows",
        "win": "Windows",
        "Win32": "Windows",
        "Win": "Windows",
        "nt": "Windows",
        "WINDOWS": "Windows",
        "linux": "Linux",
        "LINUX": "Linux",
        "darwin": "Darwin",
        "Mac": "Darwin",
        "mac": "Darwin",
        "MacOS": "Darwin",
        "macOS": "Darwin",
        "macos": "Darwin",
        "osx": "Darwin",
        "OSX": "Darwin",
    },
}
