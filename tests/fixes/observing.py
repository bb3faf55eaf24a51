"""A function of any file, called in a process of its own: what it prints, how it ends, what each of its children got.

Its children run, with all that they were started with, but as another program: one that writes down its words and its
descriptors. What the function is given suits its parameters' names; where none fits, it is given something that serves
as a number, a path, a collection and a function, and that prints how it is called. Whatever port it asks for, it gets
one of its own, for others run beside it. All that it left running is waited for, and then ended: nothing is shared with
the next call.
"""

import ast
import asyncio
import contextlib
import ctypes
import inspect
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import types
import warnings
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil

#: Writes down its words and what it got; `$1` is the file for that.
OBSERVER = '#!/bin/sh\nfile=$1; shift; { printf "%s\\n" "$*"; ls -l /proc/self/fd; } > "$file"\n'
#: Calls that start a child, or replace the program, by the place of what is to be run.
STARTING = ("system", "popen", "posix_spawn", "posix_spawnp", "spawnv", "spawnve", "spawnvp", "spawnvpe")
REPLACING = ("execv", "execve")
#: To be given the orphans among its descendants, daemons too: prctl(2), `linux/prctl.h`.
PR_SET_CHILD_SUBREAPER = 36
#: For how many seconds what was left running sleeps, and nothing else, where it would do so for ever.
REST = 0.5


@dataclass(frozen=True)
class Child:
    """What a child was told, and what it got, by number."""

    told: str
    got: frozenset[tuple[int, str]]


class Seen(NamedTuple):
    """One call: what was printed, how it ended, its children in their order; the last one is started at the end."""

    printed: str
    ended: str
    children: tuple[Child, ...]

    @property
    def is_of_use(self) -> bool:
        """Whether the function did what it is there for: it did not end before it started anything."""
        return len(self.children) > 1 or self.ended.startswith("returned")

    @property
    def is_endless(self) -> bool:
        return self.ended == f"exit status {-signal.SIGALRM}"


class Way(NamedTuple):
    """Whether what is asked answers yes, and which of the starts raises; none where it is negative."""

    yes: bool
    failing: int


WAYS = (Way(True, -1), Way(False, -1), Way(True, 0))


def functions(source: str) -> dict[str, range]:
    """The lines of each function and class of a file, and of the file itself, which is called `""`."""
    body = ast.parse(source).body
    found = {"": range(0, len(source.splitlines()) + 1)}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found[node.name] = range(first, (node.end_lineno or first) + 1)
    return found


def observe(source: str, name: str, way: Way, folder: Path) -> Seen:
    """Call `name` of the file in an empty `folder`; where it is `""`, the file runs as a script."""
    code = compile(source, "case.py", "exec", dont_inherit=True)
    folder.mkdir()
    status = _status_of(lambda: _status_with_all_it_left(lambda: _World(folder, way).run(code, name)))
    ended = folder / "ended"
    how = ended.read_text() if ended.exists() else f"exit status {os.waitstatus_to_exitcode(status)}"
    children = sorted(folder.glob("child-*"), key=lambda path: [int(n) for n in path.name[6:].split("-")])
    printed = (folder / "printed").read_text(errors="replace")
    return Seen(_steady(printed), _steady(how), tuple(_child(path) for path in children))


def _status_of(act: Callable[[], object]) -> int:
    """What a process that does this, and nothing else, ends with."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1]


def _status_with_all_it_left(act: Callable[[], object]) -> None:
    """End as a process that does this does, once nothing that it started does anything any more. Never returns."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    status = os.waitstatus_to_exitcode(_status_of(act))
    resting_since, spent = time.monotonic(), -1.0
    while left := _left():
        before, spent = spent, sum(each.cpu for each in left)
        if spent != before or not all(each.sleeps for each in left):
            resting_since = time.monotonic()
        if time.monotonic() - resting_since > REST:
            for each in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each.pid, signal.SIGKILL)
        time.sleep(0.05)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


class _Process(NamedTuple):
    pid: int
    sleeps: bool
    cpu: float
    """Seconds."""


def _left() -> list[_Process]:
    """What runs below this process; what has ended is let go."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return []
    found = []
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            sleeps = each.status() in (psutil.STATUS_SLEEPING, psutil.STATUS_ZOMBIE)
            found.append(_Process(each.pid, sleeps, sum(each.cpu_times()[:2])))
    return found


def _steady(text: str) -> str:
    """Without the numbers that are others each time: of processes, of addresses."""
    return re.sub(r"0x\w+|\btmp\w{8}\b|\d{4,}", "…", text)


def _child(path: Path) -> Child:
    # The folder first: its own name may hold what is steadied.
    lines = path.read_text(errors="replace").replace(str(path.parent), "").splitlines()
    told = next((number for number, line in enumerate(lines) if line.startswith("total ")), 1)
    got = set()
    for line in lines:
        if found := re.search(r" (\d+) -> (.*)$", line):
            number, what = int(found[1]), re.sub(r"(socket|pipe):\[\d+\]", r"\1", _steady(found[2]))
            if number > 2 and not what.startswith("/proc/"):  # which is what `ls` looks at
                got.add((number, what))
    return Child(_steady("\n".join(lines[:told])), frozenset(got))


def _limit_cpu(seconds: int) -> None:
    """For each process from here on: a daemon that goes round in a loop inherits no alarm."""
    import resource  # Unix's

    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds, -1))


class Something:
    """What serves as a number, which is open, as a path, as a collection of two numbers, and as a function."""

    calls = 0

    def __init__(self, name: str, yes: bool) -> None:
        self._name, self._yes = name, yes
        self._number = os.memfd_create(name)
        self._elements = [os.memfd_create(f"{name}_{number}") for number in range(2)]

    def fileno(self) -> int:
        return self._number

    __index__ = __int__ = fileno

    def __str__(self) -> str:
        return str(self._number)

    def __fspath__(self) -> str:
        Path(self._name).touch()
        return self._name

    def __bool__(self) -> bool:
        return self._yes

    def __iter__(self) -> Iterator[int]:
        return iter(self._elements)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: self(name, *args)

    def __call__(self, *args: object, **keywords: object) -> "Something":
        Something.calls += 1
        if Something.calls > 50:
            raise RuntimeError("is asked for ever")
        print(f"{self._name} is called with {[str(each) for each in args]} {sorted(keywords)}", flush=True)
        return self

    def __enter__(self) -> "Something":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __await__(self) -> "Generator[None, None, Something]":
        yield from ()
        return self


class _World:
    """What is around the function in its process."""

    def __init__(self, folder: Path, way: Way) -> None:
        self.folder, self.way, self.prefix, self.count = folder, way, "", 0
        self.failing, self.observer = way.failing, str(folder / "observer")
        self.last = ""

    def run(self, code: types.CodeType, name: str) -> None:
        """Never returns."""
        Path(self.observer).write_text(OBSERVER)
        Path(self.observer).chmod(0o755)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        _limit_cpu(5)
        signal.alarm(30 if name else 3)  # what is imported may be large, and the machine busy
        os.closerange(3, 300)
        os.chdir(self.folder)
        os.dup2(os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC), 0)
        os.dup2(os.open("printed", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC), 1)
        os.dup2(0, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
        sys.stderr, sys.stdin = os.fdopen(2, "w", closefd=False), os.fdopen(0, closefd=False)
        sys.argv = ["case.py"]
        os.environ["PATH"] = "/bin:/usr/bin"
        warnings.resetwarnings()
        logging.disable()
        self._give_ports()
        self._watch()
        ended = self._called(code, name)
        with contextlib.suppress(ValueError, OSError):
            sys.stdout.flush()
        if self.prefix:
            os._exit(3)  # a fork that came back: its parent tells how it ends
        self.failing = -1
        os.spawnv(os.P_WAIT, self.observer, ["afterwards"])
        with contextlib.suppress(OSError):
            while True:
                os.waitpid(-1, 0)
        (self.folder / "ended").write_text(ended)
        os._exit(0)

    def _called(self, code: types.CodeType, name: str) -> str:
        module = types.ModuleType("__main__" if not name else "case")
        sys.modules[module.__name__] = sys.modules["__main__"] = module
        try:
            exec(code, module.__dict__)
            if not name:
                return "returned"
            signal.alarm(3)
            _limit_cpu(2)
            function = getattr(module, name)
            if inspect.isclass(function):
                made = function(*self._arguments(function))
                for method in [each for each in vars(function) if not each.startswith("_")]:
                    bound = getattr(made, method)
                    if callable(bound):
                        self._result(bound(*self._arguments(bound)))
                return "returned"
            return f"returned {self._result(function(*self._arguments(function)))}"
        except BaseException as error:
            return f"raised {type(error).__name__} {error.args[0] if isinstance(error, SystemExit) else ''}".strip()

    def _result(self, result: Any) -> str:
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        if isinstance(result, contextlib.AbstractContextManager) and type(result).__module__ == "contextlib":
            with result:
                pass
        if inspect.isgenerator(result):
            result = list(result)
        return str(result) if isinstance(result, (int, str, bytes, type(None))) else type(result).__name__

    def _arguments(self, function: Callable[..., Any]) -> list[Any]:
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return []
        wanted = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        given = [each for each in signature.parameters.values() if each.kind in wanted]
        return [self._argument(each.name) for each in given if each.default is each.empty]

    def _argument(self, name: str) -> Any:
        if name in ("command", "args", "program", "argv", "arguments", "params"):
            return ["a", "command"]
        if name in ("path", "log", "other", "name", "file"):
            Path(name).write_text("text\n")
            return name
        if name in ("sock", "listener", "connection", "conn", "theirs"):
            ours, theirs = socket.socketpair()
            self.kept = ours
            return theirs
        if name in ("socks", "sockets"):
            return list(socket.socketpair())
        if name == "address":
            self.kept = socket.create_server(("127.0.0.1", 0))
            return ("127.0.0.1", 0)
        return Something(name, self.way.yes)

    @staticmethod
    def _give_ports() -> None:
        bind = socket.socket.bind

        def any_port(this: socket.socket, address: Any) -> None:
            bind(this, (address[0], 0, *address[2:]) if isinstance(address, tuple) else address)

        socket.socket.bind = any_port  # type: ignore[method-assign]

    # Starts of children

    def _watch(self) -> None:
        os.register_at_fork(after_in_parent=self._forked, after_in_child=self._in_child)
        popen = subprocess.Popen.__init__

        def start(this: Any, args: Any, *rest: Any, **keywords: Any) -> None:
            self._fail()
            words = [str(args)] if isinstance(args, (str, bytes)) else [os.fspath(each) for each in args]
            other = {1: None, 7: False}  # executable, shell
            rest = tuple(other.get(place, each) for place, each in enumerate(rest))
            keywords.pop("executable", None)
            keywords.pop("shell", None)
            popen(this, [self.observer, self._label(), *words], *rest, **keywords)

        subprocess.Popen.__init__ = start  # type: ignore[method-assign]
        for name in REPLACING:
            setattr(os, name, self._replacing(getattr(os, name)))
        for name in STARTING:
            setattr(os, name, self._starting(name, getattr(os, name)))

    def _replacing(self, function: Any) -> Callable[..., Any]:
        def call(path: Any, words: Any, *rest: Any) -> None:
            self._fail()
            function(self.observer, [self.observer, self._label(), *words], *rest)

        return call

    def _starting(self, name: str, function: Any) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            self._fail()
            if name.startswith("spawn"):
                return function(*arguments, **keywords)  # which forks, and replaces itself
            if name.startswith("posix_spawn"):
                path, words, *rest = arguments
                if path == self.observer:
                    return function(*arguments, **keywords)  # by subprocess
                return function(self.observer, [self.observer, self._label(), *words], *rest, **keywords)
            if name == "popen":
                return function(*arguments, **keywords)
            return function(f"'{self.observer}' '{self._label()}' '{arguments[0]}'")

        return call

    def _fail(self) -> None:
        self.failing -= 1
        if self.failing == -1:
            self.failing = -2
            raise OSError("failed on purpose")

    def _label(self) -> str:
        self.count += 1
        return str(self.folder / f"child-{self.prefix}{self.count}")

    def _forked(self) -> None:
        self.count += 1

    def _in_child(self) -> None:
        self.count += 1
        self.prefix, self.count, self.failing = f"{self.prefix}{self.count}-", 0, -1
