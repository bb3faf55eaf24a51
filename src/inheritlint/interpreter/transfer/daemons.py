"""What makes the context of a daemon, and handlers of loggers that have a file open."""

from collections.abc import Callable

from inheritlint.domain.origins import Imported
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, ConstantValue, ObjectRef
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.daemons import HANDLERS, ROOT, USED
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.knowledge.daemons import DAEMONS, PRESERVING, USING
from inheritlint.knowledge.effects import Kind


def _context(frame: Frame, site: Site, state: State) -> Results:
    """`daemon.DaemonContext(…)`: nothing is closed yet."""
    frame.throw(state, None)
    known = not site.arguments.has_unpacking
    context = made(frame, state, site.node, Kind.DAEMON if known else None)
    bound = site.arguments.bind(DAEMONS["daemon.DaemonContext"])
    for name in PRESERVING:
        state.put((context, f".{name}"), bound[name].value if name in bound else NONE)
    return [(state, context)]


def _handler(frame: Frame, site: Site, state: State) -> Results:
    """`logging.FileHandler(…)`: has its file open, unless it waits with that (`delay`)."""
    frame.throw(state, "OSError")
    delay = dict(site.arguments.named).get("delay")
    opens = len(site.arguments.positional) < 2 and (delay is None or truth(delay.value) is False)
    return [(state, made(frame, state, site.node, Kind.HANDLER if opens else None))]


def _configure(frame: Frame, site: Site, state: State) -> Results:
    """`logging.basicConfig(filename=…)`: the root logger has a handler with an open file; with `force` no other."""
    frame.throw(state, "OSError")
    named = dict(site.arguments.named)
    if "force" in named:
        state.drop((ROOT, HANDLERS))
    if "filename" in named and (ROOT, HANDLERS) not in state.heap:
        state.put((ROOT, HANDLERS), made(frame, state, site.node, Kind.HANDLER))
    return [(state, NONE)]


def _logger(frame: Frame, site: Site, state: State) -> Results:
    name = site.value(0, "name")
    if name is None or name == NONE:
        return [(state, ROOT)]
    if isinstance(name, ConstantValue):
        return [(state, ObjectRef(Imported(f"logging.{name.value}"), (), Kind.LOGGER))]
    return [(state, made(frame, state, site.node, Kind.LOGGER))]


def add_handler(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`logger.addHandler(handler)`: who writes to the logger uses the handler."""
    handler = site.value(0, "hdlr")
    if handler is not None:
        state.put((base, HANDLERS), handler)
    return [(state, NONE)]


def remove_handler(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`logger.removeHandler(handler)`: it is not known what is left."""
    state.drop((base, HANDLERS))
    return [(state, NONE)]


def _using(frame: Frame, site: Site, state: State) -> Results:
    """`csv.writer(file)`: who uses it uses the file."""
    frame.throw(state, "TypeError", probable=False)
    thing, file = made(frame, state, site.node), site.value(0)
    if file is not None:
        state.put((thing, USED), file)
    return [(state, thing)]


DAEMON_FUNCTIONS: dict[str, Callable[[Frame, Site, State], Results]] = {
    "logging.basicConfig": _configure,
    "logging.getLogger": _logger,
    **{name: _context for name, known in DAEMONS.items() if known.makes is Kind.DAEMON},
    **dict.fromkeys(USING, _using),
    **{name: _handler for name in DAEMONS if name.endswith("Handler")},
}
