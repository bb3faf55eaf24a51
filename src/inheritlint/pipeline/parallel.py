"""Many files: in this process while that is quick, in several when it is not, and always in the same order."""

import gc
import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from inheritlint.pipeline.checking import check_file, internal_error
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from inheritlint.pipeline.unchanged import Unchanged

#: Seconds of work before other processes are worth their start.
POOL_START_DELAY = 0.1

#: The most files that a process takes at once, and into how many parts its share of the bytes is divided.
_MOST, _PARTS = 32, 64

#: Called with the number of files that are done.
Progress = Callable[[int], None]


class Task(NamedTuple):
    """One file, and the settings that hold for it."""

    path: str
    settings: Settings


class SizedTask(NamedTuple):
    """A task, its place among all tasks, and the bytes of its file."""

    place: int
    task: Task
    size: int


def run(
    tasks: Sequence[Task],
    *,
    mode: Mode = Mode.REPORT,
    unsafe: bool = False,
    jobs: int = 0,
    progress: Progress = lambda _: None,
    unchanged: "Unchanged | None" = None,
) -> list[Outcome]:
    """The outcome of every task, in the order of `tasks`. `jobs` is the most processes to use, 0 for one a
    processor; what is on the list `unchanged` is not read, and what has no findings is put on it. Raises
    KeyboardInterrupt when interrupted, with no process left behind."""
    jobs = jobs or available_processors()
    about = [_status(task.path) for task in tasks]
    listed = [
        (place, task, status)
        for place, (task, status) in enumerate(zip(tasks, about, strict=True))
        if status is not None and task.settings.cache
    ]
    outcomes: dict[int, Outcome] = {}
    if unchanged is not None:
        outcomes = {place: Outcome(task.path) for place, task, status in listed if unchanged.has(*task, status)}
    # Large files first, so that no process works on alone when the others have ended; the smallest are done here.
    sizes = [status.st_size if status is not None else 0 for status in about]
    left = [SizedTask(place, task, sizes[place]) for place, task in enumerate(tasks) if place not in outcomes]
    left.sort(key=lambda each: (-each.size, each.place))
    began = time.monotonic()
    while left and (jobs == 1 or len(left) == 1 or time.monotonic() - began < POOL_START_DELAY):
        place, task, _ = left.pop()
        outcomes[place] = check_file(task.path, task.settings, mode, unsafe)
        progress(len(outcomes))
    if left and _is_forked() and not _may_be_known(left):
        from inheritlint.pipeline.analysis import prepare

        prepare()  # once, and not in each of the processes
        gc.freeze()
    _WorkerPool(left, mode, unsafe, outcomes, progress).run(jobs)
    if unchanged is not None:
        unchanged.keep((*task, status) for place, task, status in listed if outcomes[place] == Outcome(task.path))
    return [outcomes[place] for place in range(len(tasks))]


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116 - settings go by strings
    except OSError:  # it is said when it is its turn
        return None


def _is_forked() -> bool:
    """Whether another process begins with what this one has loaded."""
    from multiprocessing import get_start_method  # most runs stay in one process and need not wait for it

    return get_start_method() == "fork"


def _may_be_known(left: Sequence[SizedTask]) -> bool:
    """Whether an earlier run may have answered what is `left`, so that nothing need be loaded."""
    if not left[0].task.settings.cache:
        return False
    from inheritlint.pipeline.cache import has_entries

    return has_entries()


def available_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


Batch = list[SizedTask]


class _WorkerPool:
    """Processes that share what is left. One that dies (a crash below Python, no memory left) takes the pool
    with it: what it may have had in hand is then done file by file, so that only the guilty file is lost."""

    def __init__(self, left: Batch, mode: Mode, unsafe: bool, outcomes: dict[int, Outcome], progress: Progress) -> None:
        self.left, self.mode, self.unsafe, self.outcomes, self.progress = left, mode, unsafe, outcomes, progress

    def run(self, jobs: int) -> None:
        while left := [each for each in self.left if each.place not in self.outcomes]:
            handfuls = _handfuls(left, jobs)
            if self._share(handfuls, min(jobs, len(handfuls))):
                continue
            undone = [handful for handful in handfuls if handful[0].place not in self.outcomes]
            for suspect in (each for handful in undone[: 2 * jobs + 1] for each in handful):
                self._alone(suspect)

    def _share(self, handfuls: list[Batch], jobs: int) -> bool:
        """Whether every handful was done by a pool of `jobs` processes that lived to the end."""
        from concurrent.futures import as_completed  # most runs stay in one process and need not wait for it

        pool = None
        try:
            pool = _pool(jobs, self.mode)
            futures: list[Future[list[tuple[int, Outcome]]]] = [
                pool.submit(_check, handful, self.mode, self.unsafe) for handful in handfuls
            ]
        except (OSError, ImportError, NotImplementedError):
            # No pool can be made or started: there are no semaphores, or no descriptors or processes left. This
            # process does the work, which takes longer and changes no answer.
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)
            for handful in handfuls:
                self.outcomes.update(_check(handful, self.mode, self.unsafe))
                self.progress(len(self.outcomes))
            return True
        try:
            for future in as_completed(futures):
                self.outcomes.update(future.result())
                self.progress(len(self.outcomes))
        except Exception:  # mostly BrokenProcessPool; an outcome that cannot be sent is a fault of ours as well
            return False
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return True

    def _alone(self, suspect: SizedTask) -> None:
        task = suspect.task
        if not self._share([[suspect]], 1):
            self.outcomes[suspect.place] = internal_error(task.path, task.settings, "the worker process died")
            self.progress(len(self.outcomes))


def _handfuls(left: Batch, jobs: int) -> list[Batch]:
    """What is `left`, in parts of about as many bytes, in the same order."""
    limit = sum(each.size for each in left) // (jobs * _PARTS)
    handfuls: list[Batch] = []
    room = 0
    for each in left:
        if not handfuls or room < each.size or len(handfuls[-1]) == _MOST:
            handfuls.append([])
            room = limit
        handfuls[-1].append(each)
        room -= each.size
    return handfuls


def _pool(jobs: int, mode: Mode) -> "ProcessPoolExecutor":
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs, initializer=_begin, initargs=(mode,))


def _begin(mode: Mode) -> None:
    """An interrupt ends a process without a word, unless it may be in the middle of writing a file."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN if mode is Mode.FIX else signal.SIG_DFL)


def _check(handful: Batch, mode: Mode, unsafe: bool) -> list[tuple[int, Outcome]]:
    return [(place, check_file(task.path, task.settings, mode, unsafe)) for place, task, _ in handful]
