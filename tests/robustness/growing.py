"""Programs of a few lines that double, nest and repeat: what they compute would fill any memory, were it computed."""

import random
from collections.abc import Callable

HEAD = """import os
import subprocess
import sys

r = os.dup(0)
l = [r]
d = {'a': r}
s = 'a'
n = 3
f = os.O_RDONLY
"""

#: Statements that make what they are about larger when they are repeated.
DOUBLING = [
    "l = l + l + [r]", "l = [l, l]", "l = (*l, *l)", "l += l", "l = l * 2", "l.extend(l)", "l = [*l, r]", "t = l, l",
    "d = {**d, 'x%d': l}", "d = {'a': d, 'b': d}", "d = dict(d, b=d)", "d.update(d)", "d['k%d'] = l",
    "s = s + s", "s = f'{s}{s}{r}'", "s = '%%s%%s' %% (s, s)", "s = s.format(s, s)", "s += str(r)",
    "n = n * n", "n = n << n", "n = n ** n", "f = f | n", "f |= os.O_CLOEXEC if n else f",
    "r = r if n else os.dup(r)", "l = l if s else [r, *l]", "f = {0: f, 1: n}[n]",
]  # fmt: skip
NESTING = [
    "if a{0}:", "for x{0} in l:", "while a{0}:", "with open(s) as w{0}:", "try:", "def g{0}(l=l, r=r):", "class C{0}:",
]  # fmt: skip
CONCERNED = [
    "os.set_inheritable(r, True)", "subprocess.Popen(['x'], close_fds=False)", "os.set_inheritable(r, False)",
    "os.open(s, f)", "subprocess.Popen(l, pass_fds=l)", "os.close(r)", "r = os.dup(r)", "os.dup2(r, n)",
]  # fmt: skip


def program(chance: random.Random, most: int) -> str:
    """A program of at most `most` characters."""
    text = HEAD
    while len(text) < most * chance.random():
        text += chance.choice(_SHAPES)(chance)
    return text[: text.rfind("\n", 0, most) + 1]


def repeated(statement: str, count: int) -> str:
    """`statement` so many times, with a number in each place that asks for one."""
    return HEAD + "".join(f"{_numbered(statement, number)}\n" for number in range(count)) + _LAST


def _numbered(statement: str, number: int) -> str:
    return statement % number if "%d" in statement else statement.replace("%%", "%")


def _double(chance: random.Random) -> str:
    lines = [chance.choice(DOUBLING + CONCERNED) for _ in range(chance.randint(1, 3))]
    return "".join(_numbered(line, number) + "\n" for number in range(chance.randint(5, 80)) for line in lines)


def _nest(chance: random.Random) -> str:
    depth = chance.randint(2, 15)
    lines = []
    ends = []
    for level in range(depth):
        opening = chance.choice(NESTING).format(level)
        lines.append("    " * level + opening)
        lines += ["    " * (level + 1) + chance.choice(CONCERNED)]
        if opening == "try:":
            ends.append("    " * level + "finally:\n" + "    " * (level + 1) + chance.choice(CONCERNED))
    return "\n".join([*lines, *reversed(ends)]) + "\n"


def _cases(chance: random.Random) -> str:
    marks = chance.choice(CONCERNED)
    return "match n:\n" + "".join(f"    case {number}:\n        {marks}\n" for number in range(chance.randint(5, 60)))


def _chain(chance: random.Random) -> str:
    sign = chance.choice([" and ", " or ", " + ", " | ", " if n else ", ", "])
    return "x = " + sign.join(chance.choice(["n", "r", "f", "s", "l"]) for _ in range(chance.randint(5, 60))) + "\n"


_LAST = "os.set_inheritable(r, True)\nsubprocess.Popen(['x'], close_fds=False)\n"
_SHAPES: list[Callable[[random.Random], str]] = [_double, _double, _nest, _cases, _chain]
