"""Packages that start children by themselves, or hand their keywords on to `subprocess.Popen`."""

from inheritlint.knowledge.effects import CallSpec, Effect

#: What `subprocess.Popen` takes, in order (Lib/subprocess.py).
POPEN = tuple(
    "args bufsize executable stdin stdout stderr preexec_fn close_fds shell cwd env universal_newlines startupinfo "
    "creationflags restore_signals start_new_session pass_fds".split()
)
_SH = CallSpec(
    Effect.SUBPROCESS,
    (),
    "sh/__init__.py, OProc: closes all but `_pass_fds`, which stay as inheritable as they are",
    closes="_close_fds",
    allows="_pass_fds",
    needs_mark=True,
)
_PLUMBUM = CallSpec(
    Effect.SUBPROCESS,
    (),
    "plumbum/machines/local.py, _popen: keywords go to subprocess.Popen",
    ("close_fds", "pass_fds", "env", "stdin", "stdout", "stderr", "preexec_fn", "startupinfo"),
)
_REACTOR = CallSpec(
    Effect.SUBPROCESS,
    ("protocol", "executable", "args", "env", "path", "uid", "gid", "usePTY", "childFDs"),
    "twisted/internet/process.py: closes all but `childFDs`",
    closes="",
    allows="childFDs",
    bare=True,
)
#: Methods of a reactor, whatever that is called.
REACTOR_METHODS = {"spawnProcess": _REACTOR}

STARTERS: dict[str, CallSpec] = {
    "tornado.process.Subprocess": CallSpec(
        Effect.SUBPROCESS, POPEN, "tornado/process.py: arguments go to subprocess.Popen"
    ),
    "twisted.internet.reactor.spawnProcess": _REACTOR,
    "pty.spawn": CallSpec(Effect.SPAWN, ("argv", "master_read", "stdin_read"), "Lib/pty.py, spawn: os.execlp"),
}
for _function in "Popen run check_output".split():
    STARTERS[f"curio.subprocess.{_function}"] = CallSpec(
        Effect.SUBPROCESS, POPEN, "curio/subprocess.py: arguments go to subprocess.Popen"
    )

#: What `sh` has that is no command.
_NO_COMMANDS = frozenset("glob pushd contrib cd bake set_default".split())
#: Methods of a command that run it.
_RUNNING = frozenset(["run", "popen", "run_bg", "run_fg", "run_tee", "run_retcode", "run_tf", "nohup"])
#: What gives a command by its name, and where that stands among the commands.
SHELVES = {"plumbum.local": "plumbum.cmd", "plumbum.local.cmd": "plumbum.cmd", "plumbum.cmd": "plumbum.cmd"}


def is_command(name: str) -> bool:
    """Whether `name` stands for a program, as an object that runs it when it is called: `sh.ls`, `plumbum.cmd.ls`."""
    module, _, last = name.rpartition(".")
    if module == "sh":
        return last.islower() and not last.startswith("_") and last not in _NO_COMMANDS
    return module in ("plumbum.cmd", "plumbum.local.cmd")


def is_bound_by_items(name: str) -> bool:
    """Whether `name` stands for a program that takes its first arguments in brackets: `ls["-l"]`."""
    return is_command(name) and not name.startswith("sh.")


def command_row(name: str) -> CallSpec | None:
    """The row of a call that runs a command; None where `name` is none."""
    if is_command(name):
        return _SH if name.startswith("sh.") else _PLUMBUM
    command, _, method = name.rpartition(".")
    return _PLUMBUM if method in _RUNNING and is_command(command) and not command.startswith("sh.") else None
