"""The number of a descriptor that goes where the descriptor does not: where it comes from."""

from collections.abc import Iterable

import libcst as cst

from inheritlint.events.event import Call
from inheritlint.events.inherited_descriptors import InheritedDescriptor
from inheritlint.events.messages import NumberReceived, NumberSent, NumberToWorker
from inheritlint.events.numbers_passed import NumberPassed
from inheritlint.findings import Step, StepRole


def passed(handed: NumberPassed) -> tuple[Step, ...]:
    """Where the descriptor was created whose number a child process is passed, and where that was left in the
    environment."""
    name = f"`{handed.number}`" if handed.number else "the descriptor"
    text = f"{name} is created here, not inheritable"
    created = Step(handed.program.tree.span(handed.created), text, StepRole.CREATED)
    places = handed.program.file.variables_set.get(handed.variable, ())
    if len(places) != 1:  # which of several it was is not known
        return (created,)
    left = f"`{handed.variable}` is set to its number here"
    return created, Step(handed.program.tree.span(places[0]), left, StepRole.ENVIRONMENT)


def remedy(handed: NumberPassed) -> str:
    """How the child process inherits the descriptor whose number it is passed."""
    if handed.variable and not handed.number:
        return f"remove `{handed.variable}` from `os.environ` first"
    if handed.needs_mark:
        return f"pass it, made inheritable, in `{handed.allows}`"
    if handed.by_subprocess and (handed.allows != "pass_fds" or handed.is_listing):
        return f"list it in `{handed.allows}`"
    if handed.by_subprocess:
        return f"add `pass_fds=({handed.number},)`" if handed.number else "list it in `pass_fds`"
    if not handed.number:
        return "make it inheritable first"
    return f"call `os.set_inheritable({handed.number}, True)` first"


def instead_of_sending(call: NumberSent) -> str:
    """What hands over the descriptor where `call` sends its number."""
    if call.to_child and not call.on_windows_only:
        return "pass_fds"
    if call.pickled:
        return f"multiprocessing.reduction.{'DupHandle' if call.on_windows_only else 'DupFd'}"
    return "multiprocessing.reduction.send_handle" if call.on_windows_only else "socket.send_fds"


def sent(call: NumberSent | NumberToWorker) -> tuple[Step, ...]:
    """Where the descriptor was created whose number is sent."""
    return _at(call, call.sources, "the descriptor is created here", StepRole.CREATED)


def received(call: NumberReceived) -> tuple[Step, ...]:
    """Where the number was received."""
    return _at(call, call.sources, "the number is received here", StepRole.RECEIVED)


def _at(call: Call, nodes: Iterable[cst.CSTNode], text: str, role: StepRole) -> tuple[Step, ...]:
    return tuple(Step(call.program.tree.span(node), text, role) for node in nodes)


def inherited(adopted: InheritedDescriptor) -> tuple[Step, ...]:
    """The child process that inherits the descriptor too."""
    text = "a child process that inherits it too is started here"
    return (Step(adopted.program.tree.span(adopted.child), text, StepRole.CHILD),)


def advice(adopted: InheritedDescriptor) -> str:
    """What makes the inherited descriptor non-inheritable: the socket's own method where one is made of it, because
    that works on all platforms, and where there was no number."""
    if not adopted.is_socket:
        number = number_of(adopted)
        return f"call `os.set_inheritable({number}, False)`" if number else "call `os.set_inheritable` on it"
    name = socket_of(adopted)
    return f"call `{name}.set_inheritable(False)`" if name else "call `set_inheritable(False)` on it"


def socket_of(adopted: InheritedDescriptor) -> str:
    """The name that is given to the socket; empty where there is none."""
    around = adopted.program.outline.parents[adopted.node]
    target: cst.BaseExpression | None = None
    if isinstance(around, cst.Assign):
        target = around.targets[0].target
    elif isinstance(around, cst.AnnAssign):
        target = around.target
    text = adopted.program.tree.text(target) if target is not None else ""
    return text if all(part.isidentifier() for part in text.split(".")) else ""


def number_of(adopted: InheritedDescriptor) -> str:
    """The expression for the inherited descriptor, where it is a name; else empty."""
    text = adopted.program.tree.text(adopted.number.value) if adopted.number is not None else ""
    return text if all(part.isidentifier() for part in text.split(".")) else ""
