"""Another program takes the place of this one, and a lock that is held is gone: its descriptor is closed on exec."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.identity import covers
from inheritlint.domain.origins import Made
from inheritlint.domain.values import ObjectRef, PartialSequence, QualifiedName, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import POSIX
from inheritlint.lifecycle.inheritance import any_exposed
from inheritlint.source.nodes import below

_OPEN = (Kind.DESCRIPTOR, Kind.FILE)
#: What makes a second descriptor that exec does not close.
_COPYING = (".dup2", ".F_DUPFD")
#: What a function may do with a descriptor so that it stays open.
_KEEPING = (Effect.SET_INHERITABLE, Effect.FCNTL)


@frozen
class LockLost(Call):
    """A program replaces this one while something is locked that is closed on exec. `locked` is the call that locked
    it, `lock` how it is written where the program is replaced, empty where it has no name there; `is_number` says that
    this is a descriptor, not a file."""

    locked: cst.CSTNode
    lock: str
    is_number: bool

    @property
    def number(self) -> str:
        """The expression for the descriptor."""
        return self.lock if self.is_number or not self.lock else f"{self.lock}.fileno()"


def locks_lost(program: Program) -> Iterator[Event]:
    """One event for each call that replaces the program while a lock is held, directly or in a function of the file."""
    for node, seen in program.records.items():
        yield from _lost(program, node, seen)
    for node, seen in program.file.relayed.items():
        if not any(each.spec.effect in _KEEPING for each in seen):
            yield from _lost(program, node, seen)


def _lost(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    replaced = [each for each in seen if each.spec.effect is Effect.EXEC and each.credible and not each.forked]
    found = [(each, thing, by) for each in replaced for thing, by in each.locks if _is_closed(program, each, thing)]
    if found and platforms_of(replaced) & POSIX and not any(_is_itself(program, node, each) for each in replaced):
        record, thing, by = found[0]
        name = record.source_name_of(thing) or ""
        is_number = any(each == name and value.kind is Kind.DESCRIPTOR for each, value in record.names)
        yield LockLost(program.tree.span(node), node, program, platforms_of(replaced), by, name, is_number)


def _is_closed(program: Program, record: CallRecord, thing: ObjectRef) -> bool:
    """Whether exec closes `thing`: this program made it, as CPython makes what it opens, and nothing has changed it."""
    if not isinstance(thing.origin, Made) or thing.kind not in _OPEN or any_exposed(program, [thing]):
        return False
    kept = (*record.inheritable, *_copied(program))
    return not any(covers(thing, each) or covers(each, thing) for each in kept)


def _copied(program: Program) -> Iterator[ObjectRef]:
    """What another descriptor stands for, too, that stays open: it may have been made before the lock was taken."""
    for records in (program.records, program.file.relayed):
        for each in (record for seen in records.values() for record in seen if record.name.endswith(_COPYING)):
            if (source := each.value("fd")) is not None:
                yield from things_in(source)


def _is_itself(program: Program, node: cst.Call, record: CallRecord) -> bool:
    """Whether the program may start itself again: it locks again."""
    values = (argument.value for argument in record.bound.values())
    if any(name.name == "sys.executable" for name in _names(values)):
        return True
    for part in below(node):
        names = set(program.outline.qualified(part)) if isinstance(part, (cst.Name, cst.Attribute)) else set()
        if "__file__" in names or (isinstance(part, cst.Name) and part.value == "__file__"):
            return True
        if "sys.argv" in names and not _is_cut(program, part):
            return True
    return False


def _names(values: Iterable[Value]) -> Iterator[QualifiedName]:
    for value in values:
        for option in alternatives(value):
            if isinstance(option, QualifiedName):
                yield option
            elif isinstance(option, (SequenceValue, PartialSequence)):
                yield from _names(option.items)


def _is_cut(program: Program, argv: cst.CSTNode) -> bool:
    """Whether `argv` stands in `sys.argv[1:]` or `sys.argv[1]`: the arguments without the program."""
    parent = program.outline.parents.get(argv)
    if not isinstance(parent, cst.Subscript) or parent.value is not argv:
        return False
    return not program.tree.text(parent).replace(" ", "").endswith(("[0]", "[:]", "[0:]"))
