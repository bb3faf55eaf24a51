"""A descriptor that is inheritable from its creation: what it is called, and which child processes inherit it."""

import libcst as cst

from inheritlint.events.creations import BornInheritable
from inheritlint.findings import Step, StepRole


def trace(born: BornInheritable) -> tuple[Step, ...]:
    """The child processes that are started while the descriptor is inheritable."""
    span = born.program.tree.span
    text = "a child process that inherits it is started here"
    return tuple(Step(span(child), text, StepRole.CHILD) for child in born.receivers)


def master_of(born: BornInheritable) -> str:
    """The name to which the master of a terminal is unpacked; `fd` where it is not."""
    assign = born.program.outline.parents[born.node]
    target = assign.targets[0].target if isinstance(assign, cst.Assign) else None
    if isinstance(target, cst.Tuple) and len(target.elements) == 2:
        return born.program.tree.text(target.elements[1].value)
    return "fd"
