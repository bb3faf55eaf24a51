"""Programs that make descriptors inheritable, wherever they keep them, and which of them children really get.

The descriptors are memory files with a name, `memfd_create("x0")`: a child's `/proc/PID/fd` says which of them it got.
"""

import fcntl
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from programs import Program, grow
from runs import Failing, in_process, memory_files, run, ways

IMPORTS = ("contextlib", "fcntl", "functools", "os", "subprocess")
COMMAND = '["true"]'
SPAWN = f'os.spawnv(os.P_WAIT, "/bin/true", {COMMAND})'
KINDS = ["mark", "mark", "clear", "reset", "set", "close", "spawn", "spawn", "run", "create", "during", "give", "open"]

#: What is done to a descriptor: in words of the program for the expression that it is in.
ACTS = {
    "mark": "os.set_inheritable({0}, True)",
    "clear": "fcntl.fcntl({0}, fcntl.F_SETFD, 0)",
    "reset": "os.set_inheritable({0}, False)",
    "set": "fcntl.fcntl({0}, fcntl.F_SETFD, fcntl.FD_CLOEXEC)",
    "close": "os.close({0})",
}
SAME = "def same(fd):\n    return fd\n"
#: Where a descriptor is kept: how it gets there, how that is called, and how a function that knows it calls it.
PLACES = {
    "variable": ("{0} = {1}", "{0}", ""),
    "list": ("kept_{0} = [{1}]", "kept_{0}[0]", ""),
    "grown list": ("kept_{0} = []\nkept_{0}.append({1})", "kept_{0}[0]", ""),
    "dict": ('kept_{0} = {{"fd": {1}}}', 'kept_{0}["fd"]', ""),
    "attribute": ("box_{0} = Box_{0}()", "box_{0}.fd", "self.fd"),
    "global": ("{0} = {1}", "{0}", "{0}"),
    "enclosed": ("{0} = {1}", "{0}", "{0}"),
    "nonlocal": ("open_{0}()", "{0}", "{0}"),
    "returned": ("{0} = _opened_{0}()", "{0}", ""),
}


@st.composite
def programs(draw: Any) -> Program:
    """A program of a few statements about at most three descriptors."""
    program = Program(draw, IMPORTS)
    create(program, "")
    grow(program, simple, KINDS, draw(st.integers(2, 6)))
    return program


def create(program: Program, indent: str) -> None:
    name = f"x{program.made}"
    program.made += 1
    flags = program.choose("", "", "", ", 0")
    make = f'os.memfd_create("{name}"{flags})'
    place = program.choose("variable", "variable", *PLACES)
    program.facts.add(f"{name} in {place}")
    if place == "attribute":
        cls = f"class Box_{name}:\n    def __init__(self):\n        self.fd = {make}  # {name}\n"
        program.need(f"Box_{name}", cls, name)
    elif place == "global":
        program.need(f"None_{name}", f"{name} = None\n")
        program.inside[name] = f"global {name}"
    elif place == "nonlocal":
        inner = f"{name} = None\n\ndef open_{name}():\n    nonlocal {name}\n    {name} = {make}  # {name}\n\n"
        program.inside[name] = inner
    elif place == "returned":
        program.need(f"_opened_{name}", f"def _opened_{name}():\n    return {make}  # {name}\n", name)
    written, _, _ = PLACES[place]
    program.write(indent, "\n".join(f"{line}  # {name}" for line in written.format(name, make).splitlines()))
    program.usable.append(name)


def place_of(program: Program, name: str) -> tuple[str, str, str]:
    """Where a descriptor is kept, what it is called there, and what a function that knows the place calls it."""
    place = next(each for each in PLACES if f"{name} in {each}" in program.facts)
    _, called, known_as = PLACES[place]
    return place, called.format(name), known_as.format(name)


def simple(program: Program, kind: str, indent: str, at_top: bool) -> None:
    if kind == "create":
        if at_top and program.made < 3:
            create(program, indent)
    elif kind in ("spawn", "run"):
        program.write(indent, SPAWN if kind == "spawn" else f"subprocess.run({COMMAND})")
    elif kind == "open":
        keywords = program.choose("close_fds=False", "**dict(close_fds=False)", '**{"close_fds": False}')
        program.write(indent, f"subprocess.run({COMMAND}, {keywords})")
    elif program.usable:
        name = program.choose(*program.usable)
        _, called, _ = place_of(program, name)
        if kind == "give":
            give(program, indent, called)
        elif kind == "during":
            during(program, indent, name, called)
        elif kind != "close" or not program.in_loop(indent):
            do(program, kind, indent, name)
            if kind == "close":
                program.usable.remove(name)


def give(program: Program, indent: str, called: str) -> None:
    """A child is given a descriptor on purpose."""
    keywords = program.choose(
        f"subprocess.run({COMMAND}, pass_fds=({called},))",
        f'more = {{}}\nmore["pass_fds"] = ({called},)\nsubprocess.run({COMMAND}, **more)',
        f"more = dict(check=False)\nmore.update(pass_fds=[{called}])\nsubprocess.run({COMMAND}, **more)",
    )
    program.write(indent, keywords)


def during(program: Program, indent: str, name: str, called: str) -> None:
    """A descriptor is inheritable while a block, or one round of a loop, runs."""
    kind = program.choose("careful", "careless", "generator")
    head = "" if kind == "generator" else "@contextlib.contextmanager\n"
    mark, reset = (ACTS[effect].format("fd") + f"  # {kind}" for effect in ("mark", "reset"))
    if kind == "careful":
        body = f"    {mark}\n    try:\n        yield fd\n    finally:\n        {reset}\n"
    else:
        body = f"    {mark}\n    yield fd\n    {reset}\n"
    program.need(kind, f"{head}def {kind}(fd):\n{body}", name)
    note_mark(program, name, "mark")
    if kind != "careful":  # another caller leaves everything to it
        other, word = ("x8", "with") if kind == "careless" else ("x9", "for _ in")
        lines = f'fd = os.memfd_create("{other}")\n    {word} {kind}(fd):\n        {SPAWN}'
        program.need(f"{other}_only", f"def {other}_only():\n    {lines}\n")
        program.given[kind].add(other)
    program.write(indent, f"for _ in {kind}({called}):  # {name}" if kind == "generator" else f"with {kind}({called}):")
    program.write(indent + "    ", program.choose(SPAWN, f"subprocess.run({COMMAND})"))  # it may raise


def do(program: Program, effect: str, indent: str, name: str) -> None:
    """Something is done to a descriptor: here, or by a function of some kind."""
    place, called, known_as = place_of(program, name)
    program.facts |= {f"{name} is shared"} if place == "attribute" else set()
    note_mark(program, name, effect)
    program.facts |= {f"{name} ends"} if effect in ("close", "reset", "set") else set()
    style = program.choose("plain", "plain", "helper", "several", "partial", "stored", "loop", "same", "known", "known")
    plain = ACTS[effect].format(called)
    if style == "helper":
        text = f"def {effect}(fd):\n    {ACTS[effect].format('fd')}  # {effect}\n"
        plain = f"{program.need(effect, text, name)}({called})"
    elif style == "several":
        text = f"def {effect}_all(*fds):\n    for fd in fds:\n        {ACTS[effect].format('fd')}  # {effect}_all\n"
        plain = f"{program.need(f'{effect}_all', text, name)}({called})"
    elif style in ("partial", "stored"):
        function, _, rest = ACTS[effect].format(called)[:-1].partition("(")
        first, _, last = rest.rpartition(", ")
        plain = (
            f"functools.partial({function}, {first})({last})" if first else f"functools.partial({function}, {last})()"
        )
        if style == "stored":
            program.write(indent, f"then = functools.partial({function}, {rest})  # {name}")
            plain = "then()"
    elif style == "loop":
        program.write(indent, f"for each in ({called},):")
        indent, plain = indent + "    ", ACTS[effect].format("each")
    elif style == "same":
        plain = ACTS[effect].format(
            f"{program.need('same', 'def same(fd):' + chr(10) + '    return fd' + chr(10))}({called})"
        )
    elif style == "known" and known_as:
        plain = by_a_function_that_knows(program, effect, name, place, known_as)
    program.write(indent, f"{plain}  # {name}")


def note_mark(program: Program, name: str, effect: str) -> None:
    """Whether a descriptor is marked once or more: a child may get it by one mark what another is in vain for."""
    if effect in ("mark", "clear"):
        program.facts.add(f"{name} marked again" if f"{name} marked" in program.facts else f"{name} marked")


def by_a_function_that_knows(program: Program, effect: str, name: str, place: str, known_as: str) -> str:
    """A method, or a function that sees the variable."""
    line = f"{ACTS[effect].format(known_as)}  # {name}"
    program.facts.add(f"{name} is shared")
    if place == "attribute":
        if f"def {effect}(" not in program.around[f"Box_{name}"]:
            program.around[f"Box_{name}"] += f"\n    def {effect}(self):\n        {line}\n"
        return f"box_{name}.{effect}()"
    function = f"def {effect}_{name}():\n    {line}\n"
    if place == "global":
        program.need(f"{effect}_{name}", function, name)
    else:
        program.inside.setdefault(f"{effect}_{name}", function + "\n")
    return f"{effect}_{name}()"


@dataclass(frozen=True)
class Seen:
    """What children got that nobody gave it to: those that the program started, of it what had always been inheritable,
    and one that is started when it is done. `ran` are the numbers of the lines that ran; of the others nothing was
    seen."""

    inside: frozenset[str]
    by_birth: frozenset[str]
    afterwards: frozenset[str]
    ran: frozenset[int]


def watched(program: Program, failures: int) -> Seen:
    """What children get over all ways through the program, in which at most so many of its calls fail.

    Where none fails, a child is started and looked at; where one does, the kernel is asked which flags are set. Both
    agree, or the program could not be run."""
    return Seen(*map(frozenset, in_process(lambda: _watched(program.source, failures))))


def _watched(source: str, failures: int) -> list[list[Any]]:
    code = compile(source, "program", "exec")
    inside, by_birth, afterwards = set[str](), set[str](), set[str]()
    ran: set[int] = set()
    create, popen, mark, control = os.memfd_create, subprocess.Popen, os.set_inheritable, fcntl.fcntl

    def one(a: bool, b: bool, failing: tuple[int, ...]) -> int:
        calls = Failing(failing)
        reset: set[int] = set()

        def make(*arguments: Any) -> int:
            calls.next()
            fd = create(*arguments)
            reset.discard(fd)
            return fd

        def set_inheritable(fd: int, inheritable: bool) -> None:
            mark(fd, inheritable)
            note_reset(fd)

        def command(fd: int, *arguments: int) -> int:
            result = control(fd, *arguments)
            note_reset(fd)
            return result

        def note_reset(fd: int) -> None:
            reset.update({fd} if not os.get_inheritable(fd) else ())

        def spawn(*_: Any) -> None:
            calls.next()
            note(got(closing=False))  # noqa: INH301

        def start(_: Any, pass_fds: tuple[int, ...] = (), close_fds: bool = True, check: bool = False) -> None:
            calls.next()
            note(got(close_fds or bool(pass_fds), pass_fds))

        def note(names: set[str]) -> None:
            inside.update(names)
            by_birth.update(name for name, fd in memory_files().items() if name in names and fd not in reset)

        def got(closing: bool, given: tuple[int, ...] = ()) -> set[str]:
            """What a child gets that it is not given; where `closing` is true, it closes the rest."""
            mine = memory_files()
            open_to_all = {name for name, fd in mine.items() if os.get_inheritable(fd)}
            expected = set[str]() if closing else open_to_all
            if not failing:
                with popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=given, close_fds=closing) as child:
                    seen = set(memory_files(child.pid))
                assert seen == expected | {name for name, fd in mine.items() if fd in given}, (seen, expected)
            return expected

        os.memfd_create, os.spawnv, subprocess.run = make, spawn, start  # type: ignore[assignment]
        os.set_inheritable, fcntl.fcntl = set_inheritable, command  # type: ignore[assignment]

        def finished() -> None:
            afterwards.update(got(closing=False))  # noqa: INH301
            for fd in memory_files().values():
                os.close(fd)

        ran.update(run(code, a, b, finished))
        return calls.count

    ways(one, failures)
    return [sorted(each) for each in (inside, by_birth, afterwards, ran)]
