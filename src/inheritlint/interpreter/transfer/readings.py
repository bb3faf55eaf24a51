"""What is read of files, sockets and connections, and where that is its end."""

from collections.abc import Callable

from inheritlint.domain.origins import Parameter
from inheritlint.domain.state import State
from inheritlint.domain.values import NONE, ConstantValue, FlagBits, ObjectRef
from inheritlint.interpreter import waits
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.transfer import effects
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Kind


def _read_number(frame: Frame, site: Site, state: State) -> Results:
    """`os.read(fd, n)`: nothing at the end of file."""
    end = waits.end_of(frame, site.value(0, "fd"), state)
    if end is not None:
        waits.reading(frame, end, state)
    results = effects.apply(frame, site.name, CALLS[site.name], site, state)
    for way, chunk in results:
        if end is not None:
            waits.something_read(frame, end, chunk, way)
    return results


def _read_file(frame: Frame, site: Site, state: State) -> Results:
    """`shutil.copyfileobj(file, …)`, `json.load(file)`: a file is read to its end."""
    end = waits.end_of(frame, site.value(0), state)
    if end is not None:
        waits.wait(frame, end, site.node, state, certain=True)
    frame.throw(state, None)
    return [(state, made(frame, state, site.node))]


# Methods


def _read(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`file.read()`: all of it; `file.read(n)`, `file.readline()`: nothing at its end."""
    end = _end_of_file(frame, base, state)
    if end is None:
        return None
    size = site.value(0, "size")
    whole = site.name in ("readlines", "readall") or (site.name == "read" and size in (None, NONE, FlagBits(-1)))
    if whole and size is not None and site.name != "read":
        return None
    if whole:
        waits.wait(frame, end, site.node, state, certain=True)
    else:
        waits.reading(frame, end, state)
    frame.throw(state, None)
    chunk = made(frame, state, site.node)
    if not whole:
        waits.something_read(frame, end, chunk, state)
    return [(state, chunk)]


def _end_of_file(frame: Frame, base: ObjectRef, state: State) -> ObjectRef | None:
    end = waits.end_of(frame, base, state)
    is_file = base.kind is Kind.FILE or (base.kind is None and base.path[-1:] == (".fileno",))
    return end if end is not None and (is_file or isinstance(end.origin, Parameter)) else None


def received(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.recv(n)`: nothing at the end; `connection.recv()`: EOFError. None where neither is read."""
    end = waits.end_of(frame, base, state)
    if end is None:
        return None
    by_error = end.kind is Kind.CONNECTION or (isinstance(end.origin, Parameter) and not site.arguments.positional)
    if by_error and "EOFError" in frame.names_caught():
        waits.wait(frame, end, site.node, state.copy(), certain=True)
    frame.throw(state, None)
    result = made(frame, state, site.node, Kind.OBJECT if by_error else Kind.MESSAGE)
    if not by_error:
        waits.something_read(frame, end, result, state)
    return [(state, result)]


def file_of(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.makefile()`: a file that reads what the socket receives, and leaves it open; None for others."""
    end, mode = waits.end_of(frame, base, state), site.value(0, "mode") or ConstantValue("r")
    if end is None or base.kind is not Kind.SOCKET or not (isinstance(mode, ConstantValue) and "r" in str(mode.value)):
        return None
    frame.throw(state, None)
    file = made(frame, state, site.node, Kind.FILE)
    state.put((file, waits.READ_FROM), end)
    return [(state, file)]


METHODS = dict.fromkeys("read read1 readline readlines readall".split(), _read)
FUNCTIONS: dict[str, Callable[[Frame, Site, State], Results]] = {
    "os.read": _read_number,
    "posix.read": _read_number,
    "shutil.copyfileobj": _read_file,
    "json.load": _read_file,
}
