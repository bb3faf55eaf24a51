"""What the context of a daemon closes: where it was opened, where it is used, how it stays open."""

from inheritlint.events.daemon_closings import Closed, DaemonCloses
from inheritlint.findings import Step, StepRole
from inheritlint.knowledge.effects import Kind

_CALLED = {
    Kind.DESCRIPTOR: "a descriptor",
    Kind.FILE: "a file",
    Kind.SOCKET: "a socket",
    Kind.CONNECTION: "a connection",
    Kind.HANDLER: "the log file",
    Kind.DATABASE: "a database connection",
}


def closed(event: DaemonCloses) -> str:
    """What is closed, by name where all of it has one."""
    names = [name_of(each) for each in event.things[:2]]
    return " and ".join(names) + (f" and {len(event.things) - 2} more" if len(event.things) > 2 else "")


def name_of(thing: Closed) -> str:
    """The thing as it is written, in backquotes; else what it is."""
    return f"`{thing.name}`" if thing.name else _CALLED.get(thing.kind or Kind.FILE, "a file")


def preserved(thing: Closed) -> str | None:
    """The expression that `files_preserve` takes for it; None where there is none."""
    if not thing.name or thing.kind is Kind.DATABASE:
        return None
    return f"{thing.name}.stream" if thing.kind is Kind.HANDLER else thing.name


def remedy(event: DaemonCloses) -> str:
    """How it stays open."""
    listed = [preserved(each) for each in event.things]
    if None in listed or len(listed) > 2:
        return "open it inside the context" if len(listed) == 1 else "list them in `files_preserve`"
    return f"add `files_preserve=[{', '.join(each for each in listed if each)}]`"


def line(event: DaemonCloses) -> str:
    """The line of the first use."""
    return str(event.program.tree.span(event.things[0].used).line)


def trace(event: DaemonCloses) -> tuple[Step, ...]:
    """Where each thing was opened, and where it is used."""
    span = event.program.tree.span
    opened = [Step(span(each.created), f"{name_of(each)} is opened here", StepRole.CREATED) for each in event.things]
    used = [Step(span(each.used), f"{name_of(each)} is used here", StepRole.READ) for each in event.things]
    return (*opened, *used)
