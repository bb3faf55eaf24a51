"""Functions and classes of the file where they are defined."""

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import softened
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, LocalCallable, QualifiedName, Value, at
from inheritlint.flow import instructions as flow
from inheritlint.flow.blocks import Class, Function
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
    for register in reversed(each.decorators):
        decorator = state.registers.get(register, ANYTHING)
        platforms = unskipped(decorator, platforms)
        platforms = _kept_on(frame, each.node, decorator, made, platforms, state)
    file.defined_on[function] = file.defined_on.get(function, frozenset()) | platforms
    return [(state, made)]


def _kept_on(
    frame: Frame, node: cst.CSTNode, decorator: Value, made: Value, platforms: frozenset[int], state: State
) -> frozenset[int]:
    """The platforms on which a decorator of the file gives the function back; all where it wraps it everywhere."""
    if not isinstance(decorator, LocalCallable) or not isinstance(decorator.target, Function):
        return platforms
    trial = state.copy()
    results = frame.call(decorator, Site(node, Arguments((Argument(made),))), trial)
    given_back = frozenset[int]()
    for way, value in results:
        given_back |= {i for i in way.platforms if made in list(alternatives(at(value, i)))}
    return platforms & given_back if given_back else platforms


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
