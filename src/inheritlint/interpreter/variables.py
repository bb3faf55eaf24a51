"""Names are bound, read and imported."""

import sys

import libcst as cst

from inheritlint.domain.alternatives import alternatives, references
from inheritlint.domain.joins import one_of
from inheritlint.domain.origins import Variable
from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, NONE, LocalCallable, ObjectRef, PerPlatform, Value
from inheritlint.flow import instructions as flow
from inheritlint.interpreter import waits
from inheritlint.interpreter.decorators import decorated_in
from inheritlint.interpreter.frame import Frame, Results
from inheritlint.interpreter.names import available, is_telling, is_understood, of_nobody, qualified
from inheritlint.knowledge.platforms import (
    EVERYWHERE,
    GUARDED_FLAGS,
    POSIX,
    POSIX_MODULES,
    WINDOWS,
    WINDOWS_MODULES,
)


def load(frame: Frame, each: flow.Load, state: State) -> Results:
    file = frame.file
    if each.owner is None:
        value = of_nobody(each.name, file.stars)
        if isinstance(value, ObjectRef):
            frame.throw(state, "NameError", probable=False)
        else:
            frame.doubt(state, "NameError")
    elif each.owner is frame.function:
        found = state.variables.get(each.name)
        if found is None or each.name in each.owner.rebound:
            frame.throw(state, "NameError", probable=False)
        value = _own(frame, each.name, found)
    else:
        known = state.variables.get((each.owner, each.name))
        if frame.wrapped is not None and (each.owner, each.name) == decorated_in(frame.function):
            known = frame.wrapped
        value = file.variable(each.owner, each.name, frame.function) if known is None else known
    file.note_used(value, frame.function, state)
    return [(state, narrowed(value, state))]


def _own(frame: Frame, name: str, found: Value | None) -> Value:
    if found is None:
        known = of_nobody(name, frame.file.stars) if frame.function.parent is None else None
        return known if known is not None else ObjectRef(Variable(frame.function, name))
    if name in frame.function.rebound and not any(isinstance(each, LocalCallable) for each in alternatives(found)):
        return one_of([found, ObjectRef(Variable(frame.function, name))]) if not references(found) else found
    return found


def narrowed(value: Value, state: State) -> Value:
    """A value that depends on the platform, where all platforms of this state agree on it."""
    if isinstance(value, PerPlatform) and not value.compared and not value.reads:
        left = value.on(state.platforms)
        if len(left) == 1:
            return next(iter(left))
    return value


def store(frame: Frame, each: flow.Store, state: State) -> Results:
    value = state.registers.get(each.src, ANYTHING)
    state.thrown = frozenset()
    if state.ends.tracked:
        _hold(frame, each, value, state)
    if each.owner is frame.function:
        state.variables[each.name] = value
        if each.name in each.owner.shared or each.owner.parent is None:
            frame.file.remember(each.owner, each.name, value)
    else:
        state.variables[each.owner, each.name] = value
        frame.file.remember(each.owner, each.name, value)
    return [(state, value)]


def _hold(frame: Frame, each: flow.Store, value: Value, state: State) -> None:
    """A variable keeps an object alive; what it held before is closed where nothing else holds it. What sees a
    variable of several functions may close what it holds."""
    if each.owner is not frame.function or each.name in each.owner.shared:
        waits.released([value], state)
    state.ends = state.ends.bound(each.name, value)


def delete(frame: Frame, each: flow.Delete, state: State) -> Results:
    frame.throw(state, "NameError", probable=False)
    state.ends = state.ends.bound(each.name, None)
    state.variables.pop(each.name if each.owner is frame.function else (each.owner, each.name), None)
    return [(state, NONE)]


def import_name(frame: Frame, each: flow.Import, state: State) -> Results:
    name = each.qualified
    root = name.partition(".")[0]
    on = WINDOWS if root in WINDOWS_MODULES else POSIX if root in POSIX_MODULES else EVERYWHERE
    if on != EVERYWHERE and not frame.absent(state, on, "ModuleNotFoundError", is_telling(root)):
        return []
    if on == POSIX and "." in name and not frame.absent(state, available(name), "ImportError", is_telling(name)):
        return []
    if on == EVERYWHERE and (on := available(name)) != EVERYWHERE:
        if name.rpartition(".")[2] in GUARDED_FLAGS and not frame.catches("ImportError"):
            read_flag(frame, each.node, name.rpartition(".")[2], state)
        elif not narrows(frame, name, "ImportError"):
            read_unguarded(frame, each.node, name, state)
        elif not frame.absent(state, on, "ImportError", is_telling(name)):
            return []
    if each.star:
        _bind_all(frame, each, state)
    if root in sys.stdlib_module_names or root == "":
        frame.doubt(state, "ImportError")
    else:
        frame.throw(state, "ModuleNotFoundError", probable=False)
    return [(state, qualified(name))]


def _bind_all(frame: Frame, each: flow.Import, state: State) -> None:
    """`from module import *`: of the names that the file reads those that the module is known to have."""
    frame.file.stars.add(each.qualified)
    for name in each.names:
        full = f"{each.qualified}.{name}"
        if is_understood(full):
            state.variables[name] = qualified(full)
            frame.file.remember(frame.file.module, name, state.variables[name])


def read_flag(frame: Frame, node: cst.CSTNode, flag: str, state: State) -> None:
    """A flag of open(2) is read, and nothing catches its absence: where POSIX can run, what follows is POSIX."""
    frame.file.note_flag(node, flag, state)
    if flag == "O_CLOEXEC":
        state.platforms = state.platforms & POSIX or state.platforms


def read_unguarded(frame: Frame, node: cst.CSTNode, name: str, state: State) -> None:
    """A function of handles is read, and nothing catches its absence."""
    if state.credible:
        known = frame.missing.get(node, ("", frozenset[int]()))[1]
        frame.missing[node] = name.rpartition(".")[2], known | state.platforms


def narrows(frame: Frame, name: str, exception: str) -> bool:
    """Whether reading `name` says where the program runs: what only Windows has is what we look for elsewhere."""
    return not name.endswith("handle_inheritable") or frame.catches(exception)
