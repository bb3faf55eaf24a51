"""Locks that the next program does not find any more: each program says whether the file is still locked; where the
descriptor, or a copy of it, is inheritable, it is."""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for Linux")

HEAD = """
import fcntl
import os

LOOK = '''
import fcntl, sys
with open(sys.argv[1]) as file:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print("free")
    except OSError:
        print("locked")
'''


"""
PROGRAMS = {
    "locked by the method that ends the program": """
class Tool:
    def __init__(self, path):
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def run(self):
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        MARK
        os.execvp("python3", ["python3", "-c", LOOK, self.path])


Tool("lock").run()
""",
    "locked from the start": """
class Tool:
    def __init__(self, path):
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def run(self):
        MARK
        os.execvp("python3", ["python3", "-c", LOOK, self.path])


Tool("lock").run()
""",
    "copied by a function": """
def copy_of(descriptor):
    return COPY


def main():
    descriptor = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    copy_of(descriptor)
    os.execvp("python3", ["python3", "-c", LOOK, "lock"])


main()
""",
}


@pytest.mark.parametrize("kept", [False, True], ids=["as it is", "mended"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_lock_is_reported_where_the_next_program_does_not_find_it(name: str, kept: bool, tmp_path: Path) -> None:
    mark = "os.set_inheritable(self.descriptor, True)" if kept else "pass"
    copy = f"fcntl.fcntl(descriptor, fcntl.F_DUPFD{'' if kept else '_CLOEXEC'}, 10)"
    text = HEAD + PROGRAMS[name].replace("MARK", mark).replace("COPY", copy)
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["locked" if kept else "free"], done.stderr
    found = {each.code for each in analyse("program.py", text.encode(), Target()).findings}
    assert ("INH309" in found) is not kept
