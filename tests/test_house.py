"""The rooms of the house: who imports whom, how large they are, what is loaded when."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "inheritlint"
MODULES = sorted(PACKAGE.rglob("*.py"))
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "types"}


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the project's contracts over the package in `folder`."""
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )


def test_the_contracts_are_kept() -> None:
    run = contracts(PACKAGE.parent)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("contract", "module", "statement"),
    [
        ("One direction", "interpreter/target.py", "import inheritlint.declaration.rule"),
        (
            "No rule knows another",
            "rules/inh101_open_without_cloexec.py",
            "import inheritlint.rules.inh901_file_not_checked",
        ),
        ("No circles", "findings/span.py", "import inheritlint.findings.finding"),
        ("Only faces know", "pipeline/selection.py", "import click"),
        ("never meets LibCST", "source/prefilter.py", "import libcst"),
    ],
)
def test_a_contract_that_is_broken_is_seen(contract: str, module: str, statement: str, tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "inheritlint", ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / "inheritlint" / module
    broken.write_text(broken.read_text(encoding="utf-8") + f"\n\n{statement}\n", encoding="utf-8")
    run = contracts(tmp_path)
    assert run.returncode != 0
    assert any(contract in line and "BROKEN" in line for line in run.stdout.splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_are_small_and_say_what_they_know(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert not set(path.relative_to(PACKAGE).with_suffix("").parts) & BANNED
    tree = ast.parse(text)
    if path.parent.name != "rules":  # a rule's docstring is that of its one function: the page
        assert ast.get_docstring(tree), "a module says what it knows"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_faces_import_click_and_flake8(path: Path) -> None:
    if "faces" in path.relative_to(PACKAGE).parts:
        pytest.skip("a face")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not {name.partition(".")[0] for name in names} & {"click", "flake8"}


def loaded_by(arguments: list[str], folder: Path) -> set[str]:
    """Top-level modules that the command has loaded when it is done."""
    code = (
        "import sys; from inheritlint.faces.cli.entry import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=folder, check=True
    )
    return set(run.stdout.rpartition("LOADED ")[2].split())


def test_a_file_that_cannot_concern_us_never_meets_libcst(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("import subprocess\nsubprocess.run(['true'])\nopen('x')\n")
    loaded = loaded_by(["--isolated", "--jobs", "1", "clean.py"], tmp_path)
    assert "click" in loaded
    assert not loaded & {"libcst", "flake8"}


def test_a_file_that_concerns_us_does(tmp_path: Path) -> None:
    (tmp_path / "concerned.py").write_text("import os\nos.open('x', os.O_RDONLY)\n")
    loaded = loaded_by(["--isolated", "--jobs", "1", "concerned.py"], tmp_path)
    assert "libcst" in loaded
    assert "flake8" not in loaded


def run_tool(*command: str) -> None:
    run = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_everything_is_typed() -> None:
    run_tool("mypy", "--strict", "src")


def test_ruff_has_nothing_to_say() -> None:
    run_tool("ruff", "check", "--no-cache", "src", "tests")
