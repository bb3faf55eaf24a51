"""A CPython for Windows under Wine, with this project and pytest in it: `python tests/windows/wine.py FOLDER`.

`FOLDER/python` is then a command like `python` whose `sys.platform` is win32: handles are inherited there as Windows
lets them be. What it is made of comes in packages: the libraries of CPython from the wheel of `panda3d`, which ships
them; a program of three lines that starts them, compiled by `ziglang`; and the library of a CPython 3.12.
It needs Wine (Debian's packages are `wine64` and `wine`), Linux on x86-64, and half a gigabyte.

Wine 8 is no Windows: it has no `CopyFile2` and no WMI, which CPython is told; and it says that it is Windows 7 until it
is told otherwise, where CPython does not look for empty messages in pipes, so that pools of processes wait for ever.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).parents[2]
WINE = next(filter(None, map(shutil.which, ("/usr/lib/wine/wine64", "wine64", "wine"))), None)
PACKAGES = (
    "pytest",
    "pytest-rerunfailures",
    "flake8",
    "colorama",
    "libcst",
    "click",
    "pathspec",
    "platformdirs",
    "stringzilla",
)
PLATFORM = "--only-binary=:all: --platform=win_amd64 --implementation=cp --python-version=3.12".split()

STARTER = """
#include <windows.h>
typedef int (*Main)(int, wchar_t **);
int wmain(int count, wchar_t **words) {
    Main run = (Main)GetProcAddress(LoadLibraryW(L"python312.dll"), "Py_Main");
    return run ? run(count, words) : 99;
}
"""
# Rust's standard library takes its random numbers from here.
RANDOM = """
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) {
    return SystemFunction036(bytes, (ULONG)count);
}
"""
WHAT_WINE_LACKS = """
import sys
import _winapi
vars(_winapi).pop("CopyFile2", None)
sys.modules["_wmi"] = None
"""
COMMAND = """#!/bin/sh
export WINEPREFIX='{prefix}' WINEARCH=win64 WINEDEBUG=-all DISPLAY= WINEDLLOVERRIDES='mscoree,mshtml='
export PYTHONHOME='{home}' PYTHONPATH='{home}\\Lib;{home};{home}\\Lib\\site-packages' PYTHONDONTWRITEBYTECODE=
exec {wine} '{program}' "$@"
"""


def make(folder: Path) -> Path:
    """The command of a Python for Windows in `folder`, made where there is none, with the project as it is now."""
    if WINE is None:
        raise SystemExit("Wine is not here: install it (Debian: apt-get install --no-install-recommends wine64 wine)")
    home, command = folder / "python312", folder / "python"
    tools = folder / "tools/bin/python"
    if not command.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(sys.executable, "-m", "venv", str(folder / "tools"))
        run(str(tools), "-m", "pip", "install", "--quiet", "ziglang")
        libraries(tools, folder, home)
        program(tools, folder, "-municode", "-o", str(home / "python.exe"), source=STARTER)
        program(tools, folder, "-shared", "-o", str(home / "bcryptprimitives.dll"), "-ladvapi32", source=RANDOM)
        inside(home, folder, command)
        (home / "Lib/site-packages").mkdir(exist_ok=True)
        (home / "Lib/site-packages/sitecustomize.py").write_text(WHAT_WINE_LACKS)
        install(tools, home, *PACKAGES)
    with_project(tools, folder, home)
    return command


def run(*command: str, **options: str) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env={**os.environ, **options})


def libraries(tools: Path, folder: Path, home: Path) -> None:
    """What CPython is made of: its libraries for Windows, and its modules."""
    wheels = folder / "wheels"
    run(str(tools), "-m", "pip", "download", "--quiet", "--no-deps", *PLATFORM, "-d", str(wheels), "panda3d")
    home.mkdir(exist_ok=True)
    with zipfile.ZipFile(next(wheels.glob("panda3d-*.whl"))) as wheel:
        for name in wheel.namelist():
            if name.startswith("deploy_libs/") and name.endswith((".dll", ".pyd")) and "api-ms" not in name:
                (home / Path(name).name).write_bytes(wheel.read(name))
    left_out = shutil.ignore_patterns("site-packages", "test", "lib-dynload", "__pycache__", "config-*")
    shutil.copytree(library(), home / "Lib", ignore=left_out, dirs_exist_ok=True)


def library() -> str:
    """The folder of CPython 3.12's modules. Raises SystemExit where no such Python is here."""
    here = [sys.executable, "python3.12", *map(str, Path.home().glob(".pyenv/versions/3.12*/bin/python"))]
    question = (
        "import sys, sysconfig; print(sysconfig.get_path('stdlib')) if sys.version_info[:2] == (3, 12) else sys.exit(1)"
    )
    for python in here:
        with suppress(OSError, subprocess.CalledProcessError):
            asked = subprocess.run([python, "-c", question], check=True, capture_output=True, text=True)
            return asked.stdout.strip()
    raise SystemExit("a CPython 3.12 is needed for its library")


def program(tools: Path, folder: Path, *arguments: str, source: str) -> None:
    """Compile `source` for Windows."""
    (folder / "source.c").write_text(source)
    compiler = (str(tools), "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", str(folder / "source.c"))
    run(*compiler, *arguments)


def inside(home: Path, folder: Path, command: Path) -> None:
    """Make the command, and tell Wine that it is Windows 10."""
    prefix = folder / "prefix"
    text = COMMAND.format(
        prefix=prefix, home="Z:" + str(home).replace("/", "\\"), wine=WINE, program=home / "python.exe"
    )
    wine = {"WINEPREFIX": str(prefix), "WINEARCH": "win64", "WINEDEBUG": "-all", "DISPLAY": ""}
    key = r"HKEY_CURRENT_USER\Software\Wine"
    run(str(WINE), "reg", "add", key, "/v", "Version", "/d", "win10", "/f", **wine)
    command.write_text(text)
    command.chmod(0o755)


def install(tools: Path, home: Path, *what: str) -> None:
    target = str(home / "Lib/site-packages")
    run(str(tools), "-m", "pip", "install", "--quiet", "--upgrade", *PLATFORM, "--target", target, *what)


def with_project(tools: Path, folder: Path, home: Path) -> None:
    """Build the project's wheel and put it in."""
    shutil.rmtree(folder / "built", ignore_errors=True)
    run(str(tools), "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder / "built"), str(PROJECT))
    for old in (home / "Lib/site-packages").glob("inheritlint*"):
        shutil.rmtree(old)
    (wheel,) = (folder / "built").glob("*.whl")
    run(
        *(str(tools), "-m", "pip", "install", "--quiet", "--no-deps", *PLATFORM),
        *("--target", str(home / "Lib/site-packages"), str(wheel)),
    )


if __name__ == "__main__":
    print(make(Path(sys.argv[1]).resolve()))
