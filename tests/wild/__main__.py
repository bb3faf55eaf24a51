"""What inheritlint finds in the most used packages of PyPI, as their wheels hold them.

    python tests/wild download DIRECTORY        the wheels of `packages.txt`, the most used first
    python tests/wild download --kept DIRECTORY only of the packages in which something was found
    python tests/wild check DIRECTORY           compare what is found in them with `findings.jsonl`, show the change
    python tests/wild check --keep DIRECTORY    write `findings.jsonl` and the page anew
    python tests/wild page                      write the page anew from what is kept

The exit status of `check` is 0 also where something has changed: a change is to be read, not to be prevented.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from kept import PACKAGES, changes, keep, kept, packages
from page import write_page
from wheels import found_in, wheel


def download(folder: Path, wanted: Sequence[str], jobs: int) -> None:
    """Fetch the wheel of each package that is `wanted` and not there yet; what cannot be had is named."""
    folder.mkdir(parents=True, exist_ok=True)

    def fetch(package: str) -> str | None:
        if wheel(folder, package):
            return None
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        command += ["--disable-pip-version-check", "--retries", "2", "-d", str(folder), package]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return None if done.returncode == 0 else package

    with ThreadPoolExecutor(jobs) as pool:
        missing = [package for package in pool.map(fetch, wanted) if package]
    for package in missing:
        print(f"{package}: not available", file=sys.stderr)


def check(folder: Path, jobs: int, *, keep_them: bool) -> None:
    """Show which findings have appeared and which are gone, in the packages that are in `folder`."""
    rows, checked = found_in(folder, packages(), jobs)
    if keep_them:
        keep(rows)
        write_page()
        return
    appeared, gone = changes(kept(), rows, checked)
    for sign, some in (("+", appeared), ("-", gone)):
        for row in some:
            print(f"{sign} {row.package} {row.path}:{row.line} {row.code} {row.text}")
    print(f"{len(checked)} of {len(packages())} packages: {len(rows)} findings, +{len(appeared)} -{len(gone)}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python tests/wild", description="Findings in the most used packages.")
    parser.add_argument("action", choices=["download", "check", "page"])
    parser.add_argument("directory", type=Path, nargs="?", help="where the wheels are")
    parser.add_argument("--keep", action="store_true", help=f"write what is found beside {PACKAGES.name}")
    parser.add_argument("--kept", action="store_true", help="only the packages in which something was found")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_intermixed_args()
    if given.action == "page":
        write_page()
    elif given.directory is None:
        parser.error("the directory of the wheels is missing")
    elif given.action == "download":
        some = {row.package for row in kept()}
        download(given.directory, [each for each in packages() if not given.kept or each in some], given.jobs)
    else:
        check(given.directory, given.jobs, keep_them=given.keep)


if __name__ == "__main__":
    main()
