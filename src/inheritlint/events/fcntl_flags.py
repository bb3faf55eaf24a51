"""`fcntl`: which command is given which flags."""

from collections.abc import Iterator
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.literals import as_bits
from inheritlint.domain.values import FlagBits, QualifiedName
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import Effect
from inheritlint.knowledge.flags import CONSTANTS, FD_CLOEXEC
from inheritlint.source.nodes import below, children_of

_NONBLOCK, _CLOEXEC = CONSTANTS["os.O_NONBLOCK"], CONSTANTS["os.O_CLOEXEC"]


class FlagMistake(Enum):
    """Which flag stands where another belongs (fcntl(2))."""

    FLAG_AS_COMMAND = auto()  # fcntl(fd, FD_CLOEXEC)
    CLOEXEC_OF_OPEN = auto()  # F_SETFD, O_CLOEXEC
    STATUS_FLAG = auto()  # F_SETFD, O_NONBLOCK
    DESCRIPTOR_FLAG = auto()  # F_SETFL, FD_CLOEXEC or O_CLOEXEC
    FLAG_AS_TRUTH = auto()  # set_inheritable(fd, FD_CLOEXEC)


@frozen
class WrongFlag(Call):
    """A flag of one family is given to a call that takes another. `argument` is where it stands; `is_direct` is false
    where a function of the file passes it on, `is_certain` where another path gives a right one. `clears` says that the
    call clears close-on-exec: not where it keeps the flags that were set before."""

    confusion: FlagMistake
    argument: cst.Arg | None
    is_direct: bool = True
    is_certain: bool = True
    clears: bool = False


def _commanded(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    found = {_confusion(program, each) for each in seen if each.credible}
    confusions = [each for each in found if each is not None]
    if len(confusions) != 1:
        return
    confusion = confusions[0]
    wrong = next(each for each in seen if _confusion(program, each) is confusion)
    given = wrong.bound.get("cmd" if confusion is FlagMistake.FLAG_AS_COMMAND else "arg")
    argument = given.node if given is not None else None
    here = (program.tree.span(node), node, program, platforms_of(seen))
    is_direct = wrong.given is None
    sets = confusion in (FlagMistake.CLOEXEC_OF_OPEN, FlagMistake.STATUS_FLAG)
    clears = sets and given is not None and all(bits.holds(FD_CLOEXEC).is_false for bits in _bits(wrong, given))
    yield WrongFlag(*here, confusion, argument, is_direct, is_certain=None not in found, clears=clears)


def is_mistaken(program: Program, node: cst.CSTNode) -> bool:
    """Whether the call `node` is given a flag of another family, whatever its function is given."""
    if not isinstance(node, cst.Call):
        return False
    seen = program.records.get(node, [])
    return any(
        next(builder(program, node, of_that_effect), None) is not None
        for effect, builder in EVENT_BUILDERS.items()
        if (of_that_effect := [each for each in seen if each.spec.effect is effect])
    )


def _bits(record: CallRecord, given: Argument) -> list[FlagBits]:
    return [as_bits(option) for option in alternatives(given.value, record.platforms)]


def _confusion(program: Program, record: CallRecord) -> FlagMistake | None:
    command, given = record.value("cmd"), record.bound.get("arg")
    name = command.name if isinstance(command, QualifiedName) else ""
    if name == "" and command is not None and mentions(program, record.bound["cmd"].node, "FD_CLOEXEC"):
        return FlagMistake.FLAG_AS_COMMAND
    if given is None or name not in ("fcntl.F_SETFD", "fcntl.F_SETFL"):
        return None
    numbers = _bits(record, given)
    if name == "fcntl.F_SETFD":
        if all(bits.ones & _CLOEXEC for bits in numbers):
            return FlagMistake.CLOEXEC_OF_OPEN
        return FlagMistake.STATUS_FLAG if all(bits.ones & _NONBLOCK for bits in numbers) else None
    if all(bits.ones & _CLOEXEC for bits in numbers):
        return FlagMistake.DESCRIPTOR_FLAG
    held = all(bits.ones & FD_CLOEXEC for bits in numbers)
    return FlagMistake.DESCRIPTOR_FLAG if held and mentions(program, given.node, "FD_CLOEXEC") else None


def _set(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    """`set_inheritable(fd, FD_CLOEXEC)`: 1 is true."""
    given = seen[0].bound.get("inheritable")
    if given is None or given.node is None:
        return
    if program.tree.text(given.node.value).rpartition(".")[2] in ("FD_CLOEXEC", "O_CLOEXEC"):
        confusion = FlagMistake.FLAG_AS_TRUTH
        yield WrongFlag(program.tree.span(node), node, program, platforms_of(seen), confusion, given.node)


def mentions(program: Program, node: cst.CSTNode | None, *names: str) -> bool:
    """Whether an expression names one of `names`, by itself or through a variable that is only bound to such."""
    if node is None:
        return False
    pending, seen = [node], set()
    while pending:
        part = pending.pop()
        if isinstance(part, cst.Name):
            if part.value in names:
                return True
            if part.value not in seen:
                seen.add(part.value)
                pending.extend(_bound_to(program, part))
        pending.extend(children_of(part))
    return False


def _bound_to(program: Program, name: cst.Name) -> Iterator[cst.CSTNode]:
    """What the variable `name` is assigned in the functions around where it is read, or in the module; what it loops
    over."""
    parents = program.outline.parents
    scopes: list[cst.CSTNode] = [program.outline.enclosing(name)]
    while not isinstance(scopes[-1], cst.Module):
        scopes.append(program.outline.enclosing(scopes[-1]))
    for node in program.outline.names.get(name.value, ()):
        target = parents.get(node) if program.outline.enclosing(node) in scopes else None
        while isinstance(target, (cst.Element, cst.Tuple, cst.List)):
            target = parents.get(target)
        if isinstance(target, (cst.For, cst.CompFor)) and node not in below(target.iter):
            yield target.iter
        if isinstance(target, cst.AssignTarget):
            statement = parents[target]
            if isinstance(statement, cst.Assign):
                yield statement.value


CHOSEN = {Effect.FCNTL: frozenset(["cmd", "arg"])}
EVENT_BUILDERS = {Effect.FCNTL: _commanded, Effect.SET_INHERITABLE: _set}
