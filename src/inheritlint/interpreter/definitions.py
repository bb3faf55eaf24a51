"""Functions and classes of the file where they are defined."""

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import softened
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, LocalCallable, QualifiedName, Value, at
from inheritlint.flow import instructions as flow
from inheritlint.flow.blocks import Class, Function
from inheritlint.interpreter.decorators import wrapper_of
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.records import Argument, Arguments
from inheritlint.interpreter.skips import unskipped


def make_function(frame: Frame, each: flow.MakeFunction, state: State) -> Results:
    """`def`, or `lambda`: who may call it, and on which platforms, is known from here."""
    file, function = frame.file, each.function
    file.defaults[function] = {
        name: softened(state.registers.get(register, ANYTHING)) for name, register in each.defaults
    }
    platforms = state.platforms
    made: Value = LocalCallable(function)
    wrappers: list[Function] = []
    for register in reversed(each.decorators):
        decorator = state.registers.get(register, ANYTHING)
        platforms = unskipped(decorator, platforms)
        if isinstance(decorator, LocalCallable) and isinstance(decorator.target, Function):
            given_back = _given_back(frame, each.node, decorator, made, state)
            kept = frozenset(
                i for way, value in given_back for i in way.platforms if made in alternatives(at(value, i))
            )
            platforms = platforms & kept if kept else platforms
            wrapper = None if kept else wrapper_of(frame, decorator, [value for _, value in given_back])
            wrappers += [] if wrapper is None else [wrapper]
    if wrappers and not any(name.endswith("contextmanager") for name in function.decorators):
        file.wrappers[function] = tuple(wrappers)
    file.defined_on[function] = file.defined_on.get(function, frozenset()) | platforms
    return [(state, made)]


def _given_back(frame: Frame, node: cst.CSTNode, decorator: LocalCallable, made: Value, state: State) -> Results:
    """What a decorator of the file makes of a function. Where it gives that back on some platforms, it is defined on
    these; where it wraps it everywhere, on all."""
    return frame.call(decorator, Site(node, Arguments((Argument(made),))), state.copy())


def make_class(frame: Frame, each: flow.MakeClass, state: State) -> Results:
    """`class`, after its body."""
    file, definition = frame.file, each.definition
    members = {
        name: state.variables[variable] for name, variable in each.members.items() if variable in state.variables
    }
    file.note_members(definition, members, state)
    bases = [state.registers.get(register, ANYTHING) for register in each.bases]
    file.bases[definition] = [
        base.target for base in bases if isinstance(base, LocalCallable) and isinstance(base.target, Class)
    ]
    file.outside_bases[definition] = [base.name for base in bases if isinstance(base, QualifiedName)]
    mark = file.members[definition].get("pytestmark")
    decorators = [state.registers.get(register, ANYTHING) for register in each.decorators]
    for method in definition.methods.values():
        on = file.defined_on.get(method, file.platforms)
        for one in (mark, *decorators):
            on = unskipped(one, on)
        file.defined_on[method] = on
    return [(state, LocalCallable(definition))]
