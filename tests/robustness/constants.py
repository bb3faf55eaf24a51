"""Expressions of constants, as odd as Python lets them be, where a linter would like to know their value."""

import random
from collections.abc import Callable

_ATOMS = r"""
0 1 -1 3 2**70 1.5 1e400 2j None True False ... () [] {} (1,) ["a"] {"a":1} {1:2} {1} int(1e400) HUGE
"" "a" "abc" "win32" "é" "\ud800" b"" b"abc" b"\xff" "hex" "idna" "utf-8" "rot13" "²" "0x10" "1_0" "٣"
"%" "%s" "%(a)s" "%c" "%*d" "{}" "{0}" "{0.x}" "{:>99999}" "{a!r}" "{" "}" "{²}" "{-1}"
sys.platform os.name platform.system() os.sep sys.version_info os.O_RDONLY os.O_CLOEXEC os.environ sys.platform[::0]
""".replace("HUGE", hex(1 << 15_000)).split()
_METHODS = """
startswith endswith lower upper casefold strip title capitalize get format encode decode
join split replace removeprefix zfill to_bytes real count index __len__ items pop
""".split()
_SIGNS = "+,-,*,/,//,%,**,<<,>>,|,&,^,@,and,or,==,!=,<,<=,>,>=,is,in,not in,is not".split(",")
_CALLS = """
int str bool len bytes tuple list dict set float ord chr abs sum min max range divmod pow repr getattr hasattr open
""".split()

#: Where the value of an expression is asked for.
PLACES = [
    "os.open('x', {0})", "os.open('x', os.O_RDONLY | ({0}))", "subprocess.Popen(['x'], close_fds={0})",
    "subprocess.Popen(['x'], pass_fds={0})", "os.set_inheritable(d, {0})", "os.dup2(d, {0})", "os.dup2(d, 5, {0})",
    "fcntl.fcntl(d, fcntl.F_SETFD, {0})", "fcntl.fcntl(d, {0}, 3)", "subprocess.Popen(['x', {0}], close_fds=False)",
    "subprocess.Popen(['x'], env={{'LOG_FD': {0}}})", "subprocess.Popen({0}, pass_fds=[d])", "open('x', {0})",
    "socket.socket({0}, {0})", "os.posix_spawn('x', ['x'], {{}}, file_actions=[{0}])", "os.execv('x', {0})",
    "if {0}:\n    os.set_inheritable(d, True)", "match {0}:\n    case 'a' | 1:\n        os.set_inheritable(d, True)",
    "for each in {0}:\n    os.set_inheritable(each, True)", "x = {0}\nos.open('x', x)", "a, b = {0}\nos.open('x', a)",
    "x += {0}\nos.open('x', x)", "subprocess.run(**{{'close_fds': {0}}})", "subprocess.run(*{0}, **{0})",
    "os.memfd_create('x', {0})", "os.close({0})", "os.closerange({0}, {0})", "os.fdopen({0})",
    "while {0}:\n    d = os.dup(d)", "os.write(d, {0})",
]  # fmt: skip
HEAD = "import fcntl, os, platform, socket, subprocess, sys\nd = os.dup(1)\nx = 0\n"


def expression(chance: random.Random, depth: int = 3) -> str:
    """An expression whose value is known, or would be if it had one."""
    return chance.choice(_SHAPES)(chance, depth - 1) if depth else chance.choice(_ATOMS)


def program(chance: random.Random) -> str:
    """A program that asks for the values of some."""
    lines = (chance.choice(PLACES).format(expression(chance)) for _ in range(chance.randint(1, 6)))
    return HEAD + "\n".join(lines) + "\n"


def _method(chance: random.Random, depth: int) -> str:
    arguments = ", ".join(expression(chance, depth) for _ in range(chance.choice([0, 1, 1, 2])))
    return f"({expression(chance, depth)}).{chance.choice(_METHODS)}({arguments})"


def _operation(chance: random.Random, depth: int) -> str:
    return f"({expression(chance, depth)} {chance.choice(_SIGNS)} {expression(chance, depth)})"


def _call(chance: random.Random, depth: int) -> str:
    arguments = ", ".join(expression(chance, depth) for _ in range(chance.choice([0, 1, 1, 2])))
    return f"{chance.choice(_CALLS)}({arguments})"


def _subscript(chance: random.Random, depth: int) -> str:
    index = chance.choice(["{0}", "{0}", "({0}):", ":({0})", "::({0})"]).format(expression(chance, depth))
    return f"({expression(chance, depth)})[{index}]"


def _sign(chance: random.Random, depth: int) -> str:
    return f"({chance.choice(['-', '+', '~', 'not '])}{expression(chance, depth)})"


def _text(chance: random.Random, depth: int) -> str:
    inner = chance.choice([hex(1 << 15_000), "d", "x", "1", "-1", "1.5", "None", "sys.platform", "2**70", "os.name"])
    return 'f"fd={' + inner + chance.choice(["", "!r", ":>5", ":{d}"]) + '}"'


def _percent(chance: random.Random, depth: int) -> str:
    template = chance.choice(["'fd=%d'", "b'%d'", "'%(a)s'", "'%'", "'%c%c'", "'%*d'"])
    return f"({template} % {expression(chance, depth)})"


def _either(chance: random.Random, depth: int) -> str:
    return f"({expression(chance, depth)} if {expression(chance, depth)} else {expression(chance, depth)})"


def _display(chance: random.Random, depth: int) -> str:
    forms = ["[{0}, *{0}]", "({0}, {0})", "{{{0}: {0}, **{0}}}", "{{{0}}}", "[{0} for e in {0}]", "(y := {0})"]
    return chance.choice(forms).format(expression(chance, depth))


_SHAPES: list[Callable[[random.Random, int], str]] = [
    _method, _method, _operation, _operation, _call, _subscript, _sign, _text, _percent, _either, _display,
]  # fmt: skip
