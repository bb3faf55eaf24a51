"""Attributes of objects are read and set."""

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import one_of
from inheritlint.domain.standard_streams import STREAM_NAMES
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, LocalCallable, ObjectRef, QualifiedName
from inheritlint.flow import instructions as flow
from inheritlint.flow.blocks import Class
from inheritlint.interpreter import waits
from inheritlint.interpreter.asking import has_number
from inheritlint.interpreter.frame import Frame, Results
from inheritlint.interpreter.names import available, is_telling
from inheritlint.interpreter.variables import narrowed, narrows, read_flag, read_unguarded
from inheritlint.knowledge.platforms import (
    EVERYWHERE,
    GUARDED_FLAGS,
)

_SYS = QualifiedName("sys")


def load_attribute(frame: Frame, each: flow.LoadAttribute, state: State) -> Results:
    base = state.registers.get(each.obj, ANYTHING)
    if isinstance(base, QualifiedName):
        name = f"{base.name}.{each.name}"
        on = available(name)
        if base.name in ("os", "posix", "nt") and each.name in GUARDED_FLAGS and not frame.catches("AttributeError"):
            read_flag(frame, each.node, each.name, state)
        elif on != EVERYWHERE:
            if not narrows(frame, each.name, "AttributeError"):
                read_unguarded(frame, each.node, each.name, state)
            elif not frame.absent(state, on, "AttributeError", is_telling(name)):
                return []
        else:
            frame.doubt(state, "AttributeError")
    elif each.name == "fileno" and has_number(base, state):
        frame.doubt(state, "AttributeError")
    else:
        frame.throw(state, "AttributeError", probable=False)
    results = frame.load_attribute(base, each.name, state)
    for way, value in results:
        frame.file.note_used(value, frame.function, way)
    return [(way, narrowed(value, way)) for way, value in results]


def store_attribute(frame: Frame, each: flow.StoreAttribute, state: State) -> Results:
    value = ANYTHING if each.src is None else state.registers.get(each.src, ANYTHING)
    if each.src is None:
        frame.throw(state, "AttributeError", probable=False)
    state.thrown = frozenset()
    waits.released([value], state)
    for owner in alternatives(state.registers.get(each.obj, ANYTHING)):
        if isinstance(owner, ObjectRef) and not owner.is_anything:
            state.put((owner, f".{each.name}"), value)
            state.forget_answers(owner.step(f".{each.name}"))
        elif isinstance(owner, LocalCallable) and isinstance(owner.target, Class):
            held = frame.file.assigned[owner.target]
            held[each.name] = one_of([held[each.name], value]) if each.name in held else value
        elif owner == _SYS and each.name in STREAM_NAMES:
            frame.file.replaced_streams.add(f"sys.{each.name}")
    return [(state, value)]
