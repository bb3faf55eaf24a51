"""Functions that create Windows handles: `_winapi`, pywin32, and `kernel32` through `ctypes`.

Children get a handle that was created inheritable: where `SECURITY_ATTRIBUTES.bInheritHandle` says so (the parameter
`attributes` of a row), or an argument (`inheritable`). None as attributes is no (Win32 API, "Handle Inheritance").
"""

from inheritlint.knowledge.effects import CallSpec, Effect, Kind

#: How the library of handles is called where its functions are known.
KERNEL32 = "ctypes.windll.kernel32"
#: HANDLE_FLAG_INHERIT, the one bit of `SetHandleInformation` that concerns children (handleapi.h).
INHERIT = 1
#: DUPLICATE_CLOSE_SOURCE (handleapi.h).
CLOSE_SOURCE = 1

_DUPLICATE = "source_process source target_process access inheritable options"
_CREATE_FILE = "name access share attributes disposition flags template"
_NAMED_PIPE = "name open_mode pipe_mode instances out_size in_size timeout attributes"
_OPEN = "access inheritable name"

_WINAPI = "Modules/_winapi.c"
_PYWIN32 = "pywin32, documentation of the module"
_WIN32 = "Win32 API"

#: module → source, and function → (parameters, what it makes)
_ROWS: dict[str, tuple[str, dict[str, tuple[str, Kind | None]]]] = {
    "_winapi": (
        _WINAPI,
        {
            "CreatePipe": ("ignored size", Kind.HANDLES),  # its attributes are ignored
            "CreateFile": (_CREATE_FILE, Kind.HANDLE),
            "CreateNamedPipe": (_NAMED_PIPE, Kind.HANDLE),
            "CreateEventW": ("attributes manual_reset initial_state name", Kind.HANDLE),
            "CreateMutexW": ("attributes initial_owner name", Kind.HANDLE),
            "CreateFileMapping": ("file attributes protect high low name", Kind.HANDLE),
            "DuplicateHandle": (_DUPLICATE, Kind.HANDLE),
            "OpenProcess": ("access inheritable process", Kind.HANDLE),
            "OpenEventW": (_OPEN, Kind.HANDLE),
            "OpenMutexW": (_OPEN, Kind.HANDLE),
            "OpenFileMapping": (_OPEN, Kind.HANDLE),
        },
    ),
    "win32pipe": (
        _PYWIN32,
        {"CreatePipe": ("attributes size", Kind.HANDLES), "CreateNamedPipe": (_NAMED_PIPE, Kind.HANDLE)},
    ),
    "win32event": (
        _PYWIN32,
        {
            "CreateEvent": ("attributes manual_reset initial_state name", Kind.HANDLE),
            "CreateMutex": ("attributes initial_owner name", Kind.HANDLE),
            "CreateSemaphore": ("attributes initial maximum name", Kind.HANDLE),
            "CreateWaitableTimer": ("attributes manual_reset name", Kind.HANDLE),
            "OpenEvent": (_OPEN, Kind.HANDLE),
            "OpenMutex": (_OPEN, Kind.HANDLE),
            "OpenSemaphore": (_OPEN, Kind.HANDLE),
        },
    ),
    "win32file": (
        _PYWIN32,
        {"CreateFile": (_CREATE_FILE, Kind.HANDLE), "CreateFileW": (_CREATE_FILE, Kind.HANDLE)},
    ),
    "win32job": (_PYWIN32, {"CreateJobObject": ("attributes name", Kind.HANDLE)}),
    "win32api": (
        _PYWIN32,
        {"DuplicateHandle": (_DUPLICATE, Kind.HANDLE), "OpenProcess": ("access inheritable process", Kind.HANDLE)},
    ),
    KERNEL32: (
        _WIN32,
        {
            # What these two make they write where an argument points to.
            "CreatePipe": ("made made_too attributes size", None),
            "DuplicateHandle": ("source_process source target_process made access inheritable options", None),
            "OpenProcess": ("access inheritable process", Kind.HANDLE),
            "OpenThread": ("access inheritable thread", Kind.HANDLE),
            **{
                f"{name}{suffix}": (parameters, Kind.HANDLE)
                for suffix in "AW"
                for name, parameters in {
                    "CreateEvent": "attributes manual_reset initial_state name",
                    "CreateMutex": "attributes initial_owner name",
                    "CreateSemaphore": "attributes initial maximum name",
                    "CreateWaitableTimer": "attributes manual_reset name",
                    "CreateFile": _CREATE_FILE,
                    "CreateNamedPipe": _NAMED_PIPE,
                    "CreateFileMapping": "file attributes protect high low name",
                    "CreateJobObject": "attributes name",
                    "OpenEvent": _OPEN,
                    "OpenMutex": _OPEN,
                    "OpenFileMapping": _OPEN,
                }.items()
            },
        },
    ),
}
#: Parameters that point to a handle which the call makes.
MADE = ("made", "made_too")

HANDLES: dict[str, CallSpec] = {
    f"{module}.{function}": CallSpec(Effect.CREATE_HANDLE, tuple(parameters.split()), source, makes=makes)
    for module, (source, rows) in _ROWS.items()
    for function, (parameters, makes) in rows.items()
}
for _module, _source in (("win32api", _PYWIN32), (KERNEL32, _WIN32)):
    HANDLES[f"{_module}.SetHandleInformation"] = CallSpec(Effect.HANDLE_FLAG, ("handle", "mask", "flags"), _source)

#: Functions that give the handle which stands for this very process.
THIS_PROCESS = tuple(f"{module}.GetCurrentProcess" for module in ("_winapi", "win32api", "win32process", KERNEL32))
#: Functions that close a handle.
CLOSING = frozenset(f"{module}.CloseHandle" for module in ("_winapi", "win32api", "win32file", KERNEL32))
#: Functions that wait for what a handle stands for, or read and write there, and leave its inheritance alone
#: (Win32 API, functions of synchronization, files and pipes).
USING = frozenset(
    f"{module}.{function}"
    for module in ("_winapi", "win32event", "win32file", "win32pipe", "win32api", KERNEL32)
    for function in (
        "WaitForSingleObject WaitForSingleObjectEx WaitForMultipleObjects WaitForMultipleObjectsEx SetEvent ResetEvent "
        "PulseEvent ReleaseMutex ReleaseSemaphore ReadFile ReadFileEx WriteFile WriteFileEx FlushFileBuffers "
        "GetFileSize GetFileType SetFilePointer PeekNamedPipe ConnectNamedPipe DisconnectNamedPipe "
        "SetNamedPipeHandleState GetNamedPipeInfo TransactNamedPipe GetOverlappedResult"
    ).split()
)
#: Classes of pywin32 whose instances say that a handle is inherited, until they are told otherwise
#: (win32/src/PySECURITY_ATTRIBUTES.cpp: `m_sa.bInheritHandle = TRUE`).
ATTRIBUTES = ("win32security.SECURITY_ATTRIBUTES", "pywintypes.SECURITY_ATTRIBUTES")
