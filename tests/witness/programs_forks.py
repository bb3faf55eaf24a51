"""Programs that fork: which process keeps a copy of what only the other one should have?

Of three kinds: a child that reads a pipe to its end, to see that its parent is gone; a child that has its parent's
listening socket; a parent that accepts a connection and forks a child for it. What a process has open is asked of the
kernel where it matters, and how that answers is said.
"""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

from hypothesis import strategies as st
from programs import Program
from runs import ANSWERS, Lines, Say, fork, in_group, is_ready, leave, line_in, opened, watching_waits

IMPORTS = ("functools", "os", "socket")
MADE = {
    "lifeline": "reader, writer = os.pipe()",
    "listener": 'server = socket.create_server(("127.0.0.1", 0))\nserver.listen()',
    "connection": 'server = socket.create_server(("127.0.0.1", 0))',
}
#: How the process that should not have it closes its copy.
CLOSING = {
    "lifeline": [
        "os.close(writer)",
        "end(writer)",
        "functools.partial(os.close, writer)()",
        "os.fdopen(writer, 'w').close()",
    ],
    "listener": ["server.close()", "end(server)", "with server:\n    pass"],
    "connection": ["client.close()", "end(client)", "with client:\n    pass", "del client"],
}
READING = [
    "while os.read(reader, 9):\n    pass",
    "os.fdopen(reader).read()",
    "drain(reader)",
    "while True:\n    piece = os.read(reader, 9)\n    if not piece:\n        break",
]


@st.composite
def programs(draw: Any) -> Program:
    """A program of one of the three kinds."""
    program = Program(draw, IMPORTS)
    kind = program.choose(*MADE)
    program.facts.add(kind)
    program.need("drain", "def drain(fd):\n    while os.read(fd, 9):\n        pass\n")
    end = "os.close(it)" if kind == "lifeline" else "it.close()"
    program.need("end", f"def end(it):\n    {end}\n")
    program.write("", MADE[kind])
    {"lifeline": lifeline, "listener": listener, "connection": connection}[kind](program)
    return program


def lifeline(program: Program) -> None:
    child(program, "", ["# copy", program.choose(*READING)], "reader, writer")
    last = ("os.close(writer)", "end(writer)", "os.close(writer)\nos.waitpid(pid, 0)", "return writer")
    program.write("", program.choose(*last))


def listener(program: Program) -> None:
    use = program.choose("pass", "pass", "pass", "server.getsockname()", "server.accept()")
    child(program, "", ["# copy", use], "server")
    if program.choose(True, True, False):
        program.write("", program.choose("server.close()", "end(server)", "if a:\n    server.close()"))
    if program.choose(True, False):
        program.write("", "os.waitpid(pid, 0)")


def connection(program: Program) -> None:
    program.write("", program.choose("for _ in range(3):", "while True:"))
    program.write("    ", program.choose("client, _ = server.accept()", "client, address = server.accept()"))
    child(program, "    ", [program.choose("client.sendall(b'x')", "pass", "server.close()")], "client, server")
    copy(program, "    ")


def child(program: Program, indent: str, does: list[str], given: str) -> None:
    """A fork, and what its child does before it ends, here or in a function; it may close its copy meanwhile."""
    program.write(indent, program.choose("pid = os.fork()", "if a:\n    pass\npid = os.fork()"))
    program.write(indent, program.choose("if pid == 0:", "if not pid:"))
    outside = len(program.lines)
    in_function = program.choose(True, False, False)
    inner = "    " if in_function else indent + "    "
    for each in does:
        if each == "# copy":
            copy(program, inner)
        else:
            program.write(inner, each)
    program.write(inner, "os._exit(0)")
    if in_function:
        program.facts.add("child in a function")
        body = "\n".join(program.lines[outside:])
        del program.lines[outside:]
        program.need("child", f"def child({given}, a, b):\n{body}\n")
        program.write(indent + "    ", f"child({given}, a, b)")


def copy(program: Program, indent: str) -> None:
    """What a process does with its copy: it may close it, on some ways, or not."""
    kind = next(each for each in MADE if each in program.facts)
    form = program.choose("no", "no", "yes", "yes", "some", "both", "finally")
    closing = program.choose(*CLOSING[kind])
    question = program.choose("a", "b")
    if form == "yes":
        program.write(indent, closing)
    elif form in ("some", "both"):
        program.write(indent, f"if {question}:")
        program.write(indent + "    ", closing)
        if form == "both":
            program.write(indent, "else:")
            program.write(indent + "    ", program.choose(*CLOSING[kind]))
    elif form == "finally":
        program.write(indent, "try:\n    pass\nfinally:")
        program.write(indent + "    ", closing)


@dataclass(frozen=True)
class Kept:
    """Whether a copy was kept on all ways that lead to where it matters, or on some, and whether it was used."""

    always: bool
    sometimes: bool
    used: bool


def watched(program: Program) -> Kept:
    """Run a program on all its ways."""
    answers: set[bool] = set()
    used = False
    for a, b in ANSWERS:
        told = in_group(lambda say: _one(program.source, program.facts, a, b, say))  # noqa: B023  (it is done before the next)
        answers |= {each["kept"] for each in told if "kept" in each}
        used |= any(each["used"] for each in told if "used" in each)
        closed = any(each["closed"] for each in told if "closed" in each)
        answers |= {each["listens"] and closed for each in told if "listens" in each}
    return Kept(answers == {True}, True in answers, used)


class Gone(BaseException):
    """The program has shown what it does."""


def _one(source: str, facts: set[str], a: bool, b: bool, say: Say) -> None:
    code = compile(source, "program", "exec")
    lines = Lines(code)
    names: dict[str, Any] = {}
    state: dict[str, Any] = {"used": False, "pid": None}
    reading = {number for number, line in enumerate(source.splitlines(), 1) if "os.read(" in line or ".read()" in line}
    make, serve, accept = os.pipe, socket.create_server, socket.socket.accept
    clients: list[socket.socket] = []
    accepted: list[str] = []
    forked: set[str] = set()

    def pipe() -> tuple[int, int]:
        state["reader"], state["writer"] = ends = make()
        state["end"] = opened()[ends[1]]
        return ends

    def create_server(address: tuple[str, int]) -> socket.socket:
        server = serve(address)
        state["server"], state["kept alive"] = opened()[server.fileno()], server
        state["address"] = server.getsockname()
        return server

    def accepting(server: socket.socket) -> Any:
        if state["pid"] == 0:
            state["used"] = True
        mine = set(opened().values())
        for each in accepted:
            if each in forked:
                say({"kept": each in mine})
        if len(accepted) > 1:
            raise Gone
        clients.append(socket.create_connection(state["address"]))
        client, address = accept(server)
        accepted.append(opened()[client.fileno()])
        return client, address

    def forking() -> int:
        forked.update(accepted)
        state["pid"] = fork()
        if state["pid"] == 0:
            state["parent"] = os.getppid()
        elif "server" in state and accepted:
            os.waitid(os.P_PID, state["pid"], os.WEXITED | os.WNOWAIT)
        return int(state["pid"])

    def ending(status: int) -> None:
        if state["pid"] == 0 and "reader" in state and reading & lines.ran:
            say({"kept": False})
        if state["pid"] == 0 and "listener" in facts:
            say({"listens": state["server"] in opened().values(), "used": state["used"]})
        leave(status)

    def see(frame: FrameType | None) -> None:
        if state["pid"] != 0 or line_in(frame, code) not in reading or is_ready(state["reader"]):
            return
        parent = state["parent"]
        if os.getppid() == parent and state["end"] in opened(parent).values():
            return  # it is not gone, and has not closed its own copy
        say({"kept": True})
        leave(0)

    os.pipe, socket.create_server, os.fork, os._exit = pipe, create_server, forking, ending  # type: ignore[assignment]
    socket.socket.accept = accepting  # type: ignore[method-assign,assignment]
    exec(code, names)
    watching_waits(see)
    with lines, suppress(OSError, Gone):
        names["work"](a, b)
    if "listener" in facts and state["pid"] == 0:
        say({"listens": state["server"] in opened().values(), "used": state["used"]})
    elif "listener" in facts:
        say({"closed": state["server"] not in opened().values()})
