"""A headless Chromium, spoken to over two pipes in its own protocol: https://chromedevtools.github.io/devtools-protocol/."""

import base64
import json
import os
import shutil
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell", "chromium-headless-shell")


#: The browser wants its pipes as 3 and 4, and `pass_fds` keeps the numbers that they have.
_AS_3_AND_4 = """
import fcntl, os, sys
reading, writing = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(reading, 3)
os.dup2(writing, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One page of a browser; `events` is all that it has told of its own accord."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._reading, self._writing = reading, writing
        self._number, self._rest, self._session = 0, b"", ""
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        question = {"id": self._number, "method": method, "params": parameters}
        question |= {"sessionId": self._session} if self._session else {}
        self._writing.write(json.dumps(question).encode() + b"\0")
        while (message := self._message()).get("id") != self._number:
            self.events.append(message)
        assert "error" not in message, message
        return message["result"]

    def open(self, path: Path, width: int = 1200, height: int = 900) -> None:
        self.events.clear()
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message())

    def value(self, expression: str) -> Any:
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" and len(key) == 1 else {}
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, **text)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])

    def told(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event.get("method") == method]

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = self._reading.read(1 << 16)
            assert more, "the browser has ended"
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The page of a headless Chromium; the test is skipped where there is none."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None or os.name != "posix":
        pytest.skip("there is no Chromium here to look at the page")
    child_reads, we_write = os.pipe()
    we_read, child_writes = os.pipe()
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"]
    options.append(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    process = subprocess.Popen(
        [sys.executable, "-c", _AS_3_AND_4, str(child_reads), str(child_writes), program, *options],
        pass_fds=(child_reads, child_writes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(child_reads)
    os.close(child_writes)
    timer = threading.Timer(300, process.kill)  # a browser that hangs ends, and its test fails
    timer.start()
    try:
        with os.fdopen(we_read, "rb", 0) as reading, os.fdopen(we_write, "wb", 0) as writing:
            yield Browser(reading, writing)
    finally:
        timer.cancel()
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def pixels() -> Callable[[bytes], list[list[tuple[int, int, int]]]]:
    """A reader of screenshots."""
    return _pixels


def _pixels(png: bytes) -> list[list[tuple[int, int, int]]]:
    """The colours of a picture of eight bits a channel without interlacing, row by row: red, green, blue."""
    position, data, header = 8, b"", (0, 0, 0, 0)
    while position < len(png):
        length, kind = struct.unpack_from(">I4s", png, position)
        body = png[position + 8 : position + 8 + length]
        header = struct.unpack_from(">IIBB", body) if kind == b"IHDR" else header
        data += body if kind == b"IDAT" else b""
        position += 12 + length
    width, height, _, colour = header
    size = {2: 3, 6: 4}[colour]
    raw, stride = zlib.decompress(data), width * size
    above, rows = bytearray(stride), []
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter(raw[start], line, above, size)
        rows.append([(line[at], line[at + 1], line[at + 2]) for at in range(0, stride, size)])
        above = line
    return rows


def _unfilter(kind: int, line: bytearray, above: bytearray, size: int) -> None:
    """Undo the filter of one row: https://www.w3.org/TR/png-3/#9Filters."""
    for at in range(len(line) if kind else 0):
        left, corner = (line[at - size], above[at - size]) if at >= size else (0, 0)
        if kind == 4:
            guess = left + above[at] - corner
            near = min((left, above[at], corner), key=lambda each: abs(guess - each))
        else:
            near = (0, left, above[at], (left + above[at]) // 2)[kind]
        line[at] = (line[at] + near) & 255
