"""What `multiprocessing` and `concurrent.futures` hand to worker processes, and how messages travel: through queues and
connections, through the streams of a child, of `asyncio`, of a socket as a file.

What they pickle is a number where it is given a number; a Connection or a socket is transported
(Lib/multiprocessing/reduction.py).
"""

from typing import NamedTuple

from inheritlint.knowledge.effects import CallSpec, Effect, Kind

_PROCESS = ("group", "target", "name", "args", "kwargs")
_POOL = ("processes", "initializer", "initargs")
_FUTURES = "Lib/concurrent/futures/process.py"
_POOLS = "Lib/multiprocessing/pool.py"
_QUEUES = "Lib/multiprocessing/queues.py"
_CONNECTION = "Lib/multiprocessing/connection.py"

#: What `multiprocessing.get_context("fork")` gives.
FORKING = "multiprocessing.<fork>"
#: `multiprocessing`, and what takes its place (torch/multiprocessing/__init__.py: `from multiprocessing import *`).
MODULES = ("multiprocessing", "multiprocess", "billiard", "torch.multiprocessing")
#: What has `Process`, `Pipe` and the like: modules, and contexts with a start method of their own.
CONTEXTS = (*MODULES, *(f"{name}.context" for name in MODULES), "multiprocessing.<context>", FORKING)

WORKERS: dict[str, CallSpec] = {}
for _module in CONTEXTS:
    WORKERS[f"{_module}.Process"] = CallSpec(
        Effect.START_WORKER, _PROCESS, "Lib/multiprocessing/process.py", ("daemon",)
    )
    WORKERS[f"{_module}.Pool"] = CallSpec(Effect.START_WORKER, _POOL, _POOLS, makes=Kind.WORKERS)
    WORKERS[f"{_module}.Pipe"] = CallSpec(Effect.CREATE, ("duplex",), _CONNECTION, makes=Kind.CONNECTIONS)
    for _queue in "Queue SimpleQueue JoinableQueue".split():
        WORKERS[f"{_module}.{_queue}"] = CallSpec(Effect.CREATE, ("maxsize",), _QUEUES, makes=Kind.QUEUE)
    WORKERS[f"{_module}.Manager"] = CallSpec(Effect.CREATE, (), "Lib/multiprocessing/managers.py", makes=Kind.MANAGER)
WORKERS["multiprocessing.managers.SyncManager"] = CallSpec(
    Effect.CREATE, ("address",), "Lib/multiprocessing/managers.py", makes=Kind.MANAGER
)
WORKERS["multiprocessing.pool.Pool"] = CallSpec(Effect.START_WORKER, _POOL, _POOLS, makes=Kind.WORKERS)
WORKERS["multiprocessing.connection.Client"] = CallSpec(Effect.CREATE, ("address",), _CONNECTION, makes=Kind.CONNECTION)
for _module in ("concurrent.futures", "concurrent.futures.process"):
    WORKERS[f"{_module}.ProcessPoolExecutor"] = CallSpec(
        Effect.START_WORKER, ("max_workers", "mp_context", "initializer", "initargs"), _FUTURES, makes=Kind.WORKERS
    )

for _name in ("loky.ProcessPoolExecutor", "loky.process_executor.ProcessPoolExecutor"):
    WORKERS[_name] = CallSpec(
        Effect.START_WORKER,
        ("max_workers", "job_reducers", "result_reducers", "timeout", "context", "initializer", "initargs"),
        "loky/process_executor.py: started anew, never forked",
        makes=Kind.WORKERS,
    )
WORKERS["loky.get_reusable_executor"] = CallSpec(
    Effect.START_WORKER, ("max_workers",), "loky/reusable_executor.py", ("initializer", "initargs"), makes=Kind.WORKERS
)
for _name in ("spawn", "start_processes"):
    WORKERS[f"torch.multiprocessing.{_name}"] = CallSpec(
        Effect.START_WORKER,
        ("fn", "args", "nprocs", "join", "daemon", "start_method"),
        "torch/multiprocessing/spawn.py",
    )


class Handed(NamedTuple):
    """Where a call that has a function called elsewhere is given it, a sequence of its arguments, and a dict of named
    ones: each a position and a name."""

    function: tuple[int, str]
    arguments: tuple[int, str]
    named: tuple[int, str]
    source: str


#: Threads that call a function, and processes.
THREADS = {
    "threading.Thread": Handed((1, "target"), (3, "args"), (4, "kwargs"), "Lib/threading.py"),
    "threading.Timer": Handed((1, "function"), (2, "args"), (3, "kwargs"), "Lib/threading.py"),
}
PROCESS = Handed((1, "target"), (3, "args"), (4, "kwargs"), "Lib/multiprocessing/process.py")
#: Methods of a pool that do, of processes or of threads. A pool is not always known as one: then only the name that
#: nothing else has is believed.
POOLED = Handed((0, "func"), (1, "args"), (2, "kwds"), _POOLS)
POOLED_METHODS = frozenset(["apply", "apply_async"])
POOLED_ANYWHERE = frozenset(["apply_async"])

#: Methods of a pool or an executor that hand arguments to a worker.
WORKING_METHODS = {
    name: CallSpec(Effect.START_WORKER, ("function", "args"), f"{_POOLS}; {_FUTURES}")
    for name in "apply apply_async map map_async imap imap_unordered starmap starmap_async submit".split()
}

#: Methods that send a message.
SENDING_METHODS = {
    name: CallSpec(Effect.SEND_MESSAGE, ("message",), source)
    for source, names in (("send(2)", "send sendall sendto send_bytes"), (_QUEUES, "put put_nowait"))
    for name in names.split()
}
#: Methods of a manager that make what processes share.
MANAGED = {
    name: CallSpec(Effect.CREATE, ("maxsize",), "Lib/multiprocessing/managers.py", makes=Kind.QUEUE)
    for name in ("Queue", "JoinableQueue")
}
#: Methods that bring a message in.
MESSAGE_METHODS = frozenset("recv recv_bytes get get_nowait recvfrom".split())

# Streams

_STREAMS = "Lib/asyncio/streams.py"

#: What is written there goes to another process, what is read there came from one.
CHANNELS = (Kind.CHANNEL, Kind.STREAM)
_NAMES = ("stdin", "stdout", "stderr")
#: Attributes of a child process that are such streams (Lib/subprocess.py; Lib/asyncio/subprocess.py), or hold what it
#: wrote.
ATTRIBUTES: dict[Kind, dict[str, Kind]] = {
    Kind.CHILD: {**dict.fromkeys(_NAMES, Kind.CHANNEL), "_handle": Kind.HANDLE},
    Kind.ASYNC_CHILD: dict.fromkeys(_NAMES, Kind.STREAM),
    Kind.COMPLETED: dict.fromkeys(_NAMES[1:], Kind.MESSAGE),
    Kind.LISTENER: {"socket": Kind.SOCKET},
}
#: A message that is no argument of a known method.
SENT = CallSpec(
    Effect.SEND_MESSAGE, ("message",), "Lib/subprocess.py, communicate; Lib/asyncio/streams.py, StreamWriter.write"
)
#: Methods that read a piece of such a stream, or all of it.
RECEIVED = frozenset("read read1 readline readlines readall readexactly readuntil".split())
#: What serves connections: its callback gets a reader and a writer.
SERVERS = frozenset(["asyncio.start_server", "asyncio.start_unix_server"])

CHANNEL_CALLS: dict[str, CallSpec] = {
    "asyncio.open_connection": CallSpec(Effect.CREATE, ("host", "port"), _STREAMS, makes=Kind.STREAMS),
    "asyncio.open_unix_connection": CallSpec(Effect.CREATE, ("path",), _STREAMS, makes=Kind.STREAMS),
    "asyncio.StreamReader": CallSpec(Effect.CREATE, (), _STREAMS, makes=Kind.STREAM),
    "asyncio.StreamWriter": CallSpec(Effect.CREATE, ("transport", "protocol"), _STREAMS, makes=Kind.STREAM),
}
#: Methods of an event loop that send, receive or accept (Lib/asyncio/selector_events.py).
LOOP_CHANNELS = {
    "sock_sendall": CallSpec(Effect.SEND_MESSAGE, ("sock", "message"), "Lib/asyncio/selector_events.py"),
    "sock_sendto": CallSpec(Effect.SEND_MESSAGE, ("sock", "message"), "Lib/asyncio/selector_events.py"),
    "sock_recv": CallSpec(Effect.CREATE, ("sock", "n"), "Lib/asyncio/selector_events.py", makes=Kind.MESSAGE),
    "sock_accept": CallSpec(Effect.CREATE, ("sock",), "Lib/asyncio/selector_events.py", makes=Kind.SOCKETS),
}
