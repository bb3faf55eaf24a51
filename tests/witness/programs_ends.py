"""Programs that give an end of a pipe, or of a pair of sockets, to a child: do they wait for the end of the other one?

A line that reads to the end of file ends in `# end`. Every child is over before the program goes on, so that who waits
then waits for a copy that the program itself has open.
"""

import os
import re
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any

from hypothesis import strategies as st
from programs import Program, grow
from runs import Failing, Lines, Say, fork, in_group, is_ready, leave, line_in_work, watching_waits, ways

IMPORTS = ("contextlib", "functools", "os", "socket", "subprocess")
KINDS = ["close", "close", "close", "start", "piece", "nothing"]
#: The lines that read.
READS = re.compile(r"# end$|recv\(1\)|, 1\)")
#: How two ends are made, and what they are called: that which is read, that which a child gets.
PAIRS = {
    "pipe": ("reader, writer = os.pipe()", "reader", "writer"),
    "tuple": ("ends = os.pipe()", "ends[0]", "ends[1]"),
    "helper": ("reader, writer = _made()", "reader", "writer"),
    "attributes": ("self = Ends()", "self.reader", "self.writer"),
    "sockets": ("reader, writer = socket.socketpair()", "reader", "writer"),
}
NEEDED = {
    "helper": ("_made", "def _made():\n    return os.pipe()\n"),
    "attributes": ("Ends", "class Ends:\n    def __init__(self):\n        self.reader, self.writer = os.pipe()\n"),
}
STARTS = (
    'subprocess.run(["echo", "x"], stdout={0})',
    'subprocess.Popen(["echo", "x"], stdout={0}).wait()',
    'child = subprocess.Popen(["echo", "x"], stdout={0})',
    'subprocess.run(["echo", "x"], **dict(stdout={0}))',
    'subprocess.run(["true"], pass_fds=({1},))',
    "if os.fork() == 0:\n    os._exit(0)",
)


@st.composite
def programs(draw: Any) -> Program:
    """A program with one pair, at least one child and one read to the end of file."""
    program = Program(draw, IMPORTS)
    kind = program.choose("pipe", "pipe", *PAIRS)
    program.facts.add(kind)
    if kind in NEEDED:
        program.need(*NEEDED[kind])
    program.write("", PAIRS[kind][0])
    program.usable = ["writer", "reader"]
    start(program, "")
    grow(program, simple, KINDS, draw(st.integers(0, 3)))
    if "reader" in program.usable:
        read(program, "")
    return program


def called(program: Program, end: str) -> str:
    kind = next(each for each in PAIRS if each in program.facts)
    return PAIRS[kind][1 if end == "reader" else 2]


def simple(program: Program, kind: str, indent: str, at_top: bool) -> None:
    if kind == "close" and "writer" in program.usable and not program.in_loop(indent):
        close(program, indent)
    elif kind == "start" and "writer" in program.usable:
        start(program, indent)
    elif kind == "piece" and "reader" in program.usable:
        reader = called(program, "reader")
        program.write(indent, f"{reader}.recv(1)" if "sockets" in program.facts else f"os.read({reader}, 1)")


def start(program: Program, indent: str) -> None:
    writer = called(program, "writer")
    number = f"{writer}.fileno()" if "sockets" in program.facts else writer
    program.write(indent, program.choose(*STARTS).format(writer, number))


def close(program: Program, indent: str) -> None:
    writer = called(program, "writer")
    program.usable.remove("writer")
    if "sockets" in program.facts:
        program.need("end", "def end(sock):\n    sock.close()\n")
        forms = ["{0}.close()", "end({0})", "with {0}:\n    pass", "with contextlib.closing({0}):\n    pass", "del {0}"]
    else:
        program.need("end", "def end(fd):\n    os.close(fd)\n")
        program.need("end_all", "def end_all(*fds):\n    for fd in fds:\n        os.close(fd)\n")
        forms = ["os.close({0})", "end({0})", "end_all({0})", 'with os.fdopen({0}, "w"):\n    pass']
        forms += [
            "functools.partial(os.close, {0})()",
            'os.fdopen({0}, "w").close()',
            "for each in ({0},):\n    os.close(each)",
        ]
    program.write(indent, program.choose(*forms).format(writer))


def read(program: Program, indent: str) -> None:
    reader = called(program, "reader")
    program.usable.remove("reader")
    if "sockets" in program.facts:
        program.need("drain", "def drain(sock):\n    while sock.recv(9):\n        pass\n")
        forms = ["while {0}.recv(9):  # end\n    pass", "drain({0})  # end", "{0}.makefile().read()  # end"]
        forms += ["while True:\n    piece = {0}.recv(9)  # end\n    if not piece:\n        break"]
    else:
        program.need("drain", "def drain(fd):\n    while os.read(fd, 9):\n        pass\n")
        forms = ["while os.read({0}, 9):  # end\n    pass", "os.fdopen({0}).read()  # end", "drain({0})  # end"]
        forms += [
            "with open({0}) as file:\n    text = file.read()  # end",
            "for line in os.fdopen({0}):  # end\n    pass",
        ]
        forms += ["while True:\n    piece = os.read({0}, 9)  # end\n    if not piece:\n        break"]
    program.write(indent, program.choose(*forms).format(reader))


@dataclass(frozen=True)
class Waits:
    """At which lines programs wait for an end of file: in vain on all ways that lead there, or on some. Where a
    piece never comes, the program does not get to what follows, and nothing is said of all ways."""

    always: frozenset[int]
    sometimes: frozenset[int]


def watched(program: Program, failures: int) -> Waits:
    """Run a program on all its ways, and where it handles errors also those on which so many of its calls fail."""
    ends = {number for number, line in enumerate(program.source.splitlines(), 1) if line.endswith("# end")}
    reached: dict[int, set[bool]] = {}
    vain: set[int] = set()

    def one(a: bool, b: bool, failing: tuple[int, ...]) -> int:
        (way,) = in_group(lambda say: _one(program.source, a, b, failing, say))
        for line in ends & set(way["ran"]):
            reached.setdefault(line, set()).add(line == way["waits"])
        vain.update({way["waits"]} - {None})
        return int(way["calls"])

    ways(one, failures if "try:" in program.source else 0)
    always = {line for line, answers in reached.items() if answers == {True}} if vain <= ends else set()
    return Waits(frozenset(always), frozenset(vain))


def _one(source: str, a: bool, b: bool, failing: tuple[int, ...], say: Say) -> None:
    code = compile(source, "program", "exec")
    lines, calls = Lines(code), Failing(failing)
    reading = {number for number, line in enumerate(source.splitlines(), 1) if READS.search(line)}
    readers: list[int] = []

    class Waiting(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            calls.next()
            super().__init__(*arguments, **keywords)
            self.wait()

    def fork_and_wait() -> int:
        calls.next()
        if pid := fork():
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return pid

    def reads(fd: int, size: int) -> bytes:
        calls.next()
        return read_now(fd, size)

    def opens(*arguments: Any, **keywords: Any) -> IO[Any]:
        calls.next()
        return open_now(*arguments, **keywords)

    def pipe() -> tuple[int, int]:
        ends = make()
        readers.append(ends[0])
        return ends

    def socketpair() -> tuple[socket.socket, socket.socket]:
        ends = pair()
        readers.append(ends[0].fileno())
        return ends

    def see(frame: FrameType | None) -> None:
        line = line_in_work(frame, code)
        if line in reading and not is_ready(readers[0]):
            say({"ran": sorted(lines.ran), "waits": line, "calls": calls.count})
            leave(0)

    names: dict[str, Any] = {}
    read_now, open_now, make, pair = os.read, os.fdopen, os.pipe, socket.socketpair
    subprocess.Popen, os.fork, os.read = Waiting, fork_and_wait, reads  # type: ignore[misc]
    os.pipe, os.fdopen, socket.socketpair = pipe, opens, socketpair
    exec(code, names)
    watching_waits(see)
    with lines, suppress(OSError):
        names["work"](a, b)
    say({"ran": sorted(lines.ran), "waits": None, "calls": calls.count})
