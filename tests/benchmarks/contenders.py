"""The tools that are measured, as a user would call them for one rule of their own that is nearest to ours."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_BESIDE = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Contender:
    """One tool: its name, where it is, and the command for a path."""

    name: str
    program: str
    command: Callable[[str, str], list[str]]

    def on(self, path: Path) -> list[str]:
        """The command that checks `path`."""
        return self.command(self.program, str(path))


_OURS = str(_BESIDE / "inheritlint")


def ours() -> Contender:
    """The command of this project, installed beside the interpreter that runs this."""
    return Contender("inheritlint", _OURS, lambda program, path: [program, "--isolated", "--no-cache", "-q", path])


def ours_plain() -> Contender:
    """The same without an option, as it is typed for a file."""
    return Contender("inheritlint", _OURS, lambda program, path: [program, path])


def ours_cached(folder: Path) -> Contender:
    """The same with what it finds kept in `folder`."""
    kept = ["--isolated", "-q", "--cache-dir", str(folder)]
    return Contender("inheritlint", _OURS, lambda program, path: [program, *kept, path])


def with_caches(ruff: Contender, folder: Path) -> tuple[Contender, Contender]:
    """Our command and `ruff`, each keeping what it finds in `folder`."""
    kept = ["--isolated", "-q", "--cache-dir"]
    return (
        ours_cached(folder / "ours"),
        Contender(
            "ruff",
            ruff.program,
            lambda program, path: [program, "check", "--select", "PLW1509", *kept, str(folder / "ruff"), path],
        ),
    )


_COMMANDS: dict[str, tuple[str, Callable[[str, str], list[str]]]] = {
    "ripgrep": ("rg", lambda rg, path: [rg, "--no-config", "-t", "py", r"set_inheritable|close_fds|os\.open\(", path]),
    "ruff": (
        "ruff",
        lambda ruff, path: [ruff, "check", "--no-cache", "--isolated", "--select", "PLW1509", path],
    ),
    "flake8": ("flake8", lambda flake8, path: [flake8, "--isolated", "--exclude", "nothing", path]),
    "bandit": ("bandit", lambda bandit, path: [bandit, "-q", "-r", "-t", "B602", path]),
    "pylint": (
        "pylint",
        lambda pylint, path: [
            pylint, "--rcfile=/dev/null", "-j0", "--disable=all", "--enable=W1509", "--recursive=y", path,
        ],
    ),
    "ty": ("ty", lambda ty, path: [ty, "check", "--exit-zero", "--no-progress", path]),
    "pyrefly": ("pyrefly", lambda pyrefly, path: [pyrefly, "check", "--summary=none", path]),
    "semgrep": (
        "semgrep",
        lambda semgrep, path: [
            semgrep, "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "-q", "-l", "python",
            "-e", "subprocess.Popen(..., close_fds=False, ...)", path,
        ],
    ),
}  # fmt: skip


def contenders(folders: tuple[Path, ...] = ()) -> list[Contender]:
    """Those of the others that are installed: in `folders`, beside the interpreter, or on the path."""
    found = []
    for name, (program, command) in _COMMANDS.items():
        places = [*(shutil.which(program, path=str(folder)) for folder in (*folders, _BESIDE)), shutil.which(program)]
        place = next((each for each in places if each), None)
        if place:
            found.append(Contender(name, place, command))
    return found
