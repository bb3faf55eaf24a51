"""Many files: in this process while that is quick, in several when it is not, and always in the same order."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.settings import Settings
from inheritlint.pipeline.single import check_file, crashed

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

#: Seconds of work before other processes are worth their start.
PATIENCE = 0.2

#: The most files that a process takes at once.
_HANDFUL = 32

#: Called with the number of files that are done.
Progress = Callable[[int], None]


class Task(NamedTuple):
    """One file, and the settings that hold for it."""

    path: str
    settings: Settings


def run(
    tasks: Sequence[Task],
    *,
    mode: Mode = Mode.REPORT,
    unsafe: bool = False,
    jobs: int = 0,
    progress: Progress = lambda _: None,
) -> list[Outcome]:
    """The outcome of every task, in the order of `tasks`. `jobs` is the most processes to use, 0 for one a
    processor. Raises KeyboardInterrupt when interrupted, with no process left behind."""
    jobs = jobs or available_processors()
    outcomes: dict[int, Outcome] = {}
    began = time.monotonic()
    for index, task in enumerate(tasks):
        if jobs > 1 and len(tasks) - index > 1 and time.monotonic() - began >= PATIENCE:
            break
        outcomes[index] = check_file(task.path, task.settings, mode, unsafe)
        progress(len(outcomes))
    _Crew(tasks, mode, unsafe, outcomes, progress).run(jobs)
    return [outcomes[index] for index in range(len(tasks))]


def available_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


Handful = list[tuple[int, Task]]


class _Crew:
    """Processes that share what is left. One that dies (a crash below Python, no memory left) takes the pool
    with it: what it may have had in hand is then done file by file, so that only the guilty file is lost."""

    def __init__(
        self, tasks: Sequence[Task], mode: Mode, unsafe: bool, outcomes: dict[int, Outcome], progress: Progress
    ) -> None:
        self.tasks, self.mode, self.unsafe, self.outcomes, self.progress = tasks, mode, unsafe, outcomes, progress

    def run(self, jobs: int) -> None:
        while left := [(index, task) for index, task in enumerate(self.tasks) if index not in self.outcomes]:
            size = max(1, min(_HANDFUL, len(left) // (jobs * 4)))
            handfuls = [left[start : start + size] for start in range(0, len(left), size)]
            if self._share(handfuls, min(jobs, len(handfuls))):
                continue
            suspects = [each for handful in handfuls for each in handful if each[0] not in self.outcomes]
            for suspect in suspects[: 2 * jobs * size + size]:
                self._alone(suspect)

    def _share(self, handfuls: list[Handful], jobs: int) -> bool:
        """Whether every handful was done by a pool of `jobs` processes that lived to the end."""
        from concurrent.futures import as_completed  # most runs stay in one process and need not wait for it

        try:
            pool = _pool(jobs, self.mode)
        except (OSError, ImportError, NotImplementedError):  # a system without the semaphores that a pool needs
            for handful in handfuls:
                self.outcomes.update(_check(handful, self.mode, self.unsafe))
                self.progress(len(self.outcomes))
            return True
        try:
            futures: list[Future[list[tuple[int, Outcome]]]] = [
                pool.submit(_check, handful, self.mode, self.unsafe) for handful in handfuls
            ]
            for future in as_completed(futures):
                self.outcomes.update(future.result())
                self.progress(len(self.outcomes))
        except Exception:  # mostly BrokenProcessPool; an outcome that cannot be sent is a fault of ours as well
            return False
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return True

    def _alone(self, suspect: tuple[int, Task]) -> None:
        index, task = suspect
        if not self._share([[suspect]], 1):
            self.outcomes[index] = crashed(task.path, task.settings, "the process that analysed it died")
            self.progress(len(self.outcomes))


def _pool(jobs: int, mode: Mode) -> "ProcessPoolExecutor":
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(jobs, initializer=_begin, initargs=(mode,))


def _begin(mode: Mode) -> None:
    """An interrupt ends a process in silence, unless it may be in the middle of writing a file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN if mode is Mode.FIX else signal.SIG_DFL)


def _check(handful: Handful, mode: Mode, unsafe: bool) -> list[tuple[int, Outcome]]:
    return [(index, check_file(task.path, task.settings, mode, unsafe)) for index, task in handful]
