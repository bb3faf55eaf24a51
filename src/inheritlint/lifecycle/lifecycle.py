"""What becomes of a descriptor after it was made inheritable, over all ways out of the function."""

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum, auto

import libcst as cst

from inheritlint.domain.alternatives import things_in
from inheritlint.domain.descriptor import InheritableMark
from inheritlint.domain.identity import covers
from inheritlint.domain.origins import Imported, Instance, Made, Origin, Parameter, Receiver, Variable
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.values import ObjectRef, PartialCall, Value, item_step, parts_of
from inheritlint.findings.classes import distinct, frozen
from inheritlint.flow.blocks import Class, Function
from inheritlint.interpreter.containers import snapshot
from inheritlint.interpreter.exits import Exits
from inheritlint.interpreter.frame import RETURNED
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.reach import is_private
from inheritlint.interpreter.results import Closing
from inheritlint.knowledge.calls import CLOSING_METHODS
from inheritlint.lifecycle.inheritance import does_not_inherit


class ResetStatus(Enum):
    """How the life of an inheritable flag ends, over all paths."""

    RESET = auto()
    NEVER_RESET = auto()
    NOT_ON_EVERY_PATH = auto()  # reset, but some path skips the reset
    UNKNOWN = auto()


@frozen
class Lifecycle:
    """`created` is the call that made the descriptor, `children` what was started while it was inheritable,
    `resets` what resets it, `skipped_at` the statement by which a path leaves without that and
    `children_skipped` what was started on that path;
    `thing` is the target, and `escapes` says that it outlives the function: returned, or kept in an attribute;
    `skipped_by_error` that only an exception skips the reset."""

    ending: ResetStatus
    created: cst.CSTNode | None = None
    children: tuple[cst.CSTNode, ...] = ()
    resets: tuple[cst.CSTNode, ...] = ()
    skipped_at: cst.CSTNode | None = None
    children_skipped: tuple[cst.CSTNode, ...] = ()
    thing: ObjectRef | None = None
    escapes: bool = False
    skipped_by_error: bool = False


@distinct
class _Way:
    """One way out of the function on which something was made inheritable; `ordinary` where it falls through or
    returns."""

    state: State
    thing: ObjectRef
    mark: InheritableMark
    ordinary: bool

    @property
    def is_inheritable(self) -> bool:
        return self.mark.is_inheritable and not any(covers(each, self.thing) for each in self.state.deferred)


def lifecycle_of(program: Program, function: Function, node: cst.CSTNode) -> Lifecycle:
    """What becomes of what `node` makes inheritable, over all ways out of `function`."""
    ways = list(_ways(program, function, node))
    if not ways:
        return _taken_along(program, node)
    kept = [way for way in ways if way.is_inheritable]
    thing = ways[0].thing
    resets = _in_order(program, {each for way in ways for each in way.mark.resets})
    children = _in_order(program, {each for way in ways for each in way.mark.children})
    created = thing.origin.node if isinstance(thing.origin, Made) and thing.origin.node is not node else None
    if thing.is_element and thing.kind is None:
        created = None  # what gives elements need not have made them
    escapes = any(_escapes(function, way) for way in ways)
    fate = Lifecycle(ResetStatus.UNKNOWN, created, children, resets, thing=thing, escapes=escapes)
    if not kept or _is_reset_elsewhere(program, function, kept) or _is_handed_back(program, function, node, kept):
        return replace(fate, ending=ResetStatus.RESET)
    if _is_switched(program, function, kept, resets):
        return fate
    deliberate = deliberate_resets(program)
    ordinary = any(way.mark.resets or not way.is_inheritable for way in ways if way.ordinary)
    if not ordinary and not any(each in deliberate for each in resets):
        return replace(fate, ending=ResetStatus.NEVER_RESET)
    missed = next((way for way in kept if way.ordinary), kept[0])
    skipped_at = _statement(program, missed.state.left_at)
    started = _in_order(program, set(missed.mark.children))
    by_error = not missed.ordinary
    return replace(
        fate,
        ending=ResetStatus.NOT_ON_EVERY_PATH,
        skipped_at=skipped_at,
        children_skipped=started,
        skipped_by_error=by_error,
    )


def _statement(program: Program, node: cst.CSTNode | None) -> cst.CSTNode | None:
    """The statement by which a path leaves; None where it comes to the end of the function."""
    while node is not None and not isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.WithItem)):
        node = program.outline.parents.get(node)
    return None if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else node


def _taken_along(program: Program, node: cst.CSTNode) -> Lifecycle:
    """No way leads out: another program gets it, and what was started before has got it, too."""
    children = program.file.exec_marks.get(node, frozenset())
    if not children:
        return Lifecycle(ResetStatus.UNKNOWN)
    return Lifecycle(ResetStatus.NEVER_RESET, None, _in_order(program, set(children)))


def _in_order(program: Program, nodes: set[cst.CSTNode]) -> tuple[cst.CSTNode, ...]:
    known = [node for node in nodes if node in program.outline.parents]
    return tuple(sorted(known, key=program.tree.span))


def _ways(program: Program, function: Function, node: cst.CSTNode) -> Iterator[_Way]:
    exits = program.exits(function)
    if exits is None:
        return
    ends = [(state, True) for state in exits.returned.states]
    taken_along = node in program.file.exec_marks
    # An exception that leaves the module ends the process; one before an exec keeps it from what it is there for.
    if function is not program.module and not taken_along:
        ends += [(state, False) for state in exits.raised.states if state.in_flight is None or state.in_flight.probable]
    elif not ends and not taken_along:  # a script ends by an exit as well as by its last line
        ends = [(state, True) for state in program.file.module_ends]
    if not taken_along and not any(state.credible and state.is_marked_by(node) for state, ordinary in ends if ordinary):
        yield from _never_returning(program, exits, node)
    credible = [end for end in ends if end[0].credible]
    # Behind an exec lies only what a manager that keeps in the failure of it would come to.
    for state, ordinary in credible if credible or taken_along else ends:
        for (thing, by), mark in state.marks.items():
            # What was taken over is not judged where an error follows: the next one has the descriptor again.
            if by is node and not program.is_child(mark.forked) and (ordinary or not mark.adopted):
                yield _Way(state, thing, mark, ordinary)


def _never_returning(program: Program, exits: Exits, node: cst.CSTNode) -> Iterator[_Way]:
    """The ways that do not lead out of a function, of what it took over: children were started on them."""
    for state in exits.unreturned.states:
        for (thing, by), mark in state.marks.items():
            if by is not node or not mark.adopted or not state.credible or program.is_child(mark.forked):
                continue
            if any(not does_not_inherit(program, child, thing) for child in mark.children):
                yield _Way(state, thing, mark, ordinary=True)


def deliberate_resets(program: Program) -> set[cst.CSTNode]:
    """Every call that makes something non-inheritable, where others close it."""
    return {each.node for closings in program.file.closings.values() for each in closings if each.reset}


def _is_switched(program: Program, function: Function, kept: list[_Way], resets: tuple[cst.CSTNode, ...]) -> bool:
    """Made inheritable on one branch, non-inheritable on another: a switch, whose caller knows what he does. So it is
    where a loop closes all elements but those that children are to get."""
    if resets:
        return False
    if any(way.mark.spared for way in kept):
        return True
    if any(way.mark.after_reset for way in kept):
        return False
    return any(
        each.function is function and each.reset and covers(each.thing, kept[0].thing)
        for each in program.file.closings.get(kept[0].thing.origin, ())
    )


def _escapes(function: Function, way: _Way) -> bool:
    """Whether the object is still known to other code after the function is left."""
    if function.parent is None:
        return True
    shown = left_to_others(way.state)
    return any(covers(each.base, way.thing) or covers(way.thing, each.base) for each in shown)


def left_to_others(state: State) -> Iterator[ObjectRef]:
    """What a function returns, or keeps where others find it, in a state in which it is left."""
    return (thing for value in _values_left(state) for thing in things_in(value))


def _values_left(state: State) -> list[Value]:
    known = [state.registers[RETURNED]] if RETURNED in state.registers else []
    known += [value for (owner, _), value in state.heap.items() if isinstance(owner.origin, _LASTING)]
    known += [value for name, value in state.variables.items() if not isinstance(name, str)]
    return [snapshot(value, state) for value in known]


#: What outlives a call.
_LASTING = (Receiver, Variable, Parameter, Imported, Instance)


def _names_of(program: Program, function: Function, way: _Way) -> Iterator[ObjectRef]:
    """Every reference that is the object under another name at the end of a path: `self.sock`, a variable that
    other functions see, an element of a list, what such a variable holds."""
    yield way.thing
    if isinstance(origin := way.thing.origin, Variable) and origin.owner is not None:
        held = program.file.variables.get((origin.owner, origin.name))
        for each in things_in(held) if held is not None else ():
            yield ObjectRef(each.origin, (*each.path, *way.thing.path), None, each.old)
    for (owner, step), value in way.state.heap.items():
        origin = owner.origin
        if not (isinstance(origin, (Receiver, Variable, Parameter)) or _is_shared(origin, function)):
            continue
        for inner in _steps_to(way.thing, value):
            yield ObjectRef(origin, (*owner.path, *((step,) if step != CONTENTS else ()), *inner))
    for holder, name in program.holders.get(way.thing, ()):
        yield ObjectRef(Variable(holder, name))


def _is_shared(origin: Origin, function: Function) -> bool:
    """Whether the module, or the body of a class, made what `function` puts something into."""
    return isinstance(origin, Made) and not origin.via and origin.maker is not None and origin.maker is not function


def _steps_to(thing: ObjectRef, value: object) -> Iterator[tuple[str, ...]]:
    """The steps that lead from a value to `thing` inside it."""
    items = getattr(value, "items", None)
    entries = getattr(value, "entries", None)
    options = getattr(value, "options", None)
    if isinstance(value, ObjectRef):
        held = value.base
        if held.origin == thing.origin and held.old == thing.old and thing.path[: len(held.path)] == held.path:
            yield thing.path[len(held.path) :]
    elif isinstance(items, tuple):
        for place, item in enumerate(items):
            yield from ((f"[{place}]", *rest) for rest in _steps_to(thing, item))
            yield from (("[*]", *rest) for rest in _steps_to(thing, item))
    elif isinstance(entries, tuple):
        for key, item in entries:
            yield from ((item_step(key), *rest) for rest in _steps_to(thing, item))
            yield from (("[*]", *rest) for rest in _steps_to(thing, item))
    elif isinstance(options, tuple):
        for option in options:
            yield from _steps_to(thing, option)


def _is_reset_elsewhere(program: Program, function: Function, kept: list[_Way]) -> bool:
    """Whether another function of the file closes or resets what is kept: a method of the class, a nested function,
    of all that shares a variable, or has an object of the class."""
    return all(any(_elsewhere(program, function, way)) or _is_ended_by_what_is_left(program, way) for way in kept)


def _is_ended_by_what_is_left(program: Program, way: _Way) -> bool:
    """Whether the function gives away what closes or resets what is kept: `partial(os.close, fd)`, `sock.close`."""
    pending = _values_left(way.state)
    while pending:
        value = pending.pop()
        pending += parts_of(value)
        ended: set[ObjectRef] = set()
        if isinstance(value, PartialCall):
            ended = program.file.closed_by_partials.get(value.node, ended)
        elif isinstance(value, ObjectRef) and value.path and value.path[-1].lstrip(".") in CLOSING_METHODS:
            ended = {ObjectRef(value.origin, value.path[:-1], None, value.old)}
        if any(covers(each.base, way.thing) for each in ended):
            return True
    return False


def _elsewhere(program: Program, function: Function, way: _Way) -> Iterator[bool]:
    names = list(_names_of(program, function, way))
    for known in names:
        yield from (_closes(program, function, closing, known) for closing in _closings_of(program, known))
    for known in names:
        for thing in _kept_as(program, known):
            closings = program.file.closed_by_callers.get(thing.origin, ())
            yield from (_closes(program, function, closing, thing) for closing in closings)


def _kept_as(program: Program, known: ObjectRef) -> Iterator[ObjectRef]:
    """What methods leave in an attribute of their object, under the names that it had before."""
    if not isinstance(known.origin, Receiver) or not known.path:
        return
    cell = ObjectRef(known.origin), known.path[0]
    for exits in program.all_exits.values():
        for state in exits.returned.states:
            for thing in things_in(state.heap[cell]) if cell in state.heap else ():
                yield ObjectRef(thing.origin, (*thing.path, *known.path[1:]), None, thing.old)


def _closings_of(program: Program, known: ObjectRef) -> Iterator[Closing]:
    yield from program.file.closings.get(known.origin, ())
    if isinstance(known.origin, Receiver):
        for relative in _family(program, known.origin.definition):
            yield from program.file.closings.get(Receiver(relative), ())


def _family(program: Program, definition: Class) -> Iterator[Class]:
    """The bases of a class in the file, and the classes that inherit from it."""
    bases = program.file.bases
    for other in bases:
        if other is not definition and (
            definition in _all_bases(bases, other) or other in _all_bases(bases, definition)
        ):
            yield other


def _all_bases(bases: dict[Class, list[Class]], definition: Class) -> set[Class]:
    found: set[Class] = set()
    pending = list(bases.get(definition, ()))
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending += bases.get(each, ())
    return found


def _closes(program: Program, function: Function, closing: Closing, known: ObjectRef) -> bool:
    if closing.function is function or not _shares(function, closing.function, known):
        return False
    thing = ObjectRef(known.origin, closing.thing.path, None, closing.thing.old)
    return covers(thing, ObjectRef(known.origin, known.path, None, known.old)) and runs_later(
        program, function, closing.function
    )


def _shares(function: Function, other: Function, known: ObjectRef) -> bool:
    """Whether `other` may know what `function` knows as `known`: a parameter is known to the functions inside of its
    own, an instance to those inside of where it is made."""
    match known.origin:
        case Parameter(owner):
            return owner in other.outward()
        case Instance():
            return other.parent is function
    return True


def runs_later(program: Program, function: Function, other: Function) -> bool:
    """Whether another function may run after `function`: any but a local one that it only calls itself, if at all."""
    name = _local_name(program, other)
    if name is None or function.parent is None or function.node not in program.around(other.node):
        return other is not program.module or function is not program.module
    parents = program.outline.parents
    uses = [use for use in program.outline.names.get(name, ()) if not _is_other_use(parents[use], use)]
    calls = [parents[use] for use in uses]
    return any(not isinstance(call, cst.Call) or call.func is not use for use, call in zip(uses, calls, strict=True))


def _is_other_use(parent: cst.CSTNode, name: cst.CSTNode) -> bool:
    """Whether `name` is where a function, or a variable, gets its name, or is that of an attribute."""
    return any(getattr(parent, field, None) is name for field in ("name", "target", "attr"))


def _local_name(program: Program, function: Function) -> str | None:
    """The name by which alone a function can be called, empty for one that nothing can call; None where it has none, or
    other ways lead to it."""
    if isinstance(function.node, cst.FunctionDef):
        return function.node.name.value if function.owner is None else None
    statement = program.outline.parents.get(function.node)
    if isinstance(statement, cst.Expr):
        return ""
    targets = [each.target for each in statement.targets] if isinstance(statement, cst.Assign) else []
    return targets[0].value if len(targets) == 1 and isinstance(targets[0], cst.Name) else None


def _is_handed_back(program: Program, function: Function, node: cst.CSTNode, kept: list[_Way]) -> bool:
    """Whether a function makes inheritable what all of its callers in this file reset: a private one, or one that
    gives it to them."""
    if not is_private(function) and not all(_escapes(function, way) for way in kept):
        return False
    ways = [
        way for other in program.marking.get(node, ()) if other is not function for way in _ways(program, other, node)
    ]
    return bool(ways) and not any(way.is_inheritable for way in ways)
