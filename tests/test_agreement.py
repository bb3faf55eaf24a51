"""The command and flake8 say the same of the same tree. (The real pre-commit is in faces/test_pre_commit.py.)"""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every fixture that the running Python can parse: flake8 runs no plugin on any other (its own E999 speaks)."""
    root = tmp_path_factory.mktemp("tree")
    for path in FIXTURES.glob("*/*.py"):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        (root / path.parent.name).mkdir(exist_ok=True)
        shutil.copyfile(path, root / path.parent.name / path.name)
    return root


def test_command_and_flake8_find_the_same(tree: Path) -> None:
    command = [sys.executable, "-m", "inheritlint", "--isolated", "--select", "INH", "--output-format", "json", "."]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, cwd=tree, check=False).stdout)
    ours = sorted(
        (str(Path(f["filename"]).relative_to(tree.resolve())), f["location"]["row"], f["location"]["column"], f["code"])
        for f in said
    )
    command = [
        sys.executable,
        "-m",
        "flake8",
        "--isolated",
        "--select",
        "INH",
        "-j",
        "2",
        "--format",
        "%(path)s|%(row)d|%(col)d|%(code)s",
    ]
    lines = subprocess.run(command, capture_output=True, text=True, cwd=tree, check=False).stdout.splitlines()
    theirs = sorted(
        (path.removeprefix("./"), int(row), int(column), code)
        for path, row, column, code in (line.split("|") for line in lines)
    )
    assert ours == theirs
    assert len({code for *_, code in ours}) >= 8
