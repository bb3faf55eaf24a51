from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.facts.messages import NumberToWorker


@rule(
    code="INH503",
    name="descriptor-number-to-worker",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    since="0.1",
    message="`{callee}` hands the number of a descriptor to a worker, which lacks the descriptor unless it is forked: "
    "hand over the `Connection`, the socket, or `reduction.DupFd`",
    bad="""
        import multiprocessing
        import os


        def start(work):
            reader, writer = os.pipe()
            multiprocessing.Process(target=work, args=(writer,)).start()
            return reader
    """,
    good="""
        import multiprocessing


        def start(work):
            reader, writer = multiprocessing.Pipe(duplex=False)
            multiprocessing.Process(target=work, args=(writer,)).start()
            return reader
    """,
    references=("Library reference: multiprocessing, Contexts and start methods", "Lib/multiprocessing/reduction.py"),
)
def descriptor_number_to_worker(handed: NumberToWorker) -> Iterator[Report]:
    """The number of a descriptor is among the arguments of a worker process of `multiprocessing` or
    `ProcessPoolExecutor`.

    Arguments are pickled: a number arrives as a number. Only a worker that is forked has the descriptor too. Fork is
    the default on Linux up to Python 3.13; from 3.14 on it is forkserver, and spawn on macOS and Windows. A
    `Connection`, a socket or `reduction.DupFd(fd)` takes the descriptor along.

    Silent: the file asks for the start method `fork`, or forks itself; a descriptor that is not this function's own.
    """
    yield Report(handed, trace=handed.trace, callee=handed.callee)
