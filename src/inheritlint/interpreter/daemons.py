"""What the context of a daemon closes when it is opened, and who uses that afterwards all the same."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.identity import covers
from inheritlint.domain.origins import Imported, Made, Receiver
from inheritlint.domain.state import State
from inheritlint.domain.values import NONE, ObjectRef, QualifiedName, SequenceValue, Value
from inheritlint.flow.blocks import Class
from inheritlint.interpreter.attributes import resolution_order
from inheritlint.interpreter.containers import names_of, snapshot
from inheritlint.interpreter.frame import Frame, Site
from inheritlint.knowledge.daemons import HARMLESS_WHEN_CLOSED, PRESERVING, WRITING
from inheritlint.knowledge.effects import Kind

#: What is closed with its descriptor.
_OPEN = (Kind.DESCRIPTOR, Kind.FILE, Kind.SOCKET, Kind.CONNECTION, Kind.HANDLER, Kind.DATABASE, Kind.LISTENER)
#: The logger that all others hand their messages to.
ROOT = ObjectRef(Imported("logging.root"), (), Kind.LOGGER)
HANDLERS = ".handlers"
#: The cell of an object that uses a file: that file.
USED = "<used>"
#: Stands for all that was opened before the function that opens a context began.
_ELSEWHERE = ObjectRef(Imported("<opened elsewhere>"))
#: What shows its positional arguments, and does nothing else with them.
_SHOWING = WRITING | {"print"}


def daemonise(frame: Frame, context: ObjectRef, state: State) -> None:
    """`context` is opened: what is open and the context does not preserve is closed. What this function has opened is
    known here; what was opened before is seen where it is used."""
    preserved = _preserved(context, state)
    if preserved is None or not isinstance(context.origin, Made) or context.origin.maker is not frame.function:
        return
    state.swept |= {(_ELSEWHERE, context.origin.node)}
    frame.file.preserved[context.origin.node].update(preserved)
    owners = {item.origin for item in preserved}
    names = {value: name for name, value in names_of(state) if not name.endswith(HANDLERS)}
    for thing, holder in _opened(state):
        is_kept = any(covers(thing, item) or covers(item, thing) for item in preserved)
        if not is_kept and holder not in owners and not any(covers(closed, thing) for closed in state.closed):
            state.swept |= {(thing, context.origin.node)}
            frame.file.swept.setdefault(context.origin.node, {})[thing] = names.get(thing, "")


def _preserved(context: ObjectRef, state: State) -> list[ObjectRef] | None:
    """What `context` leaves open; None where that is not known."""
    found: list[ObjectRef] = []
    for name in PRESERVING:
        value = snapshot(state.heap.get((context, f".{name}"), NONE), state)
        is_list = name == PRESERVING[0]
        if is_list and value != NONE and not isinstance(value, SequenceValue):
            return None
        items = value.items if isinstance(value, SequenceValue) else (value,)
        found += [item for item in items if isinstance(item, ObjectRef) and not item.is_anything]
        if is_list and any(isinstance(item, ObjectRef) and item.is_anything for item in items):
            return None
    return found


def _opened(state: State) -> Iterator[tuple[ObjectRef, object]]:
    """What this function has opened and can still reach, with the origin of what holds it."""
    for value in state.variables.values():
        yield from ((thing, None) for thing in things_in(value) if _is_open(thing))
    for (owner, _), value in state.heap.items():
        yield from ((thing, owner.origin) for thing in things_in(value) if _is_open(thing))


def _is_open(thing: ObjectRef) -> bool:
    return thing.kind in _OPEN and isinstance(thing.origin, Made)


def is_logging(name: str, site: Site) -> bool:
    """Whether a message is logged by `name`: a function of `logging`, or a method of a logger."""
    is_logger = isinstance(site.receiver, ObjectRef) and site.receiver.kind is Kind.LOGGER
    return name.rpartition(".")[2] in WRITING and (is_logger or name.startswith("logging."))


def note_uses(frame: Frame, func: Value, site: Site, state: State) -> None:
    """A call that uses what a daemon's context has closed."""
    for thing, last in _used(func, site, state):
        if last in HARMLESS_WHEN_CLOSED or not state.credible:
            continue
        for known, by in state.swept:
            if known == _ELSEWHERE and _was_open(frame, thing.base, state) and not _is_kept(frame, thing.base, by):
                frame.file.swept.setdefault(by, {})[thing.base] = _name_of(frame, thing.base, state)
            elif known != thing.base:
                continue
            frame.file.used_when_swept.setdefault((by, thing.base), site.node)


def _was_open(frame: Frame, thing: ObjectRef, state: State) -> bool:
    """Whether `thing` was opened before this function began, and no other one opens it again."""
    if thing.kind not in _OPEN or any(covers(closed, thing) for closed in state.closed):
        return False
    match thing.origin, thing.path:
        case Made(maker=maker, via=via) as origin, _:
            return origin not in frame.brought and (bool(via) or maker is not frame.function)
        case Receiver(definition), (step,):
            return _is_set_by_initialisers(frame, definition, step[1:])
    return False


def _is_set_by_initialisers(frame: Frame, definition: Class, name: str) -> bool:
    """Whether only `__init__` sets an attribute, of a class and its heirs, and this is another function."""
    if name in frame.file.assigned.get(definition, {}):
        return False
    heirs = [each for each in frame.file.bases if definition in resolution_order(frame, each)]
    order = {owner: None for each in (definition, *heirs) for owner in resolution_order(frame, each)}
    setters = [each for owner in order for each in owner.stores.get(name, ())]
    around = set(frame.function.outward())
    return bool(setters) and all(each.name == "__init__" and each not in around for each in setters)


def _is_kept(frame: Frame, thing: ObjectRef, by: cst.CSTNode) -> bool:
    """Whether the context that `by` made may leave `thing` open."""
    items = frame.file.preserved[by]
    return any(covers(thing, item) or covers(item, thing) or not _is_another(item) for item in items)


def _is_another(item: ObjectRef) -> bool:
    """Whether something that has not the name of a thing is no part of it: its number may be kept by another name."""
    is_object = item.kind in _OPEN and item.kind is not Kind.DESCRIPTOR
    return isinstance(item.origin, Made) or (is_object and isinstance(item.origin, Receiver))


def _name_of(frame: Frame, thing: ObjectRef, state: State) -> str:
    """How `thing` is written here; empty where it has no name."""
    names = {name: value for name, value in state.variables.items() if isinstance(name, str)}
    if isinstance(thing.origin, Made):
        return next((name for name, value in {**frame.file.globals, **names}.items() if value == thing), "")
    owner = ObjectRef(thing.origin, (), None, thing.old)
    return next((f"{name}{thing.path[0]}" for name, value in names.items() if value == owner), "")


def _used(func: Value, site: Site, state: State) -> Iterator[tuple[ObjectRef, str]]:
    for option in alternatives(func):
        name = option.name if isinstance(option, QualifiedName) else ""
        last = option.path[-1][1:] if isinstance(option, ObjectRef) and option.path else name.rpartition(".")[2]
        given = site.arguments.after(len(site.arguments.positional)) if last in _SHOWING else site.arguments
        yield from ((thing, last) for thing in given.things())
        if isinstance(option, ObjectRef) and isinstance(site.receiver, ObjectRef):
            yield site.receiver, last
            yield from ((thing, last) for thing in things_in(state.heap.get((site.receiver, USED), NONE)))
        if is_logging(name or last, site):
            for logger in (ROOT, *([site.receiver] if isinstance(site.receiver, ObjectRef) else [])):
                yield from ((thing, last) for thing in things_in(state.heap.get((logger, HANDLERS), NONE)))
