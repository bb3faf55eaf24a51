"""A flag of open(2) is read where its platform is not the one that runs."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.events.event import Event
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.platforms import FLAG_PLATFORMS, POSIX


@frozen
class UnavailableFlag(Event):
    """`os.O_NOINHERIT` where POSIX can reach it, `os.O_CLOEXEC` where only Windows does: read as an attribute, by
    `getattr` without a default, or imported. `flag` is its name, `module` how the module is written, `only` where it
    exists, in words."""

    node: cst.CSTNode
    program: Program
    flag: str
    module: str
    only: str


def flag_reads(program: Program) -> Iterator[Event]:
    """One event for each flag that some path reads on a platform that lacks it."""
    for node, (name, sure, doubted) in program.file.flag_reads.items():
        on = (sure or doubted) & program.file.reached[program.function_around(node)]
        only = "POSIX" if name == "O_CLOEXEC" else "Windows"
        # One platform without a flag of Windows is enough; `O_CLOEXEC` has to be missing on all.
        if not on - FLAG_PLATFORMS[name] or (only == "POSIX" and on & POSIX):
            continue
        match node:
            case cst.Attribute():
                flag, module = node.attr.value, program.tree.text(node.value)
            case cst.Call():
                flag, module = name, program.tree.text(node.args[0].value)
            case cst.ImportAlias():
                flag, module = node.evaluated_name, "os"
            case _:
                continue
        yield UnavailableFlag(program.tree.span(node), node, program, flag, module, only)
