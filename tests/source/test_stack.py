"""The deep stack is one that every system gives, or the largest that it gives."""

import subprocess
import sys
import threading

import pytest

from inheritlint.source import stack

#: `threading.stack_size` refuses this and more on Windows (CPython, `Python/thread_nt.h`, THREAD_MAX_STACKSIZE).
MOST_ON_WINDOWS = 256 * 1024 * 1024


def test_what_is_asked_for_is_what_windows_gives() -> None:
    assert stack._STACK_BYTES < MOST_ON_WINDOWS


@pytest.mark.parametrize("most", [MOST_ON_WINDOWS // 2, 16 * 1024 * 1024])
def test_a_system_that_allows_less_is_asked_for_less(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = threading.stack_size, []

    def limited(size: int = 0) -> int:
        if size >= most:
            raise ValueError(f"size not valid: {size} bytes")
        asked.append(size)
        return real(size)

    monkeypatch.setattr(threading, "stack_size", limited)
    assert stack.with_deep_stack(lambda: 7) == 7
    assert most // 2 <= max(asked) < most


def test_a_system_without_room_for_it_is_asked_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = threading.Thread.start, []

    def start(thread: threading.Thread) -> None:
        tries.append(thread)
        if len(tries) < 3:
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    assert stack.with_deep_stack(lambda: 7) == 7
    assert len(tries) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_of_little_address_space_works_on() -> None:
    program = (
        "import resource, threading\n"
        "from inheritlint.source.stack import with_deep_stack\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize() + (100 << 20)\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
        "print(with_deep_stack(lambda: 7), threading.stack_size())\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("7 0\n", "")
