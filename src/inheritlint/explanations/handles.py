"""A handle whose number a child process is passed, or that is listed for it: where it comes from, what to do."""

from inheritlint.events.handles_given import HandleGiven, HandleListed, HandleNumberHanded
from inheritlint.findings import Step, StepRole


def name_of(given: HandleGiven) -> str:
    """The handle as it is written, in backquotes; "a handle" where it has no name."""
    return f"`{given.number}`" if given.number else "a handle"


def private_name_of(given: HandleGiven) -> str:
    """The same of one that is not inheritable."""
    return f"non-inheritable `{given.number}`" if given.number else "a non-inheritable handle"


def trace(given: HandleGiven) -> tuple[Step, ...]:
    """Where the handle was created."""
    name = f"`{given.number}`" if given.number else "the handle"
    text = f"{name} is created here" + ("" if given.is_born_inheritable else ", not inheritable")
    return (Step(given.program.tree.span(given.created), text, StepRole.CREATED),)


def remedy_for_listed(listed: HandleListed) -> str:
    """How a handle that is listed is made inheritable."""
    if not listed.number:
        return "make it inheritable first"
    return f"call `os.set_handle_inheritable({listed.number}, True)` first"


def remedy(handed: HandleNumberHanded) -> str:
    """How the child process inherits the handle whose number it is passed."""
    if handed.is_inheritable:
        return 'list it in `lpAttributeList["handle_list"]`'
    return "make it inheritable and list it in `handle_list`"
