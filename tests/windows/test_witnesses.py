"""The programs of the rules that speak of handles, run on Windows as they are and mended: Windows must say what the
rule says. `# kernel:` and `# fixed:` name what must be read in their output, as for the programs of the other kernels.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.faces.demonstration import SEPARATOR, mended
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.registry import all_rules

if sys.platform != "win32":
    pytest.skip("Windows says this", allow_module_level=True)

FIXTURES = Path(__file__).parents[2] / "fixtures"
NAME = "witness_windows.py"
WITNESSES = sorted(path.parent.name for path in FIXTURES.glob(f"*/{NAME}"))


def expected(program: bytes, label: str) -> str:
    match = re.search(rf"^# {label}: (.*)$", program.decode(), re.MULTILINE)
    assert match is not None, f"no line `# {label}: …`"
    return match[1].strip()


def run(program: bytes, folder: Path) -> str:
    """What the program prints; where it raises, the name of the exception as the last line."""
    path = folder / NAME
    path.write_bytes(program)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=60)
    raised = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    return done.stdout + "".join(f"{line.partition(':')[0]}\n" for line in raised)


@pytest.mark.parametrize("folder", WITNESSES)
def test_windows_agrees(folder: str, tmp_path: Path, bless: bool) -> None:
    program = (FIXTURES / folder / NAME).read_bytes()
    rule = all_rules()[folder[:6].upper()]
    assert rule.code in {finding.code for finding in analyse(NAME, program, Target()).findings}
    after, _ = mended(rule, FIXTURES / folder, program, NAME)
    assert rule.code not in {finding.code for finding in analyse(NAME, after, Target()).findings}
    outputs = [run(program, tmp_path), run(after, tmp_path)]
    verdicts = [expected(program, "kernel"), expected(program, "fixed")]
    for output, verdict in zip(outputs, verdicts, strict=True):
        assert verdict in output.splitlines(), output
    assert verdicts[0] != verdicts[1]
    recorded = FIXTURES / folder / "witness_windows.txt"
    if bless:
        recorded.write_text(SEPARATOR.join(outputs), encoding="utf-8", newline="\n")
    assert recorded.read_text(encoding="utf-8") == SEPARATOR.join(outputs), "stale: run `pytest --bless`"
