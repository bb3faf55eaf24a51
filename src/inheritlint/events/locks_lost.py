"""Another program takes the place of this one, and a lock that is held is gone: its descriptor is closed on exec."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, references, things_in
from inheritlint.domain.identity import covers
from inheritlint.domain.origins import Made, Receiver
from inheritlint.domain.state import State
from inheritlint.domain.values import NONE, ObjectRef, PartialSequence, QualifiedName, SequenceValue, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.events.makers import held_by, is_ours, may_be_inherited
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.knowledge.platforms import POSIX
from inheritlint.lifecycle.inheritance import any_exposed
from inheritlint.source.nodes import below

_OPEN = (Kind.DESCRIPTOR, Kind.FILE)
#: What is locked, with the call that did it.
Lock = tuple[ObjectRef, cst.CSTNode]
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
    lost = [event for node, seen in program.records.items() for event in _lost(program, node, seen)]
    yield from lost
    known = {(event.node, event.locked) for event in lost}
    for node, seen in program.file.relayed.items():
        if not any(each.spec.effect in _KEEPING for each in seen):
            inner = {each.inner for each in seen}
            relayed = _lost(program, node, seen)
            yield from (event for event in relayed if known.isdisjoint((each, event.locked) for each in inner))


def _lost(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[LockLost]:
    replaced = [each for each in seen if each.spec.effect is Effect.EXEC and each.credible and not each.forked]
    before = _locked_from_the_start(program, program.function_around(node)) if replaced else frozenset()
    held = [(each, thing, by) for each in replaced for thing, by in each.locks | before]
    found = [(each, thing, by) for each, thing, by in held if _is_closed(program, each, thing)]
    if found and platforms_of(replaced) & POSIX and not any(_is_itself(program, node, each) for each in replaced):
        record, thing, by = found[0]
        name = record.source_name_of(thing) or ""
        known = [value for each, value in record.names if each == name]
        known += [each for value in held_by(program, thing) for each in references(value)]
        is_number = any(each.kind is Kind.DESCRIPTOR for each in known)
        yield LockLost(program.tree.span(node), node, program, platforms_of(replaced), by, name, is_number)


def _is_closed(program: Program, record: CallRecord, thing: ObjectRef) -> bool:
    """Whether exec closes `thing`: this program made it, as CPython makes what it opens, and nothing has changed it."""
    if thing.kind not in _OPEN or any_exposed(program, [thing]):
        return False
    if isinstance(thing.origin, Receiver):
        if not is_ours(program, thing, closed_on_exec=True) or may_be_inherited(program, thing):
            return False
    elif not isinstance(thing.origin, Made):
        return False
    kept = (*record.inheritable, *_copied(program))
    return not any(covers(thing, each) or covers(each, thing) for each in kept)


def _locked_from_the_start(program: Program, function: Function) -> frozenset[Lock]:
    """What the initialiser of an object locks: its other methods find it so, where none of them unlocks, closes or
    replaces it."""
    initialiser = function.owner.methods.get("__init__") if function.owner is not None else None
    exits = program.all_exits.get(initialiser) if initialiser is not None and initialiser is not function else None
    if exits is None or not exits.returned.states:
        return frozenset()
    held = frozenset.intersection(*(frozenset(_kept_locks(state)) for state in exits.returned.states))
    return frozenset(lock for lock in held if _stays_locked(program, lock, initialiser))


def _kept_locks(state: State) -> Iterator[Lock]:
    """What is locked, and stands in an attribute of the object."""
    for (owner, step), value in state.heap.items():
        if isinstance(owner.origin, Receiver) and not owner.path and isinstance(value, ObjectRef):
            for thing, by in state.locks:
                if thing == value.base:
                    yield owner.step(step, value.kind), by


def _stays_locked(program: Program, lock: Lock, initialiser: Function | None) -> bool:
    """Whether nothing in the file changes what the initialiser has locked."""
    thing, by = lock
    if any(covers(each.thing, thing) or covers(thing, each.thing) for each in program.file.closings[thing.origin]):
        return False
    for node, seen in program.records.items():
        for each in seen if node is not by else ():
            if each.spec.effect is Effect.LOCK and thing in map(_base, things_in(each.value("fd") or NONE)):
                return False
    cell = ObjectRef(thing.origin), thing.path[0]
    holders = {each for each, exits in program.all_exits.items() if any(cell in s.heap for s in exits.returned.states)}
    return holders <= {initialiser}


def _base(thing: ObjectRef) -> ObjectRef:
    return thing.base


def _copied(program: Program) -> Iterator[ObjectRef]:
    """What another descriptor stands for, too, that stays open: it may have been made before the lock was taken."""
    for records in (program.records, program.file.relayed):
        for each in (record for seen in records.values() for record in seen if record.copies):
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
