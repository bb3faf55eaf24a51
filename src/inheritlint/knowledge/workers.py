"""What `multiprocessing` and `concurrent.futures` hand to worker processes, and how messages travel.

What they pickle is a number where it is given a number; a Connection or a socket is transported
(Lib/multiprocessing/reduction.py).
"""

from inheritlint.knowledge.deeds import Deed, Kind, Known

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

WORKERS: dict[str, Known] = {}
for _module in CONTEXTS:
    WORKERS[f"{_module}.Process"] = Known(Deed.WORKS, _PROCESS, "Lib/multiprocessing/process.py", ("daemon",))
    WORKERS[f"{_module}.Pool"] = Known(Deed.WORKS, _POOL, _POOLS, makes=Kind.WORKERS)
    WORKERS[f"{_module}.Pipe"] = Known(Deed.CREATES, ("duplex",), _CONNECTION, makes=Kind.CONNECTIONS)
    for _queue in "Queue SimpleQueue JoinableQueue".split():
        WORKERS[f"{_module}.{_queue}"] = Known(Deed.CREATES, ("maxsize",), _QUEUES, makes=Kind.QUEUE)
    WORKERS[f"{_module}.Manager"] = Known(Deed.CREATES, (), "Lib/multiprocessing/managers.py", makes=Kind.MANAGER)
WORKERS["multiprocessing.managers.SyncManager"] = Known(
    Deed.CREATES, ("address",), "Lib/multiprocessing/managers.py", makes=Kind.MANAGER
)
WORKERS["multiprocessing.pool.Pool"] = Known(Deed.WORKS, _POOL, _POOLS, makes=Kind.WORKERS)
WORKERS["multiprocessing.connection.Client"] = Known(Deed.CREATES, ("address",), _CONNECTION, makes=Kind.CONNECTION)
for _module in ("concurrent.futures", "concurrent.futures.process"):
    WORKERS[f"{_module}.ProcessPoolExecutor"] = Known(
        Deed.WORKS, ("max_workers", "mp_context", "initializer", "initargs"), _FUTURES, makes=Kind.WORKERS
    )

for _name in ("loky.ProcessPoolExecutor", "loky.process_executor.ProcessPoolExecutor"):
    WORKERS[_name] = Known(
        Deed.WORKS,
        ("max_workers", "job_reducers", "result_reducers", "timeout", "context", "initializer", "initargs"),
        "loky/process_executor.py: started anew, never forked",
        makes=Kind.WORKERS,
    )
WORKERS["loky.get_reusable_executor"] = Known(
    Deed.WORKS, ("max_workers",), "loky/reusable_executor.py", ("initializer", "initargs"), makes=Kind.WORKERS
)
for _name in ("spawn", "start_processes"):
    WORKERS[f"torch.multiprocessing.{_name}"] = Known(
        Deed.WORKS, ("fn", "args", "nprocs", "join", "daemon", "start_method"), "torch/multiprocessing/spawn.py"
    )

#: Methods of a pool or an executor that hand arguments to a worker.
WORKING_METHODS = {
    name: Known(Deed.WORKS, ("function", "args"), f"{_POOLS}; {_FUTURES}")
    for name in "apply apply_async map map_async imap imap_unordered starmap starmap_async submit".split()
}

#: Methods that send a message.
SENDING_METHODS = {
    name: Known(Deed.SENDS, ("message",), source)
    for source, names in (("send(2)", "send sendall sendto send_bytes"), (_QUEUES, "put put_nowait"))
    for name in names.split()
}
#: Methods of a manager that make what processes share.
MANAGED = {
    name: Known(Deed.CREATES, ("maxsize",), "Lib/multiprocessing/managers.py", makes=Kind.QUEUE)
    for name in ("Queue", "JoinableQueue")
}
#: Methods that bring a message in.
MESSAGE_METHODS = frozenset("recv recv_bytes get get_nowait recvfrom".split())
