"""The blocks of a file can be looked at."""

import subprocess
import sys
from pathlib import Path


def test_a_file_is_printed(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def f(x):\n    return x\n")
    command = [sys.executable, "-m", "inheritlint.flow", str(tmp_path / "one.py")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "f(x)\nb0:\n  r1 = Load x\n  Return r1\n" in printed
