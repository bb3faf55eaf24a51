"""`--report FORMAT=PATH`, and every format through the command."""

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from inheritlint.faces.cli.entry import main
from inheritlint.pipeline.settings import OutputFormat

LEAK = "import os\n\n\ndef start(reader):\n    os.set_inheritable(reader, True)\n    os.system('x')\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with one file and one finding."""
    (tmp_path / "leak.py").write_text(LEAK)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_reports_are_written_beside_the_one_on_the_terminal(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [f"--report={style}=out.{style}" for style in ("sarif", "gitlab", "junit", "json")]
    assert main(["--output-format", "concise", *asked, "."]) == 1
    assert "leak.py:5:5: INH201" in capsys.readouterr().out
    (run,) = json.loads((project / "out.sarif").read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["INH201"]
    assert [issue["check_name"] for issue in json.loads((project / "out.gitlab").read_text())] == ["INH201"]
    assert [finding["code"] for finding in json.loads((project / "out.json").read_text())] == ["INH201"]
    assert [suite.name for suite in JUnitXml.fromfile(str(project / "out.junit"))] == ["leak.py"]


@pytest.mark.parametrize("style", OutputFormat)
def test_every_format_is_written_to_either_place(
    project: Path, capsys: pytest.CaptureFixture[str], style: OutputFormat
) -> None:
    assert main(["--quiet", "--output-format", str(style), f"--report={style}=report", "."]) == 1
    out = capsys.readouterr().out
    assert out == (project / "report").read_text(encoding="utf-8")
    assert "INH201" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--report=sarif"], "'sarif' is not FORMAT=PATH"),
        (["--report=sarif="], "'sarif=' is not FORMAT=PATH"),
        (["--report=serif=x"], "unknown format 'serif'; use one of full, concise,"),
        (["--report=sarif=x", "--report=json=./x"], "./x is the target of two reports"),
        (["--report=sarif=x", "-o", "x"], "x is the target of two reports"),
        (["--report=sarif=gone/x"], "gone/x: cannot write: "),
        (["--report=sarif=x", "--diff"], "`--report` cannot be used with `--diff`"),
    ],
)
def test_misuse_is_said_before_any_work(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main([*arguments, "."]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "INH201" not in captured.out


def test_reports_with_fixes_hold_what_remains(project: Path) -> None:
    assert main(["--fix", "--unsafe-fixes", "--report=json=out.json", "."]) == 0
    assert json.loads((project / "out.json").read_text()) == []
