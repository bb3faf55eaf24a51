"""Count what inheritlint finds in a directory of source distributions, with Dask.

    python examples/census.py sdists > findings.jsonl

Writes one JSON object a finding to the standard output, sorted by archive, path and line, and the number of findings of
each rule to the standard error. The work is shared by a local cluster; `--scheduler ADDRESS` uses another one, whose
workers need inheritlint and see the same files. Needs `pip install inheritlint distributed`.

An archive is unpacked into a temporary directory, so that its own `pyproject.toml`, `.gitignore` and file names count
as they do for the command: the findings are the same. One that cannot be unpacked is a line with `error`, and the exit
status is then 2.
"""

import argparse
import json
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask.bag
from distributed import Client, LocalCluster

import inheritlint

SUFFIXES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
NEEDED = ("", ".py", ".pyw", ".toml")  # what is Python or may be, and what says how to check it
LARGEST = 100_000_000  # bytes of one file that are worth unpacking


def unpack(archive: Path, folder: Path) -> None:
    """Write the files of `archive` that matter here below `folder`, whatever the archive says about places outside."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as file:
            for entry in file.infolist():
                if Path(entry.filename).suffix in NEEDED and entry.file_size <= LARGEST:
                    file.extract(entry, folder)
        return
    with tarfile.open(archive) as file:
        for member in file:
            if member.isfile() and Path(member.name).suffix in NEEDED and member.size <= LARGEST:
                file.extract(member, folder, filter="data")


def findings(archive: Path) -> Iterator[dict[str, Any]]:
    """Yield what is found in `archive`, in the order of its paths and lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        try:
            unpack(archive, folder)
            for path, settings in inheritlint.discover(folder):
                for each in inheritlint.lint(Path(path).read_bytes(), path=path, settings=settings):
                    yield {
                        "archive": archive.name,
                        "path": Path(path).relative_to(folder).as_posix(),
                        "code": each.code,
                        "line": each.span.line,
                        "column": each.span.column,
                        "message": each.message,
                    }
        except (OSError, tarfile.TarError, zipfile.BadZipFile, EOFError, inheritlint.SettingsError) as error:
            yield {"archive": archive.name, "error": str(error).replace(f"{folder}/", "")}


def census(archives: list[Path]) -> list[dict[str, Any]]:
    """Return what is found in all `archives`, computed by the cluster of the current Dask client."""
    rows = dask.bag.from_sequence(archives, partition_size=1).map(findings).map(list).flatten().compute()
    return sorted(rows, key=lambda row: (row["archive"], row.get("path", ""), row.get("line", 0), row.get("column", 0)))


def main() -> int:
    parser = argparse.ArgumentParser(description="Count what inheritlint finds in source distributions.")
    parser.add_argument("directory", type=Path, help="the directory that holds the archives")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler (default: a local cluster)")
    parser.add_argument("--workers", type=int, help="processes of the local cluster (default: one a processor)")
    given = parser.parse_args()
    archives = sorted(path.resolve() for path in given.directory.iterdir() if path.name.endswith(SUFFIXES))
    if not archives:
        parser.error(f"{given.directory}: no archives ({', '.join(SUFFIXES)})")
    cluster = given.scheduler or LocalCluster(n_workers=given.workers, threads_per_worker=1, dashboard_address=None)
    with Client(cluster):
        rows = census(archives)
    if not given.scheduler:
        cluster.close()
    for row in rows:
        print(json.dumps(row))
    for code, count in sorted(Counter(row["code"] for row in rows if "code" in row).items()):
        print(f"{count:6} {code}", file=sys.stderr)
    return 2 if any("error" in row for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
