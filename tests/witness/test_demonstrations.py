"""Each rule's program, run as it is and mended: the kernel must say what the rule says.

A witness names what must be read in its output: `# kernel:` as it is, `# fixed:` after the fix. All other lines must
be the same. `# needs:` names a package that may be absent. Children look at their descriptors with fstat(2), outside
of Python's own bookkeeping.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inheritlint.declaration import Rule, Safety
from inheritlint.faces.demonstration import SEPARATOR, mended
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.registry import all_rules

FIXTURES = Path(__file__).parents[2] / "fixtures"
WITNESSES = sorted(path.parent.name for path in FIXTURES.glob("*/witness.py"))
#: Rules that claim nothing of a POSIX kernel, with the reason.
UNWITNESSED = {
    "INH901": "speaks of files that cannot be read",
    "INH902": "speaks of comments",
    **dict.fromkeys(("INH403", "INH406", "INH407", "INH408"), "Windows: tests/windows/test_witnesses.py"),
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="programs for Linux")


def rule_of(folder: str) -> Rule[Any]:
    return all_rules()[folder[:6].upper()]


def expected(program: bytes, label: str) -> str:
    match = re.search(rf"^# {label}: (.*)$", program.decode(), re.MULTILINE)
    assert match is not None, f"no line `# {label}: …`"
    return match[1]


def run(program: bytes, folder: Path, python: str = sys.executable) -> str:
    """What the program prints; where it raises, the name of the exception as the last line."""
    path = folder / "program.py"
    path.write_bytes(program)
    done = subprocess.run(
        [python, str(path)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
    )
    raised = done.stderr.strip().splitlines()[-1:] if done.returncode else []
    return done.stdout + "".join(f"{line.partition(':')[0]}\n" for line in raised)


@pytest.mark.parametrize("folder", WITNESSES)
def test_the_kernel_agrees(folder: str, tmp_path: Path, bless: bool) -> None:
    program = (FIXTURES / folder / "witness.py").read_bytes()
    rule = rule_of(folder)
    found = {finding.code for finding in analyse("witness.py", program, Target()).findings}
    assert found == {rule.code}, "the rule is silent, or others speak"
    after, is_automatic = mended(rule, FIXTURES / folder, program)
    assert is_automatic is (rule.safety is not Safety.NONE)
    assert rule.code not in {finding.code for finding in analyse("witness.py", after, Target()).findings}
    if b"# needs:" in program:
        pytest.importorskip(expected(program, "needs"))
    outputs = [run(program, tmp_path), run(after, tmp_path)]
    seen = [output.splitlines() for output in outputs]
    verdicts = [expected(program, "kernel"), expected(program, "fixed")]
    for lines, verdict in zip(seen, verdicts, strict=True):
        assert verdict in lines, lines
        lines.remove(verdict)
    if not any(line.endswith(("Error", "Warning")) for line in verdicts):
        assert seen[0] == seen[1], "the fix changes more than the descriptor"
    recorded = FIXTURES / folder / "witness.txt"
    if bless:
        recorded.write_text(SEPARATOR.join(outputs), encoding="utf-8")
    assert recorded.read_text(encoding="utf-8") == SEPARATOR.join(outputs), "stale: run `pytest --bless`"


@pytest.mark.parametrize("folder", WITNESSES)
def test_a_misuse_shows(folder: str) -> None:
    """A rule whose program does not misbehave is no rule; a convention says only what it can."""
    program = (FIXTURES / folder / "witness.py").read_bytes()
    same = expected(program, "kernel") == expected(program, "fixed")
    assert same is (rule_of(folder).severity == "convention")


def test_every_rule_has_a_witness_or_a_reason() -> None:
    assert {folder[:6].upper() for folder in WITNESSES} | UNWITNESSED.keys() == all_rules().keys()


def old_interpreter() -> str | None:
    root = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")))
    found = sorted(root.glob("versions/2.7*/bin/python2.7"))
    return str(found[0]) if found else None


@pytest.mark.skipif(old_interpreter() is None, reason="no Python 2.7 is installed")
def test_a_convention_was_a_leak_once(tmp_path: Path) -> None:
    program = (FIXTURES / "inh101_open_without_cloexec" / "witness.py").read_bytes()
    assert expected(program, "Python 2.7") in run(program, tmp_path, str(old_interpreter())).splitlines()
