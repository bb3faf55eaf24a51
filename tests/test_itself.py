"""inheritlint finds nothing in inheritlint."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_nothing_is_found_in_our_own_code() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "inheritlint", "src", "tests"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
