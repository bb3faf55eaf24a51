"""Programs made at random: how they grow, with branches, loops, handlers and clean-up; a family fills in what they do.

A program is one function `work(a, b)` with what it needs around it. The lines that say something of a descriptor end
in its name, `# x0`, and a line of a function that several are given to ends in all of their names.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st


@dataclass
class Program:
    """A program as it grows. `usable` are the names that are open on every way to here. `around` are the functions and
    classes that stand before `work`, by their names, in the order in which they are needed; a line of theirs ends in
    `# name`, the name of the function, for all that is `given` to it. `inside` stand at the beginning of `work`."""

    draw: Any
    imports: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    usable: list[str] = field(default_factory=list)
    made: int = 0
    around: dict[str, str] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    given: dict[str, set[str]] = field(default_factory=dict)
    facts: set[str] = field(default_factory=set)

    def choose(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def write(self, indent: str, text: str) -> None:
        """Add lines to `work`."""
        self.lines += [indent + line for line in text.splitlines()]

    def in_loop(self, indent: str) -> bool:
        """Whether a line that is indented so would stand in a loop now: it may run twice."""
        depth = len(indent)
        for line in reversed(self.lines):
            indented = len(line) - len(line.lstrip())
            if indented < depth:
                depth = indented
                if line.lstrip().startswith("for "):
                    return True
        return False

    def need(self, name: str, text: str, given: str = "") -> str:
        """Have the function or class `name` before `work`; it is given the descriptor `given`."""
        self.around.setdefault(name, text)
        if given:
            self.given.setdefault(name, set()).add(given)
        return name

    @property
    def source(self) -> str:
        parts = ["\n".join(f"import {module}" for module in self.imports)]
        for name, text in self.around.items():
            names = " ".join(sorted(self.given.get(name, ())))
            parts.append(re.sub(r"# \w+$", lambda m, n=names: f"# {n}" if n else m[0], text, flags=re.M).rstrip())
        body = [line for text in self.inside.values() for line in text.splitlines()] + self.lines
        parts.append("def work(a, b):\n" + "\n".join(f"    {line}" if line else "" for line in body or ["pass"]))
        return "\n\n\n".join(parts) + "\n"

    def __repr__(self) -> str:
        return f"\n{self.source}"


Simple = Callable[[Program, str, str, bool], None]


def grow(program: Program, simple: Simple, kinds: list[str], length: int) -> None:
    """Write `length` statements: of the `kinds` that `simple` writes, or around them."""
    for _ in range(length):
        _statement(program, simple, kinds, "", 0, False)


def _statement(program: Program, simple: Simple, kinds: list[str], indent: str, depth: int, in_loop: bool) -> None:
    def block() -> None:
        length = len(program.lines)
        for _ in range(program.draw(st.integers(1, 3))):
            _statement(program, simple, kinds, indent + "    ", depth + 1, in_loop or kind == "loop")
        if len(program.lines) == length:
            program.lines.append(indent + "    pass")

    kind = program.choose(*kinds, "leave", *(_COMPOUND if depth < 2 else ()))
    before = list(program.usable)
    if kind == "leave":
        how = program.choose("return", "raise OSError", "raise OSError")
        program.write(indent, f"if {program.choose('a', 'b')}:\n    {how}")
    elif kind == "if":
        program.write(indent, f"if {program.choose('a', 'b')}:")
        block()
        if program.choose(True, False):
            after_one = program.usable
            program.usable = list(before)
            program.write(indent, "else:")
            block()
            program.usable = [name for name in program.usable if name in after_one]
    elif kind == "loop":
        program.write(indent, "for _ in range(2):")
        block()
    elif kind in ("finally", "except"):
        program.write(indent, "try:")
        block()
        program.usable = [name for name in before if name in program.usable]
        program.write(indent, "finally:" if kind == "finally" else "except OSError:")
        block()
    else:
        simple(program, kind, indent, depth == 0 and not in_loop)
    if depth:
        program.usable = [name for name in program.usable if name in before]


_COMPOUND = ("if", "if", "finally", "finally", "except", "loop")
