"""An analysis is the same each time: the same findings by the same steps, whatever hashes and addresses are."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from inheritlint.interpreter import frame
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

steps = 0
following = frame.Frame.next_state
def counted(self):
    global steps
    steps += 1
    return following(self)
frame.Frame.next_state = counted
for name in sys.argv[1:]:
    findings = analyse(name, Path(name).read_bytes(), Target()).findings
    print(Path(name).name, steps, [(each.code, each.span.start, each.message) for each in findings])
"""
FIXTURES = Path(__file__).parents[2] / "fixtures"
LIBRARY = Path(os.__file__).parent
FILES = [*FIXTURES.glob("inh20[12]_*/report.py"), *(LIBRARY / name for name in ("pty.py", "tempfile.py", "socket.py"))]


def test_neither_findings_nor_steps_depend_on_hashes() -> None:
    said = set()
    for seed in ("1", "2", "3"):
        command = [sys.executable, "-c", PROGRAM, *map(str, FILES)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        said.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(said) == 1
