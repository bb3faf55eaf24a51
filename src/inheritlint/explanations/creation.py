"""A descriptor that is inheritable from its creation: what it is called, and which child processes inherit it."""

import libcst as cst

from inheritlint.events.inheritable_creation import CreatedInheritable
from inheritlint.events.names import name_of
from inheritlint.findings import Step, StepRole


def trace(born: CreatedInheritable) -> tuple[Step, ...]:
    """The child processes that are started while the descriptor is inheritable."""
    span = born.program.tree.span
    text = "a child process that inherits it is started here"
    return tuple(Step(span(child), text, StepRole.CHILD) for child in born.receivers)


def remedy_for_master(born: CreatedInheritable) -> str:
    """How the master of a terminal is made non-inheritable, by name where it is unpacked to one."""
    assign = born.program.outline.parents[born.node]
    target = assign.targets[0].target if isinstance(assign, cst.Assign) else None
    master = target.elements[1].value if isinstance(target, cst.Tuple) and len(target.elements) == 2 else None
    if name := name_of(born.program.tree, master):
        return f"call `os.set_inheritable({name}, False)` in the parent"
    return "make it non-inheritable in the parent"
