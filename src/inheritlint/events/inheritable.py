"""A descriptor, socket or handle is made inheritable, and what becomes of that."""

from collections.abc import Callable, Iterator
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Made, Parameter
from inheritlint.domain.truth import truth
from inheritlint.domain.values import FlagBits, ObjectRef, QualifiedName
from inheritlint.events.descriptor_arguments import is_refused
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.fcntl_flags import is_mistaken
from inheritlint.events.makers import is_own
from inheritlint.events.names import name_of
from inheritlint.events.preexec import is_preexec_fn
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect
from inheritlint.knowledge.flags import FD_CLOEXEC
from inheritlint.knowledge.platforms import POSIX
from inheritlint.lifecycle.inheritance import any_exposed, does_not_inherit, is_passed
from inheritlint.lifecycle.lifecycle import Lifecycle, ResetStatus, lifecycle_of


class SetBy(Enum):
    """How a descriptor is made inheritable."""

    FUNCTION = auto()  # os.set_inheritable(fd, True)
    METHOD = auto()  # sock.set_inheritable(True)
    HANDLE = auto()  # os.set_handle_inheritable(handle, True)
    HANDLE_FLAGS = auto()  # win32api.SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)
    FLAGS = auto()  # fcntl.fcntl(fd, fcntl.F_SETFD, 0)
    WRAPPER = auto()  # a function of this file that does one of these


@frozen
class MadeInheritable(Call):
    """A descriptor, socket or handle is made inheritable for sure; `target` is its name, empty where it has none.

    `is_redundant` says that every child which is started meanwhile gets it anyway, `has_no_effect` that none of them
    gets it at all, `is_alone` that no other descriptor is known to be inheritable when they are started, `is_known`
    that no code outside of this function can rely on it, `is_sole` that nothing else in it makes the descriptor
    inheritable.
    """

    target: str
    means: SetBy
    uses_fcntl: bool
    is_handle: bool
    fate: Lifecycle
    is_redundant: bool
    has_no_effect: bool
    is_alone: bool
    is_known: bool
    is_sole: bool

    @property
    def is_parameter(self) -> bool:
        """Whether the target came in as an argument."""
        root = self.fate.thing.origin if self.fate.thing else None
        return isinstance(root, Parameter)

    @property
    def is_method_call(self) -> bool:
        return self.means is SetBy.METHOD


def marked(program: Program, node: cst.Call, seen: list[CallRecord], *, is_descriptor: bool = False) -> Iterator[Event]:
    """What `node` makes inheritable, if it does. Off Windows that is no handle, but may be a descriptor in its
    place."""
    wanted = [record for record in seen if _makes_inheritable(record) and not program.is_child(record.forked)]
    if not wanted or _is_forwarded(program, node) or is_preexec_fn(program, node):
        return
    if _is_mistake_of_callee(program, node):
        return
    is_handle = seen[0].spec.effect is Effect.HANDLE_FLAG
    platforms = platforms_of(wanted)
    if is_handle and platforms & POSIX and not is_descriptor:
        return
    fate = lifecycle_of(program, program.function_around(node), node)
    means = _means(program, node, seen[0])
    target = _target_text(program, node, wanted[0], means)
    yield MadeInheritable(
        program.tree.span(node),
        node,
        program,
        platforms,
        target,
        means,
        seen[0].spec.effect is Effect.FCNTL,
        is_handle,
        fate,
        is_redundant=not is_handle and _all_children(program, fate, is_passed),
        has_no_effect=not is_handle
        and not _has_other_uses(program, fate)
        and _all_children(program, fate, does_not_inherit),
        is_alone=_is_alone(program, fate, [thing for each in wanted for thing in each.arguments.things()]),
        is_known=_is_known(program, fate),
        is_sole=_is_sole(program, node, fate),
    )


def _is_sole(program: Program, node: cst.Call, fate: Lifecycle) -> bool:
    """Whether the descriptor was made here, non-inheritable, and no other call of the function makes it inheritable."""
    if fate.thing is None or not is_own(program, node, fate.thing):
        return False
    function = program.function_around(node)
    for other, seen in program.records.items():
        here = other is not node and program.function_around(other) is function
        if not here or not any(map(_makes_inheritable, seen)):
            continue
        thing = lifecycle_of(program, function, other).thing
        if thing is None or same_or_inside(thing, fate.thing.base) or same_or_inside(fate.thing, thing.base):
            return False
    return True


def _is_known(program: Program, fate: Lifecycle) -> bool:
    """Whether no code outside of the function can rely on it: the target was made here, and is reset or
    closed before the function is left, or is not seen outside."""
    if fate.thing is None or fate.created is None or any_exposed(program, [fate.thing]):
        return False
    return fate.ending is ResetStatus.RESET or not _has_other_uses(program, fate)


def _is_alone(program: Program, fate: Lifecycle, things: list[ObjectRef]) -> bool:
    """Whether every child that is started meanwhile gets nothing but the targets of this call, which are `things`."""
    if fate.thing is None:
        return False
    known = [fate.thing, *things]
    seen = [each for child in fate.children for each in program.seen_at(child)]
    return all(
        any(same_or_inside(other, thing.base) or same_or_inside(thing, other.base) for thing in known)
        for each in seen
        for other in each.inheritable
    )


def _means(program: Program, node: cst.Call, record: CallRecord) -> SetBy:
    if record.given is not None:
        return SetBy.WRAPPER
    if record.spec.effect is Effect.FCNTL:
        return SetBy.FLAGS
    if record.spec.effect is Effect.HANDLE_FLAG:
        return SetBy.HANDLE_FLAGS if record.name.endswith("SetHandleInformation") else SetBy.HANDLE
    return SetBy.METHOD if record.name == "socket.set_inheritable" else SetBy.FUNCTION


def _all_children(program: Program, fate: Lifecycle, holds: Callable[[Program, cst.CSTNode, ObjectRef], bool]) -> bool:
    if fate.ending is ResetStatus.UNKNOWN or fate.thing is None or not fate.children:
        return False
    if any_exposed(program, [fate.thing]) or program.file.forks:
        return False
    return all(holds(program, child, fate.thing) for child in fate.children)


def _has_other_uses(program: Program, fate: Lifecycle) -> bool:
    """Whether the call may be there for others than the children of this function."""
    return fate.escapes or (fate.thing is not None and not isinstance(fate.thing.origin, Made))


def _makes_inheritable(record: CallRecord) -> bool:
    if is_refused(record):
        return False
    if record.spec.effect is Effect.FCNTL:
        command, flags = record.value("cmd"), record.value("arg")
        is_set = command == QualifiedName("fcntl.F_SETFD") and not record.arguments.has_unpacking
        return is_set and as_bits(flags or FlagBits(0)).holds(FD_CLOEXEC).is_false
    value = record.value("inheritable")
    return value is not None and any(truth(option) is True for option in alternatives(value, record.platforms))


def _target_text(program: Program, node: cst.Call, record: CallRecord, means: SetBy) -> str:
    if means is SetBy.METHOD and isinstance(node.func, cst.Attribute):
        return name_of(program.tree, node.func.value)
    argument = record.bound.get(record.spec.parameters[0])
    return name_of(program.tree, argument.node.value) if argument and argument.node else ""


def _is_forwarded(program: Program, node: cst.Call) -> bool:
    """Whether callers in the file say what is made inheritable here: their calls are where it happens."""
    return bool(program.file.forwarded.get(node))


def _is_mistake_of_callee(program: Program, node: cst.CSTNode) -> bool:
    """Whether all that `node` calls gives a flag of another family by itself: there is the mistake, not in the call."""
    inner = [place for place, sites in program.file.forwarded.items() if node in sites and node is not place]
    return bool(inner) and all(is_mistaken(program, each) or _is_mistake_of_callee(program, each) for each in inner)


#: What a function of the file makes inheritable for its callers.
CHOSEN = {Effect.SET_INHERITABLE: frozenset(["descriptor", "inheritable"]), Effect.FCNTL: frozenset(["fd", "arg"])}
EVENT_BUILDERS = {Effect.SET_INHERITABLE: marked, Effect.FCNTL: marked}
