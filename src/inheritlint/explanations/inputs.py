"""A child process that inherits the program's standard input: who reads it, and what to do."""

from inheritlint.events.inputs_shared import InputShared
from inheritlint.findings import Step, StepRole


def trace(shared: InputShared) -> tuple[Step, ...]:
    """Where the program reads its requests."""
    if shared.reader is None:
        return ()
    text = "the program reads requests from `stdin` here"
    return (Step(shared.program.tree.span(shared.reader), text, StepRole.READ),)


def remedy(shared: InputShared) -> str:
    """How the child process is started without it."""
    if not shared.can_redirect:
        return "use `subprocess.run` with `stdin=subprocess.DEVNULL`"
    return "add `stdin=subprocess.DEVNULL`"
