"""Whole commands, timed in turn."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command: seconds on the clock, those of all processors, the most memory one of its processes took,
    its exit status."""

    seconds: float
    work: float
    megabytes: float
    status: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Runs of one command and of another, in turn."""

    ours: list[Run]
    theirs: list[Run]

    @property
    def ratio(self) -> float:
        """The median of our time over theirs, pair by pair."""
        return median(mine.seconds / other.seconds for mine, other in zip(self.ours, self.theirs, strict=True))

    @property
    def work(self) -> float:
        """The same of processor time, which tells more where the machine has other work to do."""
        return median(mine.work / other.work for mine, other in zip(self.ours, self.theirs, strict=True))

    def __str__(self) -> str:
        return f"{self.ratio:.2f} ({self.work:.2f})"


def run(command: Sequence[str], limit: float) -> Run | None:
    """Run `command` to its end, its output thrown away; None where it takes more than `limit` seconds."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        seconds = time.monotonic() - began
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)
        if seconds > limit:
            os.killpg(process.pid, 9)
            process.wait()
            return None
        time.sleep(0.0005)


def in_turn(ours: Sequence[str], theirs: Sequence[str], runs: int, limit: float) -> Pairs | None:
    """`runs` pairs after one of each that is not counted; None where one takes more than `limit` seconds."""
    pairs = Pairs([], [])
    for counted in range(runs + 1):
        mine, other = run(ours, limit), run(theirs, limit)
        if mine is None or other is None:
            return None
        if counted:
            pairs.ours.append(mine)
            pairs.theirs.append(other)
    return pairs
