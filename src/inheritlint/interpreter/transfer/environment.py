"""Functions that set variables of the environment of this process, or take them out."""

from collections.abc import Callable

from inheritlint.domain.state import State
from inheritlint.domain.values import ANYTHING, NONE, ConstantValue, DictValue, ObjectRef
from inheritlint.interpreter import environment
from inheritlint.interpreter.containers import allocated, made
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.names import ENVIRON


def _put(frame: Frame, site: Site, state: State) -> Results:
    """`os.putenv(name, value)`."""
    frame.throw(state, None, probable=False)
    environment.put(frame, site.node, site.value(0, "key") or ANYTHING, site.value(1, "value") or ANYTHING, state)
    return [(state, NONE)]


def _set_default(frame: Frame, site: Site, state: State) -> Results:
    """`os.environ.setdefault(name, value)`: that value, where there is none before."""
    frame.throw(state, None, probable=False)
    environment.put(frame, site.node, site.value(0, "key") or ANYTHING, site.value(1, "value") or NONE, state)
    return [(state, made(frame, state, site.node))]


def _update(frame: Frame, site: Site, state: State) -> Results:
    """`os.environ.update({name: value}, name=value)`."""
    frame.throw(state, None, probable=False)
    given = site.value(0)
    table = None if given is None else state.contents(given) or given
    if table is not None and not (isinstance(table, DictValue) and table.whole):
        environment.remove(frame, ANYTHING, state)  # it may set anything
    for name, value in table.entries if isinstance(table, DictValue) else ():
        known = name if isinstance(name, ObjectRef) else ConstantValue(name)
        environment.put(frame, site.node, known, value, state)
    for key, argument in site.arguments.named:
        environment.put(frame, site.node, ConstantValue(key), argument.value, state)
    return [(state, NONE)]


def _remove(frame: Frame, site: Site, state: State) -> Results:
    """`os.unsetenv(name)`, `os.environ.clear()`, `os.environ.popitem()`."""
    frame.throw(state, None, probable=False)
    environment.remove(frame, site.value(0, "key") or ANYTHING, state)
    return [(state, NONE)]


def _copy(frame: Frame, site: Site, state: State) -> Results:
    """`os.environ.copy()`."""
    return [(state, allocated(frame, state, site.node, environment.held_in(ENVIRON, state)))]


ENVIRONMENT: dict[str, Callable[[Frame, Site, State], Results]] = {
    "os.putenv": _put,
    "os.unsetenv": _remove,
    "os.environ.setdefault": _set_default,
    "os.environ.update": _update,
    "os.environ.clear": _remove,
    "os.environ.popitem": _remove,
    "os.environ.copy": _copy,
}
