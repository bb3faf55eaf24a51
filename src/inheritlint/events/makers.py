"""Which calls of the file made a descriptor, and whether that is all that is known of it."""

from collections.abc import Iterator
from itertools import chain

import libcst as cst

from inheritlint.domain.alternatives import alternatives, references, things_in
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.literals import as_bits
from inheritlint.domain.origins import Made, Origin, Receiver, Variable
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import ConstantValue, FlagBits, ObjectRef, PartialSequence, SequenceValue, Value
from inheritlint.flow.blocks import Class
from inheritlint.flow.sequence import may_follow
from inheritlint.interpreter.following import followed
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import Effect
from inheritlint.knowledge.flags import CONSTANTS

_MARKING = (Effect.SET_INHERITABLE, Effect.HANDLE_FLAG)


def creation_of(thing: ObjectRef) -> cst.Call | None:
    """The call in this file that made `thing`, for the code that reads it here."""
    made = thing.origin if isinstance(thing.origin, Made) else None
    return made.node if made is not None and isinstance(made.node, cst.Call) and not made.via else None


def creations_of(program: Program, thing: ObjectRef) -> tuple[cst.Call, ...]:
    """The calls of the file that made `thing`, wherever: those of all that an attribute, or a variable of the module,
    is given; nothing where one of them is not known."""
    return tuple(dict.fromkeys(_creations(program, thing, frozenset())))


def _creations(program: Program, thing: ObjectRef, asked: frozenset[ObjectRef]) -> list[cst.Call]:
    if isinstance(thing.origin, Made):
        return [thing.origin.node] if isinstance(thing.origin.node, cst.Call) else []
    if thing in asked or not isinstance(thing.origin, (Receiver, Variable)):
        return []
    found: list[cst.Call] = []
    for value in held_by(program, thing):
        for option in alternatives(value):
            if isinstance(option, (ConstantValue, FlagBits)):
                continue  # what stands there before, or when it is closed: None, -1
            made = _creations(program, option, asked | {thing}) if isinstance(option, ObjectRef) else []
            if not made:
                return []
            found += made
    return found


def held_by(program: Program, thing: ObjectRef) -> Iterator[Value]:
    """What functions of the file leave in an attribute, or in a variable of the module; nothing for what is neither."""
    origin = thing.origin
    if isinstance(origin, Variable):
        value = program.file.variables.get((origin.owner or program.module, origin.name))
        if value is not None:
            yield followed(value, ObjectRef(origin, thing.path, thing.kind), State())
        return
    if not isinstance(origin, Receiver):
        return
    bases = _bases(program, origin.definition)
    for function, exits in program.all_exits.items():
        owner = function.owner
        if owner is None or not (owner in bases or origin.definition in _bases(program, owner)):
            continue
        this = ObjectRef(Receiver(owner))
        for state in exits.returned.states:
            if thing.path and (this, thing.path[0]) in state.heap:
                yield followed(this, thing, state)


def _bases(program: Program, definition: Class) -> set[Class]:
    """A class and its bases in the file."""
    found: set[Class] = set()
    pending = [definition]
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending += program.file.bases.get(each, [])
    return found


def is_own(program: Program, node: cst.CSTNode, thing: ObjectRef, *, until: cst.CSTNode | None = None) -> bool:
    """Whether `thing` is a descriptor that a call in the function around `node` made closed on exec, and that only
    known code saw, `until` a start where that is given."""
    root = creation_of(thing)
    if root is None or thing.kind is None or program.is_made_elsewhere(thing.origin, node):
        return False
    if thing.origin in program.file.exposed and (until is None or _is_seen_until(program, until, root, thing.origin)):
        return False
    seen = program.records.get(root)
    return seen is None or all(_is_private(each) for each in seen)


def _is_seen_until(program: Program, start: cst.CSTNode, root: cst.Call, origin: Origin) -> bool:
    """Whether code that is not known may get what `root` made before the `start` of a child, or together with what
    that gave."""
    here = program.function_around(start)
    for (function, node), given in program.file.exposed_by.items():
        if origin not in given:
            continue
        if function is not here or may_follow(here, node, start, unless=root):
            return True
        if any(isinstance(each, Made) and each.node is start for each in given):
            return True
    return False


def is_ours(program: Program, thing: ObjectRef, *, closed_on_exec: bool) -> bool:
    """Whether `thing` is a descriptor that the file made, wherever that was, and that only known code saw; closed on
    exec, if so wanted."""
    if thing.kind is None or any(same_or_inside(thing.base, each) for each in program.file.exposed_things):
        return False
    made = creations_of(program, thing)
    if not made or not _is_unseen(program, made):
        return False
    return not closed_on_exec or all(_is_private(each) for root in made for each in program.records.get(root, ()))


def _is_unseen(program: Program, made: tuple[cst.Call, ...]) -> bool:
    """Whether no code that is not known got what these calls made."""
    return not any(isinstance(each, Made) and each.node in made for each in program.file.exposed)


def may_be_inherited(program: Program, thing: ObjectRef) -> bool:
    """Whether some child of the file may have `thing`: it is made inheritable somewhere, or sent along with a message,
    or a child is passed it, or passed what is not known."""
    made = set(creations_of(program, thing))
    given = {
        owner for exits in program.all_exits.values() for state in exits.returned.states for owner, _ in state.marks
    }
    for record in chain.from_iterable((*program.records.values(), *program.file.relayed.values())):
        passed = record.value("pass_fds") if record.spec.effect is Effect.SUBPROCESS else None
        if passed is not None and not isinstance(passed, (SequenceValue, PartialSequence)):
            return True
        given.update(things_in(passed) if passed is not None else ())
    given |= program.file.transported
    return any(not made.isdisjoint(creations_of(program, each)) for each in given)


def may_be_marked(program: Program, thing: ObjectRef) -> bool:
    """Whether some call of the file may make `thing` inheritable: it does, or it is not known what it is given."""
    made = set(creations_of(program, thing))
    for record in chain.from_iterable(program.records.values()):
        wanted = record.value("inheritable")
        if record.spec.effect not in _MARKING or (wanted is not None and truth(wanted) is False):
            continue
        target = record.value("handle") or record.value("descriptor")
        given = references(target) if target is not None else []
        roots = [creations_of(program, each) for each in given]
        if not roots or any(not each or not made.isdisjoint(each) for each in roots):
            return True
    return False


def _is_private(record: CallRecord) -> bool:
    """Whether a creation that rules listen to keeps its descriptor from children for sure, or surely not."""
    if record.spec.effect in (Effect.OPEN, Effect.CREATE_HANDLE):  # a state says which of them are inheritable
        return True
    if record.spec.effect is not Effect.CREATE_WITH_FLAGS:
        return False
    flags = record.value("flags")
    if flags is None:
        return not record.arguments.has_unpacking
    held = [as_bits(option).holds(CONSTANTS[record.spec.flag]) for option in alternatives(flags)]
    return record.spec.flag != "" and not any(answer.known is None for answer in held)
