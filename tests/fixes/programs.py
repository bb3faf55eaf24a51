"""Programs made at random to be fixed: one function `work(a, b)` that marks, starts, loops, forks, and cleans up.

Its descriptors are memory files with a name, so that a child's `/proc/self/fd` says which of them it got. Each start of
a child has a label, its last argument. Lines that make or mark a descriptor end in a comment with its names.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

HEAD = """import contextlib
import fcntl
import os
import subprocess

#: Lists what it got; the words behind are a label, and numbers that it is told.
LIST = ["sh", "-c", "ls -l /proc/self/fd"]


def share(descriptor):
    os.set_inheritable(descriptor, True)


def launch(label):
    subprocess.run([*LIST, label], close_fds=False)


@contextlib.contextmanager
def shared(descriptor):
    os.set_inheritable(descriptor, True)
    try:
        yield descriptor
    finally:
        os.set_inheritable(descriptor, False)


def work(a, b):
"""


#: From here on the numbers of twins begin, twenty for each descriptor.
FIRST = 100


@dataclass
class Program:
    """Lines of a program as they grow. `usable` are the names that are open on every way to here."""

    lines: list[str] = field(default_factory=list)
    usable: list[str] = field(default_factory=list)
    made: int = 0
    children: int = 0
    prints: int = 0

    @property
    def source(self) -> str:
        return HEAD + "".join(f"    {line}\n" for line in self.lines or ["pass"])

    def label(self) -> str:
        self.children += 1
        return f'"L{self.children}"'


@st.composite
def programs(draw: Any) -> Program:
    """A program of a few statements, with branches, loops, handlers and clean-up."""
    program = Program()
    create(draw, program)
    if draw(st.booleans()):
        create(draw, program)
    if program.made == 2 and draw(st.booleans()):
        program.lines.append("both = [x0, x1]")
    for _ in range(draw(st.integers(2, 6))):
        statement(draw, program, "", 0, False)
    return program


def create(draw: Any, program: Program) -> None:
    name = f"x{program.made}"
    program.made += 1
    flags = draw(st.sampled_from(["", "", "", ", 0"]))
    program.lines.append(f'{name} = os.memfd_create("{name}"{flags})  # {name}')
    program.usable.append(name)


#: What is done with one descriptor, and how often.
ON_ONE = {
    "mark": ("os.set_inheritable({0}, True)", 3),
    "clear": ("fcntl.fcntl({0}, fcntl.F_SETFD, 0)", 1),
    "helper": ("share({0})", 1),
    "reset": ("os.set_inheritable({0}, False)", 2),
    "set": ("fcntl.fcntl({0}, fcntl.F_SETFD, fcntl.FD_CLOEXEC)", 1),
    "wrong flag": ("fcntl.fcntl({0}, fcntl.F_SETFD, os.O_CLOEXEC)", 1),
    "close": ("os.close({0})", 1),
    "passed": ("subprocess.run([*LIST, {label}], pass_fds=({0},))", 2),
    "told": ('subprocess.run(["sh", "-c", "ls -l /proc/self/fd", str({0}), {label}])', 1),
    "both ways": ("subprocess.run([*LIST, {label}], pass_fds=({0},), close_fds=False)", 1),
    "prepared": ("subprocess.run([*LIST, {label}], preexec_fn=lambda: os.closerange(3, 90))", 1),
    "shared": ("with shared({0}):\n{indent}    os.spawnv(os.P_WAIT, '/bin/sh', [*LIST, {label}])", 1),
    "written": ("with os.fdopen(os.dup({0}), 'w') as file:\n{indent}    file.write('text')", 1),
    "given": ('subprocess.run(["sh", "-c", "ls -l /proc/self/fd", str({0}), {label}], close_fds=False)', 2),
}
#: What is done without one.
ALONE = {
    "spawn": ('os.spawnv(os.P_WAIT, "/bin/sh", [*LIST, {label}])', 3),
    "run": ("subprocess.run([*LIST, {label}])", 1),
    "open start": ("subprocess.run([*LIST, {label}], close_fds=False)", 2),
    "lines": ("subprocess.run(\n{indent}    [*LIST, {label}],\n{indent}    close_fds=False,  # wanted\n{indent})", 1),
    "with": ("with subprocess.Popen([*LIST, {label}], close_fds=False) as child:\n{indent}    child.wait()", 1),
    "launch": ("launch({label})", 1),
    "posix_spawn": ('os.waitpid(os.posix_spawn("/bin/sh", [*LIST, {label}], os.environ), 0)', 1),
    "open": ('os.close(os.open("/dev/null", os.O_RDONLY))', 1),
}
#: What makes another descriptor of one, which gets a number and a name that tell it apart.
TWINS = ("os.dup2({0}, {number})  # {twin}", "{twin} = fcntl.fcntl({0}, fcntl.F_DUPFD, {number})  # {twin}")
#: What is done with both, where the program has a list of them.
ON_BOTH = (
    "for each in both:\n{indent}    os.set_inheritable(each, True)  # x0 x1",
    "for each in (x0, x1):\n{indent}    os.set_inheritable(each, True)  # x0 x1",
    "for each in [x0, *both]:\n{indent}    print('one')\n{indent}    os.set_inheritable(each, True)  # x0 x1",
    "for each in both:\n{indent}    os.set_inheritable(each, False)",
    "[os.set_inheritable(each, True) for each in both]  # x0 x1",
    "subprocess.run([*LIST, {label}], pass_fds=both)",
    "[subprocess.run([*LIST, {label}], pass_fds=(each,)) for each in both]",
    "[launch({label}) for each in both]",
    "both.reverse()",
)
SIMPLE = [name for name, (_, often) in {**ON_ONE, **ALONE}.items() for _ in range(often)]


def statement(draw: Any, program: Program, indent: str, depth: int, in_loop: bool) -> None:
    kinds = [*SIMPLE, "leave", "print", "both", "both", "twin"]
    kinds += ["if", "if", "finally", "finally", "except", "loop", "fork"] if depth < 2 else []
    kind = draw(st.sampled_from(kinds))
    if kind in ON_ONE:
        if program.usable and not (kind == "close" and (in_loop or "both" in program.source)):
            name = draw(st.sampled_from(program.usable))
            line = ON_ONE[kind][0].format(name, label=program.label(), indent=f"    {indent}")
            program.lines.append(f"{indent}{line}  # {name}")
            if kind == "close":
                program.usable.remove(name)
    elif kind in ALONE:
        program.lines.append(indent + ALONE[kind][0].format(label=program.label(), indent=f"    {indent}"))
    elif kind == "twin":
        name = draw(st.sampled_from(program.usable)) if program.usable else ""
        if name:
            place = int(name[1:])
            line = draw(st.sampled_from(TWINS))
            program.lines.append(indent + line.format(name, number=FIRST + 20 * place, twin=f"x{5 + place}"))
    elif kind == "both":
        if "both =" in program.source:
            line = draw(st.sampled_from(ON_BOTH))
            program.lines.append(indent + line.format(label=program.label(), indent=f"    {indent}"))
    elif kind == "print":
        program.prints += 1
        program.lines.append(f"{indent}print('printed {program.prints}')  # as it was")
    elif kind == "leave":
        how = draw(st.sampled_from(["return 3", "raise OSError", "raise OSError"]))
        program.lines += [f"{indent}if {draw(st.sampled_from('ab'))}:", f"{indent}    {how}"]
    else:
        compound(draw, program, kind, indent, depth, in_loop)


def compound(draw: Any, program: Program, kind: str, indent: str, depth: int, in_loop: bool) -> None:
    before = list(program.usable)
    if kind == "if":
        program.lines.append(f"{indent}if {draw(st.sampled_from('ab'))}:")
        block(draw, program, indent, depth, in_loop)
    elif kind == "loop":
        program.lines.append(f"{indent}for _ in range(2):")
        block(draw, program, indent, depth, True)
    elif kind == "fork":
        call = f'os.execv("/bin/sh", [*LIST, {program.label()}])'
        lines = ["pid = os.fork()", "if not pid:", f"    {call}", "os.waitpid(pid, 0)"]
        program.lines += [indent + line for line in lines]
    else:
        program.lines.append(f"{indent}try:")
        block(draw, program, indent, depth, in_loop)
        program.usable = [name for name in before if name in program.usable]
        program.lines.append(f"{indent}finally:" if kind == "finally" else f"{indent}except OSError:")
        block(draw, program, indent, depth, in_loop)
    program.usable = [name for name in before if name in program.usable]


def block(draw: Any, program: Program, indent: str, depth: int, in_loop: bool) -> None:
    length = len(program.lines)
    for _ in range(draw(st.integers(1, 3))):
        statement(draw, program, indent + "    ", depth + 1, in_loop)
    if len(program.lines) == length:
        program.lines.append(indent + "    pass")
