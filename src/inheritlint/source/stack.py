"""A stack that is deep enough for the recursion of LibCST."""

import gc
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# LibCST's parser and visitors recurse once a level. The deepest trees that CPython itself compiles were read with
# 16 MiB; this is that many times over, and address space is touched only when needed. Windows refuses 256 MiB and
# more (CPython, `Python/thread_nt.h`), and takes what is asked for from what all processes may have together.
_STACK_BYTES = 240 * 1024 * 1024
_LEAST_BYTES = 15 * 1024 * 1024
_RECURSION_LIMIT = 60_000


def with_deep_stack(work: Callable[[], T]) -> T:
    """Run `work` on a thread whose stack is that deep, or as deep as the system lets it be; raises what it raises,
    and `RuntimeError` or `ValueError` where the system lets no such thread be."""
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
        collects = gc.isenabled()
        gc.disable()  # a tree is a million objects that all stay alive: to look for garbage among them costs a third
        try:
            outcome.append(work())
        except BaseException as error:
            failure.append(error)
        finally:
            sys.setrecursionlimit(limit)
            if collects:
                gc.enable()

    _started(run).join()
    if failure:
        raise failure[0]
    return outcome[0]


def _started(run: Callable[[], None]) -> threading.Thread:
    """A thread that does `run`, with the largest stack that is available."""
    before = threading.stack_size()
    size = _STACK_BYTES
    try:
        while True:
            try:
                threading.stack_size(size)
                thread = threading.Thread(target=run, name="inheritlint")
                thread.start()
            except (ValueError, RuntimeError):  # more than this system allows; more than it has
                if size <= _LEAST_BYTES:
                    raise
                size //= 2
            else:
                return thread
    finally:
        threading.stack_size(before)
