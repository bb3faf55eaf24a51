"""How long an editor waits for the findings of a large file after each key."""

import argparse
import ast
import statistics
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp")

sys.path.insert(0, str(Path(__file__).parent))
from editors import VS_CODE, ended, started

#: Ordinary code of the standard library, then functions of each kind that start processes and pass descriptors.
ORDINARY = Path(argparse.__file__).read_text(encoding="utf-8")
RELEVANT = '''

def serve_{n}(listener, worker):
    """Start a worker that takes over the listener."""
    reader, writer = os.pipe2(os.O_NONBLOCK)
    listener.set_inheritable(True)
    child = subprocess.Popen([worker, str(listener.fileno())], close_fds=False)
    os.close(reader)
    return child, writer
'''
LINES = 3_000


def large_file() -> str:
    """Return 3,000 lines of Python, ten functions of which concern inheritance."""
    relevant = "".join(RELEVANT.format(n=n) for n in range(10))
    lines = ORDINARY.splitlines()[: LINES - relevant.count("\n") - 2]
    while True:
        text = "\n".join(["import os", "import subprocess", *lines]) + "\n" + relevant
        try:
            ast.parse(text)
        except SyntaxError:
            lines.pop()
            continue
        return text + "# the end\n" * (LINES - text.count("\n"))


@pytest.mark.asyncio
async def test_a_keystroke_in_a_large_file_takes_less_than_a_tenth_of_a_second(tmp_path: Path) -> None:
    text = large_file()
    assert text.count("\n") == LINES
    editor = await started(VS_CODE, tmp_path)
    editor.open("large.py", text)
    assert len(await editor.diagnostics("large.py")) == 30
    taken = []
    for key in range(1, 8):
        editor.change("large.py", text.replace("take over", "take over"[: key + 2]))
        began = time.perf_counter()
        found = await editor.diagnostics("large.py")
        taken.append(time.perf_counter() - began)
        assert len(found) == 30
    await ended(editor)
    print(f"from a key to its findings: {statistics.median(taken) * 1000:.0f} ms (median of {len(taken)})")
    assert min(taken) < 0.1
