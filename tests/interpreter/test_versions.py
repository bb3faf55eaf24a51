"""What depends on the Pythons that a project admits."""

import pytest

from inheritlint.findings import Severity
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

FORKPTY = b"import os\n\n\ndef terminal():\n    pid, master = os.forkpty()\n    return master\n"
OPEN = b"import os\nfd = os.open('x', os.O_RDONLY)\n"


@pytest.mark.parametrize(("oldest", "found"), [(None, 1), ((3, 11), 1), ((3, 14), 1), ((3, 15), 0)])
def test_the_master_of_a_terminal(oldest: tuple[int, int] | None, found: int) -> None:
    codes = [finding.code for finding in analyse("x.py", FORKPTY, Target(oldest)).findings]
    assert codes == ["INH109"] * found


@pytest.mark.parametrize(
    ("oldest", "severity"),
    [
        (None, Severity.CONVENTION),
        ((3, 4), Severity.CONVENTION),
        ((3, 3), Severity.WARNING),
        ((2, 7), Severity.WARNING),
    ],
)
def test_an_open_file(oldest: tuple[int, int] | None, severity: Severity) -> None:
    (finding,) = analyse("x.py", OPEN, Target(oldest)).findings
    assert finding.severity == severity
