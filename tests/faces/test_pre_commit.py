"""The real pre-commit, which clones this repository and installs it as it would for a stranger."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

OPEN = 'import os\n\nfd = os.open("x", os.O_RDONLY)\n'
START = 'import subprocess\n\nsubprocess.run(["x"], close_fds=False)\n'
CALL_OFF_WINDOWS = "import os\n\n\ndef keep(handle):\n    os.set_handle_inheritable(handle, False)\n"

NO_NETWORK = ("No matching distribution found", "Could not find a version", "Connection", "Temporary failure in name")


def git(folder: Path, *arguments: str) -> str:
    # A variable of an outer `git commit` would point at that commit's repository.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    who = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org", "-c", "init.defaultBranch=main")
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=environment).stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose one commit is this working tree: what is committed here, as it is now, and what is new."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone: pre-commit installs from a repository")
    clone = tmp_path_factory.mktemp("hooks")
    git(clone, "init", "--quiet")
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes((ROOT / name).read_bytes())
    git(clone, "add", "--all", "--force")
    git(clone, "commit", "--quiet", "--no-verify", "--message", "hooks")
    return clone


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A stranger's repository with something to find."""
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "--quiet")
    (project / "leak.py").write_text(OPEN + START)
    (project / "clean.py").write_text("x = 1\n")
    (project / "types.pyi").write_text("x: int\n")
    (project / "script").write_text(f"#!/usr/bin/env python3\n{START}")
    (project / "script").chmod(0o755)
    (project / "notes.txt").write_text(OPEN)
    git(project, "add", "--all")
    return project


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments during these tests."""
    return tmp_path_factory.mktemp("pre-commit")


FLAKE8_HOOK = """\
- id: flake8
  name: flake8
  entry: flake8
  language: python
  types: [python]
  require_serial: true
"""


def try_repo(project: Path, hooks: Path, home: Path, hook: str) -> subprocess.CompletedProcess[str]:
    return pre_commit(project, home, "try-repo", str(hooks), hook, "--all-files", "--verbose", "--color=never")


def pre_commit(project: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON"))}
    environment["PRE_COMMIT_HOME"] = str(home)
    run = subprocess.run(
        command, cwd=project, capture_output=True, text=True, encoding="utf-8", check=False, env=environment
    )
    if run.returncode == 3 and any(sign in run.stdout for sign in NO_NETWORK):
        pytest.skip("pip reaches no index here, so pre-commit cannot build its environment")
    return run


def test_the_hook_reports_and_changes_nothing(project: Path, hooks: Path, home: Path) -> None:
    run = try_repo(project, hooks, home, "inheritlint")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "- hook id: inheritlint\n" in run.stdout
    assert "- exit code: 1\n" in run.stdout
    assert "leak.py:3:19" in run.stdout and "INH101" in run.stdout
    assert "leak.py:6:23" in run.stdout and "INH301" in run.stdout
    assert "script:4:23" in run.stdout
    assert "notes.txt" not in run.stdout
    assert "files were modified" not in run.stdout
    assert (project / "leak.py").read_text() == OPEN + START


@pytest.mark.parametrize("hook", ["inheritlint", "inheritlint-fix"])
def test_what_the_settings_exclude_is_left_alone(project: Path, hooks: Path, home: Path, hook: str) -> None:
    """pre-commit names every file, also those that are excluded."""
    (project / "pyproject.toml").write_text('[tool.inheritlint]\nexclude = ["leak.py", "vendored/"]\n')
    (project / "vendored").mkdir()
    (project / "vendored" / "leak.py").write_text(OPEN)
    git(project, "rm", "--quiet", "--force", "script")
    git(project, "add", "--all")
    run = try_repo(project, hooks, home, hook)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Passed" in run.stdout and "INH" not in run.stdout
    assert (project / "leak.py").read_text() == OPEN + START
    assert (project / "vendored" / "leak.py").read_text() == OPEN


def test_the_hook_of_flake8_runs_the_plugin(project: Path, hooks: Path, home: Path) -> None:
    """In a repository that has flake8's hook, the plugin is one of its `additional_dependencies`."""
    (project / "pyproject.toml").write_text('[tool.inheritlint]\nignore = ["INH101"]\n')
    # flake8's own hook, in a repository that needs no network to be cloned.
    flake8 = home / "flake8-hook"
    flake8.mkdir()
    git(flake8, "init", "--quiet")
    (flake8 / ".pre-commit-hooks.yaml").write_text(FLAKE8_HOOK)
    (flake8 / "setup.py").write_text(
        'from setuptools import setup\n\nsetup(name="flake8-hook", py_modules=[], install_requires=["flake8"])\n'
    )
    git(flake8, "add", "--all")
    git(flake8, "commit", "--quiet", "--no-verify", "--message", "flake8")
    revision = git(flake8, "rev-parse", "HEAD").strip()
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {flake8.as_posix()}\n  rev: {revision}\n  hooks:\n  - id: flake8\n"
        f'    args: ["--ignore=E,W"]\n    additional_dependencies: ["inheritlint @ {hooks.as_uri()}"]\n'
    )
    git(project, "add", "--all")
    run = pre_commit(project, home, "run", "--all-files", "--verbose", "--color=never")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "- hook id: flake8\n" in run.stdout
    assert "leak.py:6:23: INH301" in run.stdout and "script:4:23: INH301" in run.stdout
    assert "INH101" not in run.stdout, "the table is read"


def test_the_hook_and_the_command_find_the_same(tmp_path: Path, hooks: Path, home: Path) -> None:
    """On one tree that holds every fixture."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\noutput-format = "concise"\n')
    for path in (ROOT / "fixtures").glob("*/[rs]*.py"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    git(tmp_path, "add", "--all")
    hook = found_in(try_repo(tmp_path, hooks, home, "inheritlint").stdout)
    command = [sys.executable, "-m", "inheritlint"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False).stdout
    assert hook == found_in(said)
    assert len(hook) > 300


def found_in(output: str) -> list[str]:
    """Path, row, column and code of every finding in the concise format."""
    return sorted(re.findall(r"^[^\s:]+\.py:\d+:\d+: INH\d{3}", output, re.MULTILINE))


def test_the_hook_passes_where_nothing_is_found(project: Path, hooks: Path, home: Path) -> None:
    git(project, "rm", "--quiet", "--force", "leak.py", "script")
    run = try_repo(project, hooks, home, "inheritlint")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Passed" in run.stdout


def test_the_fixing_hook_changes_the_files(project: Path, hooks: Path, home: Path) -> None:
    (project / "unsafe.py").write_text(CALL_OFF_WINDOWS)
    (project / "leak.py").write_text(OPEN)
    (project / "script").write_text(f"#!/usr/bin/env python3\n{OPEN}")
    git(project, "add", "--all")
    run = try_repo(project, hooks, home, "inheritlint-fix")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "- hook id: inheritlint-fix\n" in run.stdout
    assert "- files were modified by this hook" in run.stdout
    assert "O_CLOEXEC" in (project / "leak.py").read_text()
    assert "O_CLOEXEC" in (project / "script").read_text()
    assert os.access(project / "script", os.X_OK)
    assert (project / "unsafe.py").read_text() == CALL_OFF_WINDOWS
    assert "unsafe.py:5:5" in run.stdout
    git(project, "rm", "--quiet", "--force", "unsafe.py")
    git(project, "add", "--all")
    again = try_repo(project, hooks, home, "inheritlint-fix")
    assert again.returncode == 0, again.stdout + again.stderr
