"""Wheels to findings: what the command would report for the files in them."""

import re
import zipfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kept import Row

import inheritlint

_REQUIRES = re.compile(r"^Requires-Python: (.*)$", re.MULTILINE)


def found_in(folder: Path, packages: Sequence[str], jobs: int) -> tuple[list[Row], list[str]]:
    """All findings in those of `packages` whose wheels are in `folder`, and which of them these are."""
    present = [(package, path) for package in packages if (path := wheel(folder, package))]
    with ProcessPoolExecutor(jobs) as pool:
        results = list(pool.map(found, *zip(*present, strict=True))) if present else []
    return sorted(row for rows in results for row in rows), [package for package, _ in present]


def wheel(folder: Path, package: str) -> Path | None:
    """The wheel of `package` (name==version) in `folder`."""
    name, _, version = package.partition("==")
    wanted = (normal(name), normal(version))
    for path in sorted(folder.glob("*.whl")):
        if tuple(map(normal, path.name.split("-")[:2])) == wanted:
            return path
    return None


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def found(package: str, path: Path) -> list[Row]:
    """What is found in the Python files of one wheel."""
    rows = []
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith((".py", ".pyw")))
        settings = settings_of(archive)
        for name in names:
            data = archive.read(name)
            lines = data.decode("utf-8", "replace").splitlines()
            for each in inheritlint.lint(data, path=name, settings=settings):
                text = lines[each.span.line - 1].strip() if each.span.line <= len(lines) else ""
                rows.append(Row(package, name, each.span.line, each.code, each.severity.value, text[:160]))
    return rows


def settings_of(archive: zipfile.ZipFile) -> inheritlint.Settings:
    """The settings that follow from the Pythons which the package supports."""
    about = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA")]
    text = archive.read(about[0]).decode("utf-8", "replace") if about else ""
    match = _REQUIRES.search(text)
    try:
        return inheritlint.parse_settings({"requires-python": match[1].strip()} if match else {})
    except inheritlint.SettingsError:
        return inheritlint.Settings()
