"""The census on a cluster of two workers: the findings of the command."""

import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("distributed")

ROOT = Path(__file__).parent.parent.parent
PROJECT = b'[project]\nrequires-python = ">=3.9"\n[tool.inheritlint]\nignore = ["INH101"]\n'
FIXTURES = ("inh102_dup2_inheritable", "inh201_inheritable_never_reset", "inh301_close_fds_false")


def files_of(name: str) -> dict[str, bytes]:
    """What the archive `name` holds: a fixture, a project's settings, and files that the command skips."""
    return {
        f"{name}-1.0/pyproject.toml": PROJECT,
        f"{name}-1.0/src/report.py": (ROOT / "fixtures" / name / "report.py").read_bytes(),
        f"{name}-1.0/scripts/start": b"#!/usr/bin/env python3\nimport os\nos.pipe2(0)\n",
        f"{name}-1.0/build/copy.py": b"import os\nos.pipe2(0)\n",
        f"{name}-1.0/README.rst": b"os.pipe2(0)\n",
    }


@pytest.fixture
def sdists(tmp_path: Path) -> Path:
    """Three source distributions, one of them a zip file."""
    folder = tmp_path / "sdists"
    folder.mkdir()
    for name in FIXTURES[:2]:
        with tarfile.open(folder / f"{name}-1.0.tar.gz", "w:gz") as archive:
            for path, data in files_of(name).items():
                member = tarfile.TarInfo(path)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    with zipfile.ZipFile(folder / f"{FIXTURES[2]}-1.0.zip", "w") as archive_:
        for path, data in files_of(FIXTURES[2]).items():
            archive_.writestr(path, data)
    return folder


def census(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "examples" / "census.py"), str(folder), "--workers", "2"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, PYTHONWARNINGS="default"),
    )


def command(folder: Path) -> list[tuple[str, str, int, int]]:
    """What the command finds below `folder`."""
    run = subprocess.run(
        [sys.executable, "-m", "inheritlint", "--output-format", "json", "--no-cache", "."],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    return sorted(
        (
            str(Path(each["filename"]).relative_to(folder).as_posix())
            if Path(each["filename"]).is_absolute()
            else each["filename"],
            each["code"],
            each["location"]["row"],
            each["location"]["column"],
        )
        for each in json.loads(run.stdout)
    )


def test_two_workers_find_what_the_command_finds(sdists: Path, tmp_path: Path) -> None:
    run = census(sdists)
    assert run.returncode == 0, run.stderr
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    unpacked = tmp_path / "unpacked"
    for name in FIXTURES:
        for path, data in files_of(name).items():
            (unpacked / path).parent.mkdir(parents=True, exist_ok=True)
            (unpacked / path).write_bytes(data)
    found = sorted((row["path"], row["code"], row["line"], row["column"]) for row in rows)
    assert found == command(unpacked)
    assert len({row["archive"] for row in rows}) == 3
    assert not any("build" in row["path"] for row in rows)


def test_an_archive_that_is_broken_is_named_and_the_others_are_counted(sdists: Path) -> None:
    (sdists / "broken-1.0.tar.gz").write_bytes(b"not an archive")
    run = census(sdists)
    assert run.returncode == 2
    first, *others = (json.loads(line) for line in run.stdout.splitlines())
    assert first["archive"] == "broken-1.0.tar.gz"
    assert "error" in first
    assert others


def test_a_directory_without_archives_is_an_error(tmp_path: Path) -> None:
    run = census(tmp_path)
    assert run.returncode == 2
    assert "no archives" in run.stderr
