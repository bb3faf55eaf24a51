"""Where there is no wheel of stringzilla, the same is found."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
if sys.argv[1] == "without":
    sys.modules["stringzilla"] = None
from inheritlint.faces.cli.entry import main
from inheritlint.source import prefilter
print(prefilter.find is bytes.find)
files = sorted(Path(sys.argv[2]).rglob("*.py"))
print([str(path) for path in files if prefilter.may_be_relevant(path.read_bytes())])
print([str(path) for path in files if prefilter.may_contain_suppression(path.read_bytes())])
main(["--isolated", "--no-cache", "--jobs", "1", "--output-format", "concise", *sys.argv[3:]])
"""


def run(how: str) -> tuple[str, str]:
    fixtures = [str(ROOT / "fixtures" / name) for name in ("inh101_open_without_cloexec", "inh301_close_fds_false")]
    command = [sys.executable, "-c", PROGRAM, how, str(ROOT / "fixtures"), *fixtures]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    first, _, rest = done.stdout.partition("\n")
    return first, rest


def test_the_same_is_found_without_stringzilla() -> None:
    fast, found = run("with")
    slow, also = run("without")
    assert (fast, slow) == ("False", "True")
    assert found == also
    assert "INH101" in found and "INH301" in found
