"""A flag of open(2) is read where its platform is not the one that runs."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Event
from inheritlint.facts.program import Program


@dataclass(frozen=True)
class FlagAbsent(Event):
    """`os.O_NOINHERIT` where POSIX can reach it, `os.O_CLOEXEC` where only Windows does. `flag` is its name, `module`
    how the module is written, `only` where it exists, in words."""

    node: cst.Attribute
    program: Program
    flag: str
    module: str
    only: str


def flag_reads(program: Program) -> Iterator[Event]:
    """One event for each flag that some path reads on a platform that lacks it."""
    for node, on_windows in program.absent.items():
        module = program.tree.text(node.value)
        only = "POSIX" if on_windows else "Windows"
        yield FlagAbsent(program.tree.span(node), node, program, node.attr.value, module, only)
