"""Real code as an oracle for crashes: `python tests/robustness/oracle.py [WHEEL…]`.

One part in eight, another each day, of the standard library of every CPython that is installed, and of up to fifty
wheels. Any internal error ends it with status 1 and is named. `INHERITLINT_SHARD=N/M` says which part of how many.
"""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from zlib import crc32

MOST_WHEELS = 50


def libraries() -> list[Path]:
    """The folders of the standard libraries that are here."""
    places = {Path(os.__file__).parent, *Path("/usr/lib").glob("python3.*"), *Path("/usr/local/lib").glob("python3.*")}
    places |= set(Path.home().glob(".pyenv/versions/*/lib/python3.*"))
    return sorted({place.resolve() for place in places if (place / "os.py").exists()})


def in_shard(path: Path, base: Path, number: int, count: int) -> bool:
    return crc32(path.relative_to(base).as_posix().encode("utf-8", "surrogateescape")) % count == number % count


def crashes(folder: Path, number: int, count: int) -> tuple[int, list[str]]:
    """How many files of the shard are in `folder`, and what a run says of faults of ours in them."""
    files = [str(each) for each in sorted(folder.rglob("*.py")) if in_shard(each, folder, number, count)]
    said: list[str] = []
    for start in range(0, len(files), 500):
        command = [sys.executable, "-m", "inheritlint", "--isolated", "--no-cache", "--quiet", "--select=INH901"]
        done = subprocess.run([*command, *files[start : start + 500]], capture_output=True, text=True, check=False)
        said += [line for line in done.stderr.splitlines() if "internal error" in line or "Traceback" in line]
        if done.returncode not in (0, 1, 2):
            said.append(f"{folder}: ended with {done.returncode}")
    return len(files), said


def main(wheels: list[str]) -> int:
    shard = os.environ.get("INHERITLINT_SHARD", f"{int(time.time() // 86400) % 8}/8").split("/")
    number, count = int(shard[0]), int(shard[1])
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as top:
        for name in sorted(wheels)[:MOST_WHEELS]:
            with zipfile.ZipFile(name) as wheel:
                wheel.extractall(Path(top) / Path(name).stem)
        for folder in (*libraries(), Path(top)):
            files, said = crashes(folder, number, count)
            faults += said
            print(f"{folder}: {files} files, {len(said)} internal errors", flush=True)
    print(*faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
