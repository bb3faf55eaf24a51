"""Small programs about descriptors, made at random, and what the kernel says of each on every way through it.

A program is one function `work(a, b)`. Its descriptors are memory files with a name, `memfd_create("x0")`, so that a
child's `/proc/self/fd` says which of them it got. Lines that make or mark a descriptor end in its name.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from types import FrameType
from typing import Any

from hypothesis import strategies as st

HEAD = "import fcntl\nimport os\nimport subprocess\n\n\ndef work(a, b):\n"
LIST = '["ls", "-l", "/proc/self/fd"]'
SPAWN = f'os.spawnv(os.P_WAIT, "/bin/ls", {LIST})'
RUN = f"subprocess.run({LIST})"


@dataclass
class Program:
    """Lines of a program as they grow. `usable` are the names that are open on every way to here."""

    lines: list[str] = field(default_factory=list)
    usable: list[str] = field(default_factory=list)
    made: int = 0

    @property
    def source(self) -> str:
        return HEAD + "".join(f"    {line}\n" for line in self.lines or ["pass"])


@st.composite
def programs(draw: Any) -> Program:
    """A program of a few statements, with branches, loops, handlers and clean-up."""
    program = Program()
    create(draw, program, "")
    for _ in range(draw(st.integers(2, 6))):
        statement(draw, program, "", 0, False)
    return program


def create(draw: Any, program: Program, indent: str) -> None:
    name = f"x{program.made}"
    program.made += 1
    flags = draw(st.sampled_from(["", "", "", ", 0"]))
    program.lines.append(f'{indent}{name} = os.memfd_create("{name}"{flags})  # {name}')
    program.usable.append(name)


def statement(draw: Any, program: Program, indent: str, depth: int, in_loop: bool) -> None:
    simple = ["mark", "mark", "clear", "reset", "set", "close", "spawn", "spawn", "run", "leave", "create"]
    kinds = simple + (["if", "if", "finally", "finally", "except", "loop"] if depth < 2 else [])
    kind = draw(st.sampled_from(kinds))
    if kind == "create" and not in_loop and program.made < 3 and depth == 0:
        return create(draw, program, indent)
    if kind in _ON_ONE:
        if not program.usable or (kind == "close" and in_loop):
            return None
        name = draw(st.sampled_from(program.usable))
        program.lines.append(f"{indent}{_ON_ONE[kind].format(name)}  # {name}")
        if kind == "close":
            program.usable.remove(name)
    elif kind in ("spawn", "run"):
        program.lines.append(indent + (SPAWN if kind == "spawn" else RUN))
    elif kind == "leave":
        how = draw(st.sampled_from(["return", "raise OSError", "raise OSError"]))
        program.lines += [f"{indent}if {draw(st.sampled_from('ab'))}:", f"{indent}    {how}"]
    elif kind == "if":
        program.lines.append(f"{indent}if {draw(st.sampled_from('ab'))}:")
        before = list(program.usable)
        block(draw, program, indent, depth, in_loop)
        after_one = list(program.usable)
        if draw(st.booleans()):
            program.usable = list(before)
            program.lines.append(f"{indent}else:")
            block(draw, program, indent, depth, in_loop)
            program.usable = [name for name in program.usable if name in after_one]
    elif kind == "loop":
        program.lines.append(f"{indent}for _ in range(2):")
        block(draw, program, indent, depth, True)
    elif kind in ("finally", "except"):
        program.lines.append(f"{indent}try:")
        before = list(program.usable)
        block(draw, program, indent, depth, in_loop)
        program.usable = [name for name in before if name in program.usable]
        program.lines.append(f"{indent}finally:" if kind == "finally" else f"{indent}except OSError:")
        block(draw, program, indent, depth, in_loop)
    return None


def block(draw: Any, program: Program, indent: str, depth: int, in_loop: bool) -> None:
    length = len(program.lines)
    for _ in range(draw(st.integers(1, 3))):
        statement(draw, program, indent + "    ", depth + 1, in_loop)
    if len(program.lines) == length:
        program.lines.append(indent + "    pass")


_ON_ONE = {
    "mark": "os.set_inheritable({0}, True)",
    "clear": "fcntl.fcntl({0}, fcntl.F_SETFD, 0)",
    "reset": "os.set_inheritable({0}, False)",
    "set": "fcntl.fcntl({0}, fcntl.F_SETFD, fcntl.FD_CLOEXEC)",
    "close": "os.close({0})",
}


@dataclass(frozen=True)
class Seen:
    """What children got: those that the program started, and one that is started when it is done. `ran` are the numbers
    of the lines that ran; of the others nothing was seen."""

    inside: frozenset[str]
    afterwards: frozenset[str]
    ran: frozenset[int]


def watched(program: Program) -> Seen:
    """What children get over all ways through the program, in which no, one or two of its calls fail."""
    inside: set[str] = set()
    afterwards: set[str] = set()
    ran: set[int] = set()
    code = compile(program.source, "program", "exec")
    for a, b in product((False, True), repeat=2):
        pending: list[tuple[int, ...]] = [()]
        while pending:
            failing = pending.pop()
            calls, first, last, lines = _one_way(code, a, b, failing)
            inside |= first
            afterwards |= last
            ran |= lines
            if len(failing) < 2:
                pending += [(*failing, number) for number in range(max(failing, default=-1) + 1, calls)]
    return Seen(frozenset(inside), frozenset(afterwards), frozenset(ran))


def _one_way(code: Any, a: bool, b: bool, failing: tuple[int, ...]) -> tuple[int, set[str], set[str], set[int]]:
    """Run one way in a process of its own, in which the calls numbered `failing` raise; how many calls it made, what
    children got before and after its end, and which lines ran."""
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            status = 255
            try:
                status = _run_here(code, a, b, failing, output.fileno())
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        output.seek(0)
        first, _, last = output.read().decode().partition("== end\n")
    assert os.waitstatus_to_exitcode(status) != 255, "the program could not be run"
    ran, _, last = last.partition("\n")
    return os.waitstatus_to_exitcode(status), set(_names(first)), set(_names(last)), set(map(int, ran.split()))


def _run_here(code: Any, a: bool, b: bool, failing: tuple[int, ...], output: int) -> int:
    os.dup2(output, 1)
    made: list[str] = []
    names: dict[str, Any] = {}
    for module, function in ((os, "memfd_create"), (os, "spawnv"), (subprocess, "run")):
        setattr(module, function, _failing(getattr(module, function), made, failing))
    ran: set[int] = set()

    def trace(frame: FrameType, event: str, argument: object) -> object:
        if frame.f_code.co_filename == code.co_filename:
            ran.add(frame.f_lineno)
            return trace
        return None

    exec(code, names)
    sys.settrace(trace)
    with suppress(OSError):
        names["work"](a, b)
    sys.settrace(None)
    calls = len(made)
    os.write(1, f"== end\n{' '.join(map(str, sorted(ran)))}\n".encode())
    os.spawnv(os.P_WAIT, "/bin/ls", ["ls", "-l", "/proc/self/fd"])
    return calls


def _failing(function: Any, made: list[str], failing: tuple[int, ...]) -> Any:
    def call(*arguments: Any, **keywords: Any) -> Any:
        made.append(function.__name__)
        if len(made) - 1 in failing:
            raise OSError("failed on purpose")
        return function(*arguments, **keywords)

    return call


def _names(listing: str) -> Iterator[str]:
    for line in listing.splitlines():
        _, found, rest = line.partition("/memfd:")
        if found:
            yield rest.split()[0]
