"""What travels to another process and comes from one: through its pipes, streams of `asyncio`, sockets, queues."""

from collections.abc import Callable
from dataclasses import replace

from inheritlint.domain.alternatives import alternatives, references, things_in
from inheritlint.domain.operations import element
from inheritlint.domain.state import State
from inheritlint.domain.texts import as_json, concatenated
from inheritlint.domain.values import (
    ANYTHING,
    NONE,
    ConstantValue,
    LocalCallable,
    ObjectRef,
    PartialSequence,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.containers import appended, made, snapshot
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.records import Argument, Arguments
from inheritlint.interpreter.transfer import effects, readings
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.workers import CHANNELS, MESSAGE_METHODS, RECEIVED, SENT, SERVERS

#: What gives bytes or a text; the others give objects of Python.
_OF_BYTES = (Kind.SOCKET, *CHANNELS)
_MESSENGERS = (Kind.SOCKET, Kind.CONNECTION, Kind.QUEUE)
#: What a method of a text that is a message gives: one, too.
_MESSAGES = (Kind.MESSAGE, Kind.ENVIRONMENT, Kind.REQUEST)


def send(frame: Frame, site: Site, name: str, message: Argument, state: State) -> None:
    """Show that `message` goes to another process, by a call that does other things as well."""
    sent = Arguments(named=(("message", message),))
    effects.observe(frame, name, SENT, site.with_arguments(sent), state)


# Methods


def write(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`process.stdin.write(text)`, `writer.write(data)`."""
    if base.kind not in CHANNELS:
        return None
    return effects.apply(frame, f"{_name_of(base)}.{site.name}", SENT, site, state)


def read(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`process.stdout.readline()`, `await reader.readexactly(4)`, or what a file gives whose end matters."""
    results = readings.METHODS[site.name](frame, base, site, state) if site.name in readings.METHODS else None
    if results is not None or base.kind not in CHANNELS:
        return results
    frame.throw(state, None)
    return [(state, made(frame, state, site.node, Kind.MESSAGE))]


def communicate(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`process.communicate(input)`: it reads that, and what it writes comes back."""
    if base.kind not in (Kind.CHILD, Kind.ASYNC_CHILD):
        return None
    if (given := site.arguments.argument(0, "input")) is not None:
        send(frame, site, "process.communicate", given, state)
    frame.throw(state, None)
    return [(state, made(frame, state, site.node, Kind.OUTPUTS))]


def make_file(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.makefile()`."""
    if (results := readings.file_of(frame, base, site, state)) is not None:
        return results
    frame.throw(state, "OSError")
    return [(state, made(frame, state, site.node, Kind.CHANNEL))]


def receive(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.recv(n)`, `connection.recv()`, `queue.get()`."""
    if site.name.startswith("recv") and (results := readings.received(frame, base, site, state)) is not None:
        return results
    if base.kind in _MESSENGERS and site.name in MESSAGE_METHODS:
        frame.throw(state, None)
        kind = Kind.MESSAGE if base.kind is Kind.SOCKET else Kind.OBJECT
        return [(state, made(frame, state, site.node, kind))]
    if site.name in ("recv", "recv_bytes"):
        frame.throw(state, None)
        return [(state, made(frame, state, site.node, Kind.MESSAGE))]
    if base.kind is Kind.OBJECT and site.name == "get":
        return [(state, element(base, site.value(0)))]
    return None


def same_message(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`message.decode()`, `message.strip()`, `message.split()`."""
    frame.throw(state, None, probable=False)
    return [(state, base)] if base.kind in _MESSAGES else None


def transport(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`socket.sendmsg(buffers, [(SOL_SOCKET, SCM_RIGHTS, …)])`: descriptors travel."""
    frame.throw(state, None)
    if (given := site.value(1, "ancdata")) is not None:
        _transported(frame, given, state)
    return [(state, made(frame, state, site.node))]


# Functions


def _send_descriptors(frame: Frame, site: Site, state: State) -> Results:
    """`socket.send_fds(sock, buffers, fds)`, `send_handle(connection, handle, pid)`, `DupFd(fd)`."""
    frame.throw(state, None)
    for argument in site.arguments.positional:
        _transported(frame, argument.value, state)
    return [(state, made(frame, state, site.node))]


def _array(frame: Frame, site: Site, state: State) -> Results:
    """`array.array("i", numbers)`: made for what `sendmsg` sends along, or of what `recvmsg` brought."""
    numbers = site.value(1)
    if isinstance(numbers, ObjectRef) and numbers.kind is Kind.ANCILLARY:
        frame.throw(state, None)
        return [(state, numbers)]
    return _send_descriptors(frame, site, state)


def _view(frame: Frame, site: Site, state: State) -> Results:
    """`memoryview(data)` of what `recvmsg` brought."""
    data = site.value(0, "object")
    frame.throw(state, "TypeError")
    is_received = isinstance(data, ObjectRef) and data.kind is Kind.ANCILLARY
    return [(state, data if data is not None and is_received else made(frame, state, site.node))]


def same_numbers(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`view.cast("i")`, `numbers.tolist()` of what `recvmsg` brought."""
    if base.kind is not Kind.ANCILLARY:
        return None
    frame.throw(state, "TypeError")
    return [(state, base)]


def from_bytes(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`numbers.frombytes(data)` of what `recvmsg` brought."""
    data = site.value(0)
    if not isinstance(data, ObjectRef) or data.kind is not Kind.ANCILLARY:
        return None
    frame.throw(state, None)
    appended(state, base, [element(data, None)])
    return [(state, NONE)]


def _transported(frame: Frame, value: Value, state: State) -> None:
    """The descriptors in `value`, or of which it holds the numbers, travel themselves."""
    match snapshot(value, state):
        case SequenceValue(items) | PartialSequence(items):
            for item in items:
                _transported(frame, item, state)
        case TextValue() as numbers:
            frame.file.transported.update(thing.base for thing in numbers.things)
        case each:
            frame.file.transported.update(thing.base for thing in things_in(each))


def _print(frame: Frame, site: Site, state: State) -> Results:
    """`print(text, file=process.stdin)`."""
    target = dict(site.arguments.named).get("file")
    if target is not None and _is_channel(target.value):
        parts: list[Value] = []
        numbers: list[Argument] = []
        for argument in site.arguments.positional:
            parts += [ConstantValue(" "), argument.value] if parts else [argument.value]
            text = concatenated([ConstantValue(""), argument.value])
            numbers += [argument] if isinstance(text, TextValue) and text.things else []
        message = Argument(concatenated(parts), numbers[0].node if len(numbers) == 1 else None)
        send(frame, site, f"{_name_of(target.value)}.print", message, state)
    return [(state, made(frame, state, site.node))]


def _dump(frame: Frame, site: Site, state: State) -> Results:
    """`json.dump(message, process.stdin)`."""
    frame.throw(state, None)
    target = site.value(1, "fp") or site.value(1, "file")
    if target is not None and _is_channel(target):
        given = site.arguments.argument(0, "obj") or Argument(ANYTHING)
        message = replace(given, value=as_json(snapshot(given.value, state)))
        send(frame, site, f"{_name_of(target)}.dump", message, state)
    return [(state, NONE)]


def _serve(frame: Frame, site: Site, state: State) -> Results:
    """`asyncio.start_server(callback, …)`: the callback is given a reader and a writer."""
    frame.throw(state, None)
    callback = site.value(0, "client_connected_cb")
    for option in alternatives(callback) if callback is not None else ():
        if isinstance(option, LocalCallable) and isinstance(option.target, Function):
            function = option.target
            frame.file.note_used(option, frame.function, state)
            for name in function.parameters[1 if option.receiver is not None else 0 :][:2]:
                frame.file.note_given(function, name, Kind.STREAM)
    return [(state, made(frame, state, site.node))]


def _name_of(value: Value) -> str:
    """What a channel is called: `process.stdin` for one to a child of this process."""
    is_input = any(each.path[-1:] == (".stdin",) for each in references(value))
    return "process.stdin" if is_input else "channel"


def _is_channel(value: Value) -> bool:
    return any(each.kind in CHANNELS for each in references(value))


def _load(frame: Frame, site: Site, state: State) -> Results:
    """`json.loads(message)`: the object that it was made of."""
    results = effects.apply(frame, site.name, CALLS[site.name], site, state) if site.name in CALLS else None
    given = site.value(0)
    read = given is not None and any(each.kind in (Kind.MESSAGE, *CHANNELS) for each in references(given))
    if results is None:
        frame.throw(state, None)
        results = [(state, made(frame, state, site.node))]
    return [
        (way, value.of_kind(Kind.OBJECT) if read and isinstance(value, ObjectRef) else value) for way, value in results
    ]


METHODS = {
    "write": write,
    "writelines": write,
    "communicate": communicate,
    "makefile": make_file,
    "sendmsg": transport,
    "frombytes": from_bytes,
    "cast": same_numbers,
    "tolist": same_numbers,
    "setblocking": readings.set_blocking,
    "sock_recv": readings.received_by_loop,
    "connect_read_pipe": readings.connected,
    **dict.fromkeys(RECEIVED, read),
}
#: Methods of what was received, which come after those that close, send or start.
LATER_METHODS = {
    "shutdown": readings.shut_down,
    **dict.fromkeys(("recv", "recv_bytes", "get_nowait", "recvfrom"), receive),
    **dict.fromkeys("encode decode strip rstrip lstrip split splitlines".split(), same_message),
}
FUNCTIONS: dict[str, Callable[[Frame, Site, State], Results]] = {
    "builtins.print": _print,
    "json.dump": _dump,
    "pickle.dump": _dump,
    "json.loads": _load,
    "pickle.loads": _load,
    "marshal.loads": _load,
    **dict.fromkeys(SERVERS, _serve),
    "socket.send_fds": _send_descriptors,
    "multiprocessing.reduction.send_handle": _send_descriptors,
    "multiprocessing.reduction.DupFd": _send_descriptors,
    "array.array": _array,
    "builtins.memoryview": _view,
}
