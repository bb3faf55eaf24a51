"""Patterns from a repository: they match what pathspec and git say, and take time in proportion to the path."""

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from inheritlint.source.linear import Pattern
from inheritlint.source.patterns import Patterns, fault

#: Each takes `re` longer than anybody waits where stars try each place of each other.
SLOW = {
    "stars": ("*a" * 30 + "*b", "a" * 250),
    "question marks": ("*?a" * 30 + "*b", "a" * 250),
    "sets": ("*[ab]" * 30 + "*c", "a" * 250),
    "folders at any depth": ("**/a/" * 30 + "b", "a/" * 1_000 + "a"),
    "folders with stars": ("**/*a*/" * 30 + "b", "aaa/" * 1_000 + "a"),
    "stars to the end": ("*a" * 2_000 + "b", "a" * 4_000),
    "everything": ("**/*a*a/**/*[ab]*?b/" * 20 + "*a*a*a*c", "aaaab/" * 600 + "a" * 200),
}
PARTS = ["a", "b", ".", "*", "*", "?", "/", "**/", "/**/", "[ab]", "[!a]", "[+-9]", "\\*", "é"]
LETTERS = "abbbé.*1"


def pattern_of(chance: random.Random) -> str:
    return "".join(chance.choice(PARTS) for _ in range(chance.randint(1, 9)))


def path_of(chance: random.Random) -> str:
    names = ("".join(chance.choice(LETTERS) for _ in range(chance.randint(1, 4))) for _ in range(chance.randint(1, 5)))
    return "/".join("x" if name.strip(".") == "" else name for name in names)


@pytest.mark.parametrize(("line", "path"), SLOW.values(), ids=SLOW)
def test_no_pattern_takes_long(line: str, path: str) -> None:
    began = time.process_time()
    assert not Patterns("/top", (line,)).cover(f"/top/{path}")
    assert time.process_time() - began < 2


def test_it_says_what_pathspec_says() -> None:
    chance = random.Random(7)
    for _ in range(600):
        line = pattern_of(chance)
        if "[!" in line or "[+" in line:  # pathspec lets these match a slash
            continue
        try:
            slow = GitIgnoreSpec.from_lines([line], backend="simple")
        except ValueError:
            assert fault(line)
            continue
        fast = GitIgnoreSpec.from_lines([line], Pattern, backend="simple")
        for path in (path_of(chance) for _ in range(30)):
            assert fast.check_file(path).include is slow.check_file(path).include, (line, path)


@pytest.mark.skipif(shutil.which("git") is None, reason="git says what is right")
def test_it_says_what_git_says(tmp_path: Path) -> None:
    chance = random.Random(11)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    paths = sorted({path_of(chance).replace("é", "e") for _ in range(300)})  # git counts bytes
    for _ in range(40):
        line = pattern_of(chance)
        if "**" in line or fault(line):  # of the last `**/` pathspec thinks otherwise
            continue
        (tmp_path / ".gitignore").write_text(f"{line}\n")
        command = ["git", "check-ignore", "--no-index", "--stdin", "-z"]
        asked = "\0".join(paths).encode()
        done = subprocess.run(command, input=asked, capture_output=True, cwd=tmp_path, check=False)
        ignored = {path for path in done.stdout.decode().split("\0") if path}
        assert {path for path in paths if Patterns(str(tmp_path), (line,)).cover(str(tmp_path / path))} == ignored, line


def test_a_pattern_longer_than_any_path_is_refused() -> None:
    assert fault("a" * 5_000) == "it is longer than 4,096 characters"
