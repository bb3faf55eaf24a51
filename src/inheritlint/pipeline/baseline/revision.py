"""The files of a git repository as they were at a commit, and what has become of each since."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from itertools import chain

from inheritlint.pipeline.settings import SettingsError

#: A name that ends so stands for the commit from which `HEAD` has branched off it, as git's own `diff` has it.
_BRANCHED_OFF = "..."

_DIFF = ("--raw", "-z", "--no-abbrev", "--find-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules")


class Revision:
    """The commit `name` of the repository around `directory`. Raises SettingsError where there is none, or no git.

    Paths of the repository are relative to `root`, with `/` between folders.
    """

    def __init__(self, name: str, directory: str) -> None:
        self._directory = directory
        self.root = os.path.realpath(os.fsdecode(self._git("rev-parse", "--show-toplevel").rstrip(b"\r\n")))
        self._commit = self._resolved(name)
        self._blobs = dict(_blobs(self._git("ls-tree", "-r", "-z", "--full-tree", self._commit)))
        self._old_names: dict[str, str] = {}
        self._removed: set[str] = set()
        self._moved: set[str] = set()
        self._read_changes(self._git("diff", *_DIFF, self._commit, "--"))

    def name_of(self, path: str) -> str | None:
        """What the repository calls the file at `path`; None where it is outside."""
        real = os.path.realpath(path)
        try:
            relative = os.path.relpath(real, self.root).replace(os.sep, "/")
        except ValueError:  # another drive
            return None
        return None if relative == ".." or relative.startswith("../") else relative

    def is_unchanged(self, path: str) -> bool:
        """Whether the file at `path` is as it was then."""
        name = self.name_of(path)
        return name in self._blobs and name not in self._old_names and name not in self._removed | self._moved

    def contents(self, paths: Iterable[str]) -> Iterator[tuple[str, str, bytes]]:
        """What the files at `paths` were then, and all that are no more: the name of each now (or its last one), its
        name then, its content. What is new since then is left out."""
        names = [name for path in paths if (name := self.name_of(path)) is not None]
        pairs = {name: self._old_names.get(name, name) for name in names if name not in self._moved}
        pairs |= {name: name for name in self._removed if name not in pairs}
        pairs = {now: then for now, then in pairs.items() if then in self._blobs}
        for (now, then), data in zip(
            pairs.items(), self._read([self._blobs[each] for each in pairs.values()]), strict=True
        ):
            yield now, then, data

    def _read_changes(self, raw: bytes) -> None:
        fields = iter(_names(raw))
        for field in fields:
            status = field.rpartition(" ")[2]
            then = next(fields)
            if status == "D":
                self._removed.add(then)
            elif status != "A":
                self._old_names[next(fields) if status[0] in "RC" else then] = then
        # A file that has such a name by now is another one.
        self._moved = set(self._old_names.values()) - set(self._old_names)

    def _resolved(self, name: str) -> str:
        base = name.removesuffix(_BRANCHED_OFF)
        found = None if base.startswith("-") else self._try("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
        if found is None:
            shallow = self._try("rev-parse", "--is-shallow-repository") == b"true\n"
            hint = "; this is a shallow clone: fetch more commits" if shallow else ""
            raise SettingsError(f"`--diff-base`: unknown commit {base!r}{hint}")
        commit = found.decode().strip()
        if base == name:
            return commit
        branched = self._try("merge-base", commit, "HEAD")
        if branched is None:
            raise SettingsError(f"`--diff-base`: {base!r} and HEAD have no common ancestor")
        return branched.decode().split("\n")[0]

    def _read(self, blobs: list[str]) -> Iterator[bytes]:
        """The content of each blob, one at a time."""
        if not blobs:
            return
        command = ["git", "-C", self._directory, "cat-file", "--batch"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment()) as git:
            assert git.stdin is not None
            assert git.stdout is not None
            for blob in blobs:
                git.stdin.write(f"{blob}\n".encode())
                git.stdin.flush()
                answer = git.stdout.readline().split()
                if len(answer) != 3:
                    raise SettingsError(f"`--diff-base`: git cannot read the object {blob}")
                yield git.stdout.read(int(answer[2]))
                git.stdout.read(1)
            git.stdin.close()

    def _git(self, *arguments: str) -> bytes:
        run = self._run(arguments)
        if run.returncode != 0:
            said = os.fsdecode(run.stderr).strip().partition("\n")[0] or f"git {arguments[0]} failed"
            raise SettingsError(f"`--diff-base`: {said}")
        return run.stdout

    def _try(self, *arguments: str) -> bytes | None:
        run = self._run(arguments)
        return run.stdout if run.returncode == 0 else None

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        command = ["git", "-C", self._directory, *arguments]
        try:
            return subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=_environment()
            )
        except OSError as error:
            raise SettingsError(f"`--diff-base`: git cannot be run: {error.strerror or error}") from None


def _environment() -> dict[str, str]:
    """Git asks nothing, writes nothing and speaks English."""
    return os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


def _blobs(listing: bytes) -> Iterator[tuple[str, str]]:
    """Each regular file of a tree with the object that holds its content."""
    for line in _names(listing):
        about, _, name = line.partition("\t")
        mode, _, blob = about.split(" ")
        if mode.startswith("100"):
            yield name, blob


def _names(raw: bytes) -> Iterator[str]:
    return (os.fsdecode(name) for name in chain(raw.split(b"\0")) if name)
