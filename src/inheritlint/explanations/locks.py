"""A lock that is lost when the program is replaced: where it was taken, and how it is kept."""

from inheritlint.events.locks_lost import LockLost
from inheritlint.findings import Step, StepRole


def trace(lost: LockLost) -> tuple[Step, ...]:
    """Where the lock was taken."""
    text = f"`{lost.lock}` is locked here" if lost.lock else "the lock is taken here"
    return (Step(lost.program.tree.span(lost.locked), text, StepRole.LOCKED),)


def name_of(lost: LockLost) -> str:
    """What is locked, as it is written; "a file" where it has no name."""
    return f"`{lost.lock}`" if lost.lock else "a file"


def remedy(lost: LockLost) -> str:
    """How the new program keeps the lock."""
    if not lost.number:
        return "make its descriptor inheritable first"
    return f"call `os.set_inheritable({lost.number}, True)` first"
