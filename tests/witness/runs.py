"""Programs that are run on all of their ways, in processes of their own, and what is seen of that."""

import json
import os
import select
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

#: Both answers of both questions that a program may ask.
ANSWERS = list(product((False, True), repeat=2))
BROKEN = 255


def in_process(see: Callable[[], Any]) -> Any:
    """What `see` returns in a process of its own, and nothing that it leaves open stays open here."""
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            status = BROKEN
            try:
                output.write(json.dumps(see()).encode())
                output.flush()
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        assert status == 0, "the program could not be run"
        output.seek(0)
        return json.load(output)


class Lines:
    """The numbers of the lines of a program that run, while it is entered."""

    def __init__(self, code: CodeType) -> None:
        self.code, self.ran = code, set[int]()

    def __enter__(self) -> "Lines":
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != self.code.co_filename:
            return None
        self.ran.add(frame.f_lineno)
        return self._trace


class Failing:
    """Calls that are counted; those with the numbers in `failing` raise."""

    def __init__(self, failing: tuple[int, ...] = ()) -> None:
        self.failing, self.count = failing, 0

    def next(self) -> None:
        self.count += 1
        if self.count - 1 in self.failing:
            raise OSError("failed on purpose")


def ways(one: Callable[[bool, bool, tuple[int, ...]], int], failures: int) -> None:
    """Call `one` for all answers, and for all choices of at most `failures` of its calls that fail; it says how many
    it made."""
    for a, b in ANSWERS:
        pending: list[tuple[int, ...]] = [()]
        while pending:
            failing = pending.pop()
            calls = one(a, b, failing)
            if len(failing) < failures:
                pending += [(*failing, number) for number in range(max(failing, default=-1) + 1, calls)]


def run(code: CodeType, a: bool, b: bool, finished: Callable[[], None]) -> set[int]:
    """Run `work` once, and then each function that is there `only` for what it shows, as if it were alone: `finished`
    is called after each of them. The lines that ran."""
    names: dict[str, Any] = {}
    with Lines(code) as lines:
        exec(code, names)
        with suppress(OSError):
            names["work"](a, b)
        finished()
        for name in [each for each in names if each.endswith("_only")]:
            with suppress(OSError):
                names[name]()
            finished()
    return lines.ran


def memory_files(process: int | str = "self") -> dict[str, int]:
    """The memory files that a process has open, by the names that they were made with."""
    return {name: number for number, name in _memory_files(process)}


def _memory_files(process: int | str) -> Iterator[tuple[int, str]]:
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            _, found, rest = str(link.readlink()).partition("/memfd:")
            if found:
                yield int(link.name), rest.split()[0]


Say = Callable[[Any], None]
#: How long processes that wait for one another are given, in seconds; what they wait for is asked every few moments.
LONGEST_WAIT = 60.0
MOMENT = 0.02


def in_group(act: Callable[[Say], None]) -> list[Any]:
    """Run `act` in a process of its own and say what it, and those that it forks, said, when all of them are gone."""
    reader, writer = os.pipe()
    group = os.fork()
    if group == 0:
        try:
            os.setpgid(0, 0)
            os.close(reader)
            act(lambda told: (os.write(writer, json.dumps(told).encode() + b"\n"), None)[1])
        except BaseException as error:
            os.write(writer, json.dumps(f"broken: {error!r}").encode() + b"\n")
        finally:
            leave(0)
    os.close(writer)
    text = b""
    while select.select([reader], [], [], LONGEST_WAIT)[0]:
        if not (chunk := os.read(reader, 4096)):
            break
        text += chunk
    else:
        text += b'"broken: it does not end"\n'
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    os.close(reader)
    os.waitpid(group, 0)
    told = [json.loads(line) for line in text.splitlines()]
    assert not any(isinstance(each, str) for each in told), told
    return told


leave = os._exit
fork = os.fork


def line_in_work(frame: FrameType | None, code: CodeType) -> int:
    """The line of `work` that is running, or called what is."""
    while frame is not None:
        if frame.f_code.co_filename == code.co_filename and frame.f_code.co_name == "work":
            return frame.f_lineno
        frame = frame.f_back
    return 0


def line_in(frame: FrameType | None, code: CodeType) -> int:
    """The line of the program that is running."""
    while frame is not None and frame.f_code.co_filename != code.co_filename:
        frame = frame.f_back
    return frame.f_lineno if frame is not None else 0


def watching_waits(see: Callable[[FrameType | None], None]) -> None:
    """Have `see` called again and again, here and in every process that is forked from here."""

    def again() -> None:
        signal.setitimer(signal.ITIMER_REAL, MOMENT)

    def look(_: int, frame: FrameType | None) -> None:
        see(frame)
        again()

    signal.signal(signal.SIGALRM, look)
    os.register_at_fork(after_in_child=again)
    again()


def is_ready(number: int) -> bool:
    """Whether a read of a descriptor comes back: there is something, or the end of file."""
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def opened(process: int | str = "self") -> dict[int, str]:
    """What a process has open, by number, as the kernel calls it: `pipe:[12] w` is the end for writing."""
    found = {}
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            flags = next(
                line for line in Path(f"/proc/{process}/fdinfo/{link.name}").read_text().splitlines() if "flags" in line
            )
            found[int(link.name)] = f"{link.readlink()} {'rw'[int(flags.split()[1], 8) & 1]}"
    return found
