"""Programs that lock a file and become another program: is the lock still held then?

Whether it is held is asked of the kernel by another process, before the program is replaced and afterwards; the new
program waits until that has happened.
"""

import fcntl
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from programs import Program, grow
from runs import Failing, Say, fork, in_group, leave, ways

IMPORTS = ("fcntl", "functools", "os")
KINDS = ["lock", "lock", "unlock", "keep", "mark", "reset", "copy", "close", "fork", "exec", "nothing"]
#: How the file is opened, what its descriptor is called, what is locked, and whether that closes it when it is gone.
OPENED = {
    "number": ('lock = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)', "lock", "lock"),
    "file": ('lock = open("lock", "w")', "lock.fileno()", "lock"),
    "helper": ("lock = _opened()", "lock", "lock"),
    "list": ('locks = [os.open("lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)]', "locks[0]", "locks[0]"),
    "global": ('lock = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)', "lock", "lock"),
}
EXEC = 'os.execv("/bin/cat", ["cat"])'
LOCKING = [
    "fcntl.flock({0}, fcntl.LOCK_EX)",
    "fcntl.flock({0}, fcntl.LOCK_EX | fcntl.LOCK_NB)",
    "fcntl.lockf({0}, fcntl.LOCK_EX)",
]


@st.composite
def programs(draw: Any) -> Program:
    """A program with one lock, that mostly ends in an exec."""
    program = Program(draw, IMPORTS)
    kind = program.choose("number", "number", *OPENED)
    program.facts.add(kind)
    program.need("_opened", f"def _opened():\n    return {OPENED['number'][0].partition('= ')[2]}\n")
    if kind == "global":
        program.need("None_lock", "lock = None\n")
        program.inside["lock"] = "global lock"
    program.write("", OPENED[kind][0])
    program.usable = ["lock"]
    simple(program, program.choose("lock", "lock", "lock", "nothing"), "", True)
    grow(program, simple, KINDS, draw(st.integers(0, 3)))
    program.write("", EXEC)
    return program


def simple(program: Program, kind: str, indent: str, at_top: bool) -> None:
    _, number, thing = next(OPENED[each] for each in OPENED if each in program.facts)
    if kind == "exec":
        program.write(indent, f"if {program.choose('a', 'b')}:\n    {EXEC}")
        return
    if "lock" not in program.usable:
        return
    program.need("take", "def take(it):\n    fcntl.flock(it, fcntl.LOCK_EX)\n")
    program.need("give_back", "def give_back(it):\n    fcntl.flock(it, fcntl.LOCK_UN)\n")
    program.need("share", "def share(fd):\n    os.set_inheritable(fd, True)\n")
    if kind == "lock":
        program.write(indent, program.choose(*LOCKING, "take({0})").format(thing))
    elif kind == "unlock":
        program.write(indent, program.choose("fcntl.flock({0}, fcntl.LOCK_UN)", "give_back({0})").format(thing))
    elif kind == "mark":
        forms = ["os.set_inheritable({0}, True)", "share({0})", "fcntl.fcntl({0}, fcntl.F_SETFD, 0)"]
        forms += ["functools.partial(os.set_inheritable, {0}, True)()"]
        program.write(indent, program.choose(*forms).format(number))
    elif kind == "reset":
        program.write(indent, f"os.set_inheritable({number}, False)")
    elif kind == "copy":
        program.need("keep", "def keep(fd):\n    os.dup2(fd, 60)\n")
        program.write(
            indent,
            program.choose("os.dup2({0}, 60)", "keep({0})", "fcntl.fcntl({0}, fcntl.F_DUPFD, 60)").format(number),
        )
    elif kind == "fork":
        does = program.choose("pass", EXEC, EXEC)
        program.write(indent, f"if os.fork() == 0:\n    {does}\n    os._exit(0)")
    elif kind == "close" and not program.in_loop(indent):
        program.usable.remove("lock")
        program.write(indent, f"{thing}.close()" if number.endswith(")") else f"os.close({number})")


@dataclass(frozen=True)
class Lost:
    """Whether the lock is lost on all ways on which it is held before an exec, or on some."""

    always: bool
    sometimes: bool


def watched(program: Program, failures: int) -> Lost:
    """Run a program on all its ways, and where it handles errors also those on which so many of its calls fail."""
    answers: set[bool] = set()

    def one(a: bool, b: bool, failing: tuple[int, ...]) -> int:
        with tempfile.TemporaryDirectory() as folder:
            told = in_group(lambda say: _one(program.source, folder, a, b, failing, say))
        answers.update(each["lost"] for each in told if each.get("held"))
        return int(next(each["calls"] for each in told if "calls" in each))

    ways(one, failures if "try:" in program.source else 0)
    return Lost(answers == {True}, True in answers)


def _one(source: str, folder: str, a: bool, b: bool, failing: tuple[int, ...], say: Say) -> None:
    """Run one way, beside a process that is asked: it has none of the program's descriptors."""
    os.chdir(folder)
    questions, ask = os.pipe()
    hear, answers = os.pipe()
    replaced, output = os.pipe()
    waiting, kept_waiting = os.pipe()
    if fork() == 0:
        for each in (ask, hear, output, waiting):
            os.close(each)
        if os.read(questions, 1):
            held = is_held()
            os.write(answers, b"x")
            os.write(kept_waiting, b"x")
            os.read(replaced, 1)
            say({"held": held, "lost": not is_held()})
        leave(0)
    for each in (questions, answers, replaced, kept_waiting):
        os.close(each)
    root, execute, copy = os.getpid(), os.execv, os.dup2
    calls = Failing(failing)

    def execv(path: str, arguments: list[str]) -> None:
        if os.getpid() != root:
            leave(0)
        calls.next()
        say({"calls": calls.count})
        os.write(ask, b"x")
        os.read(hear, 1)
        copy(waiting, 0)  # what takes the place of this program says what it reads, until the other process is gone
        copy(output, 1)
        execute(path, arguments)

    def failing_too(function: Any) -> Any:
        def call(*arguments: Any) -> Any:
            calls.next()
            return function(*arguments)

        return call

    def fork_and_wait() -> int:
        calls.next()
        if pid := fork():
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return pid

    os.execv, os.fork = execv, fork_and_wait  # type: ignore[assignment]
    fcntl.flock, fcntl.lockf = failing_too(fcntl.flock), failing_too(fcntl.lockf)
    names: dict[str, Any] = {}
    exec(compile(source, "program", "exec"), names)
    with suppress(OSError):
        names["work"](a, b)
    say({"calls": calls.count})


def is_held() -> bool:
    """Whether another process has a lock of either kind."""
    for lock in (fcntl.flock, fcntl.lockf):
        with Path("lock").open("a", encoding="utf-8") as file:
            try:
                lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
    return False
