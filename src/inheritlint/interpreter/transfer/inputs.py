"""What reads this program's standard input, a piece at a time, under whatever name it is known."""

from collections.abc import Callable

from inheritlint.domain.standard_streams import number_of
from inheritlint.domain.state import State
from inheritlint.domain.values import NONE, FlagBits, ObjectRef, Value
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.transfer import effects
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import CallSpec, Kind
from inheritlint.knowledge.protocols import (
    ASKING_METHODS,
    FACES,
    READING_METHODS,
    SERVING_METHODS,
    SERVING_NAMES,
)


def is_input(value: Value | None) -> bool:
    """Whether `value` is standard input as a file."""
    if not isinstance(value, ObjectRef):
        return False
    return value.kind is Kind.INPUT or (number_of(value) == 0 and not {*value.path} - {".buffer", ".raw"})


def reads_input(value: Value) -> bool:
    """Whether who goes through `value`, or calls it, reads standard input: `sys.stdin`, or a method of it."""
    if not isinstance(value, ObjectRef):
        return False
    return is_input(value) or (bool(value.path) and value.path[-1][1:] in READING_METHODS and number_of(value) == 0)


def serving(base: ObjectRef, name: str, site: Site) -> tuple[str, CallSpec] | None:
    """The row of a method that reads requests until there are no more, or asks whether a person types them."""
    if name in SERVING_METHODS and base.kind is Kind.SERVER:
        return f"server.{name}", SERVING_METHODS[name]
    if name == "connect_read_pipe" and not is_input(site.value(1, "pipe")):
        return None
    if name in SERVING_NAMES:
        return name, SERVING_NAMES[name]
    return (name, ASKING_METHODS[name]) if name in ASKING_METHODS else None


def _read(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """A piece of standard input; `read()` without a size reads all that comes, and is no piece."""
    if not is_input(base):
        return None
    frame.throw(state, None)
    size = site.value(0, "size")
    if site.name == "read" and size in (None, NONE, FlagBits(-1)):
        return [(state, made(frame, state, site.node))]
    frame.read_input(site.node)
    return [(state, made(frame, state, site.node, Kind.REQUEST))]


def _face(frame: Frame, site: Site, state: State) -> Results:
    """`io.TextIOWrapper(file)`: another face of the same file, where that is standard input."""
    given = site.value(0, "buffer")
    frame.throw(state, None)
    return [(state, given if given is not None and is_input(given) else made(frame, state, site.node))]


def _load(frame: Frame, site: Site, state: State) -> Results:
    """`pickle.load(file)`: reads one message of many."""
    if is_input(site.value(0, "file")):
        frame.read_input(site.node)
    return effects.apply(frame, site.name, CALLS[site.name], site, state)


INPUTS: dict[str, Callable[[Frame, Site, State], Results]] = {
    **dict.fromkeys(FACES, _face),
    **dict.fromkeys(("pickle.load", "marshal.load", "cbor2.load"), _load),
}
INPUT_METHODS: dict[str, Callable[[Frame, ObjectRef, Site, State], Results | None]] = dict.fromkeys(
    READING_METHODS, _read
)
