"""A stack that is deep enough for the recursion of LibCST."""

import gc
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

# LibCST's parser and visitors recurse once a level. 512 MB of address space (touched only when needed) and this
# limit carry the deepest trees that CPython itself compiles.
_STACK_BYTES = 512 * 1024 * 1024
_RECURSION_LIMIT = 60_000


def with_deep_stack(work: Callable[[], T]) -> T:
    """Run `work` on a thread whose stack is that deep; raises what it raises."""
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

    before = threading.stack_size(_STACK_BYTES)
    try:
        thread = threading.Thread(target=run, name="inheritlint")
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
