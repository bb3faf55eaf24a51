from collections.abc import Iterator

from inheritlint.declaration import Report, Safety, Severity, rule
from inheritlint.events.messages import NumberToWorker
from inheritlint.explanations import numbers


@rule(
    code="INH503",
    name="descriptor-number-to-worker",
    severity=Severity.WARNING,
    fix=Safety.NONE,
    added_in="0.1",
    message="`{callee}` passes a descriptor number, which is valid only in a forked worker; "
    "pass a `Connection`, a socket or `reduction.{wrapper}`",
    example="""
        import multiprocessing
        import os


        def start(work):
            reader, writer = os.pipe()
            multiprocessing.Process(target=work, args=(writer,)).start()
            return reader
    """,
    fixed_example="""
        import multiprocessing


        def start(work):
            reader, writer = multiprocessing.Pipe(duplex=False)
            multiprocessing.Process(target=work, args=(writer,)).start()
            return reader
    """,
    references=("Library reference: multiprocessing, Contexts and start methods", "Lib/multiprocessing/reduction.py"),
)
def descriptor_number_to_worker(handed: NumberToWorker) -> Iterator[Report]:
    """## What it does

    Checks for descriptor numbers that are passed to a worker process.

    ## Why is this bad?

    Arguments of `multiprocessing` and `ProcessPoolExecutor` workers are pickled, and a number is pickled as a number.
    Only a worker that is forked has the descriptor too. Fork is the default on POSIX other than macOS up to Python
    3.13; since Python 3.14 the default there is forkserver, and on macOS and Windows it is spawn. A `Connection`, a
    socket or `reduction.DupFd(fd)` transfers the descriptor.

    ## Not reported

    - files that select the start method `fork`, or call `os.fork`;
    - descriptors that the file did not create;
    - standard streams, whose numbers are the same in a worker; `sys.stdin` of a worker is another file, so its number
      is reported if it is passed on from there.
    """
    wrapper = "DupHandle" if handed.on_windows_only else "DupFd"
    yield Report(
        handed,
        span=handed.span_of(handed.argument),
        trace=numbers.sent(handed),
        callee=handed.callee,
        wrapper=wrapper,
    )
