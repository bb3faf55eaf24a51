"""Streams that lead to another process or come from one: those of a child, of `asyncio`, of a socket as a file."""

from inheritlint.knowledge.deeds import Deed, Kind, Known

_STREAMS = "Lib/asyncio/streams.py"

#: What is written there goes to another process, what is read there came from one.
CHANNELS = (Kind.CHANNEL, Kind.STREAM)
#: Attributes of a child process that are such streams (Lib/subprocess.py; Lib/asyncio/subprocess.py), or hold what it
#: wrote.
_NAMES = ("stdin", "stdout", "stderr")
ATTRIBUTES: dict[Kind, dict[str, Kind]] = {
    Kind.CHILD: {**dict.fromkeys(_NAMES, Kind.CHANNEL), "_handle": Kind.HANDLE},
    Kind.ASYNC_CHILD: dict.fromkeys(_NAMES, Kind.STREAM),
    Kind.COMPLETED: dict.fromkeys(_NAMES[1:], Kind.MESSAGE),
}
#: A message that is no argument of a known method.
SENT = Known(Deed.SENDS, ("message",), "Lib/subprocess.py, communicate; Lib/asyncio/streams.py, StreamWriter.write")
#: Methods that read a piece of such a stream, or all of it.
RECEIVED = frozenset("read read1 readline readlines readall readexactly readuntil".split())
#: What serves connections: its callback gets a reader and a writer.
SERVERS = frozenset(["asyncio.start_server", "asyncio.start_unix_server"])

CHANNEL_CALLS: dict[str, Known] = {
    "asyncio.open_connection": Known(Deed.CREATES, ("host", "port"), _STREAMS, makes=Kind.STREAMS),
    "asyncio.open_unix_connection": Known(Deed.CREATES, ("path",), _STREAMS, makes=Kind.STREAMS),
    "asyncio.StreamReader": Known(Deed.CREATES, (), _STREAMS, makes=Kind.STREAM),
    "asyncio.StreamWriter": Known(Deed.CREATES, ("transport", "protocol"), _STREAMS, makes=Kind.STREAM),
}
#: Methods of an event loop that send or receive (Lib/asyncio/selector_events.py).
LOOP_CHANNELS = {
    "sock_sendall": Known(Deed.SENDS, ("sock", "message"), "Lib/asyncio/selector_events.py"),
    "sock_sendto": Known(Deed.SENDS, ("sock", "message"), "Lib/asyncio/selector_events.py"),
    "sock_recv": Known(Deed.CREATES, ("sock", "n"), "Lib/asyncio/selector_events.py", makes=Kind.MESSAGE),
}
