"""What is read of files, sockets and connections, and where that is its end."""

from collections.abc import Callable

from inheritlint.domain.joins import partial_sequence
from inheritlint.domain.origins import Parameter
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ANYTHING,
    NONE,
    ConstantValue,
    FlagBits,
    ObjectRef,
    PartialSequence,
    SequenceValue,
)
from inheritlint.interpreter import waits
from inheritlint.interpreter.containers import allocated, made
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.records import Arguments
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


def _set_blocking(frame: Frame, site: Site, state: State) -> Results:
    """`os.set_blocking(fd, blocking)`."""
    frame.throw(state, "OSError")
    waits.set_blocking(site.value(0, "fd"), site.value(1, "blocking"), state)
    return [(state, NONE)]


def _any_of(frame: Frame, site: Site, state: State) -> Results:
    """`multiprocessing.connection.wait(connections)`: those in which something is there, or the end. Where it waits for
    other things as well, or not for ever, they may make an end of the reading."""
    given, timeout = site.value(0, "object_list") or ANYTHING, site.value(1, "timeout") or NONE
    frame.throw(state, "OSError")
    contents = state.contents(given)
    items = contents.items if isinstance(contents, (SequenceValue, PartialSequence)) else ()
    if not items or timeout != NONE or any(waits.end_of(frame, each, state) is None for each in items):
        waits.released_with_others([given], state)
        return [(state, made(frame, state, site.node))]
    return [(state, allocated(frame, state, site.node, partial_sequence(items)))]


# Methods


def set_blocking(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.setblocking(flag)`."""
    frame.throw(state, None)
    waits.set_blocking(base, site.value(0, "flag"), state)
    return [(state, NONE)]


def shut_down(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.shutdown(how)`; None where no socket is shut down."""
    if base.kind is not Kind.SOCKET or not state.ends.tracked:
        return None
    frame.throw(state, "OSError")
    waits.shut_down(base, site.value(0, "how"), state)
    return [(state, NONE)]


def _read(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`file.read()`: all of it; `file.read(n)`, `file.readline()`: nothing at its end."""
    end = _end_of_file(frame, base, state)
    if end is None:
        return None
    size = site.value(0, "size")
    whole = site.name in ("readlines", "readall") or (site.name == "read" and size in (None, NONE, FlagBits(-1)))
    if whole and size is not None and site.name != "read":
        return None
    awaited = base.kind is Kind.STREAM
    if whole and not awaited:
        waits.wait(frame, end, site.node, state, certain=True)
    elif not whole:
        waits.reading(frame, end, state)
    frame.throw(state, None)
    chunk = made(frame, state, site.node, Kind.MESSAGE if awaited else None)
    if not whole:
        waits.something_read(frame, end, chunk, state)
    elif awaited:
        state.put((chunk, waits.AWAITED), end)
    return [(state, chunk)]


def _end_of_file(frame: Frame, base: ObjectRef, state: State) -> ObjectRef | None:
    end = waits.end_of(frame, base, state)
    is_file = base.kind in (Kind.FILE, Kind.STREAM) or (base.kind is None and base.path[-1:] == (".fileno",))
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


def received_by_loop(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`loop.sock_recv(socket, n)`: waits until there is something; None where no end is read."""
    end = waits.end_of(frame, site.value(0, "sock"), state, awaited=True)
    if end is None:
        return None
    frame.throw(state, None)
    result = made(frame, state, site.node, Kind.MESSAGE)
    waits.something_read(frame, end, result, state)
    return [(state, result)]


def connected(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`loop.connect_read_pipe(factory, pipe)`: the reader of the protocol that `factory` makes reads the pipe, and
    closes it in the end."""
    factory, pipe = site.value(0, "protocol_factory"), site.value(1, "pipe")
    end = waits.end_of(frame, pipe, state, awaited=True)
    if factory is None or pipe is None or end is None:
        return None
    frame.throw(state, None)
    waits.released([pipe], state)
    results: Results = []
    for way, protocol in frame.call(factory, site.with_arguments(Arguments()), state):
        reader = way.heap.get((protocol, PROTOCOL_OF)) if isinstance(protocol, ObjectRef) else None
        if isinstance(reader, ObjectRef):
            way.put((reader, waits.READ_FROM), end)
        results.append((way, made(frame, way, site.node)))
    return results


def _protocol(frame: Frame, site: Site, state: State) -> Results:
    """`asyncio.StreamReaderProtocol(reader)`."""
    frame.throw(state, None, probable=False)
    protocol, reader = made(frame, state, site.node), site.value(0, "stream_reader")
    if reader is not None:
        state.put((protocol, PROTOCOL_OF), reader)
    return [(state, protocol)]


def _connect(frame: Frame, site: Site, state: State) -> Results:
    """`asyncio.open_connection(sock=socket)`: a reader of that socket, and a writer that closes it."""
    given = dict(site.arguments.named).get("sock")
    end = waits.end_of(frame, given.value, state, awaited=True) if given is not None else None
    results = effects.apply(frame, site.name, CALLS[site.name], site, state)
    for way, pair in results:
        if given is not None and end is not None and isinstance(pair, ObjectRef):
            waits.released([given.value], way)
            way.put((pair.step("[0]", Kind.STREAM), waits.READ_FROM), end)
    return results


def file_of(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.makefile()`: a file that reads what the socket receives, and leaves it open; None for others."""
    end, mode = waits.end_of(frame, base, state), site.value(0, "mode") or ConstantValue("r")
    if end is None or base.kind is not Kind.SOCKET or not (isinstance(mode, ConstantValue) and "r" in str(mode.value)):
        return None
    frame.throw(state, None)
    file = made(frame, state, site.node, Kind.FILE)
    state.put((file, waits.READ_FROM), end)
    return [(state, file)]


#: The cell of a protocol: the reader that gets what the other side writes.
PROTOCOL_OF = "<protocol of>"
METHODS = dict.fromkeys("read read1 readline readlines readall".split(), _read)
FUNCTIONS: dict[str, Callable[[Frame, Site, State], Results]] = {
    "os.read": _read_number,
    "posix.read": _read_number,
    "shutil.copyfileobj": _read_file,
    "json.load": _read_file,
    "os.set_blocking": _set_blocking,
    "multiprocessing.connection.wait": _any_of,
    "asyncio.StreamReaderProtocol": _protocol,
    "asyncio.open_connection": _connect,
    "asyncio.open_unix_connection": _connect,
}
