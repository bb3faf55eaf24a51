"""A program as it is and fixed, run on all ways: what it prints, how it ends, what each of its children got.

A fix may take a descriptor from children that were not meant to get it, and may give one to a child that was told its
number. Nothing else may differ.
"""

import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import product
from typing import Any

from inheritlint.findings import Finding
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.fixing import apply_fixes

from .programs import FIRST

TARGET = Target()
#: Rules whose finding is that children get a descriptor: those that the finding does not name may lose it.
TAKING = {"INH102", "INH103", "INH104", "INH105", "INH109", "INH201", "INH202", "INH203", "INH204", "INH205", "INH206"}
TAKING |= {"INH504"}
#: Rules whose finding is that a child which is told a number lacks the descriptor.
GIVING = {"INH206", "INH303"}


@dataclass(frozen=True)
class Child:
    """A child by its label, and the names of what it got."""

    label: str
    got: frozenset[str]


@dataclass(frozen=True)
class Run:
    """One way through a program: its output but for the children's, how it ended, the children in their order, the
    last of which is started when the program is done."""

    printed: tuple[str, ...]
    ended: str
    children: tuple[Child, ...]


def run(source: str, a: bool, b: bool, failing: int) -> tuple[Run, int]:
    """Run one way in a process of its own, in which the start numbered `failing` raises; and how many it made."""
    code = compile(source, "program", "exec")
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            status = 255
            try:
                status = _run_here(code, a, b, failing, output.fileno())
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        output.seek(0)
        text = output.read().decode()
    calls = os.waitstatus_to_exitcode(status)
    assert calls not in (255, -11), f"the program could not be run\n{source}"
    return _read(text), calls


def _run_here(code: Any, a: bool, b: bool, failing: int, output: int) -> int:
    warnings.simplefilter("ignore")
    os.dup2(output, 1)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    made: list[str] = []
    names: dict[str, Any] = {"print": lambda text: os.write(1, f"= {text}\n".encode())}
    for module, function in ((os, "spawnv"), (os, "posix_spawn"), (subprocess, "Popen")):
        setattr(module, function, _failing(getattr(module, function), made, failing))
    exec(code, names)
    try:
        ended = f"returned {names['work'](a, b)}"
    except BaseException as error:
        ended = f"raised {type(error).__name__}"
    calls = len(made)
    os.write(1, f"= end {ended}\n".encode())
    os.spawnv(os.P_WAIT, "/bin/sh", ["sh", "-c", "ls -l /proc/self/fd"])
    return min(calls, 100)


def _failing(function: Any, made: list[str], failing: int) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        if len(made) == failing:
            made.append("failed")
            raise OSError("failed on purpose")
        given = next(each for each in arguments[::-1] if isinstance(each, list))
        made.append(given[-1])
        os.write(1, f"= child {given[-1]}\n".encode())
        return function(*arguments, **keywords)

    return call


def _read(text: str) -> Run:
    printed: list[str] = []
    children: list[tuple[str, set[str]]] = []
    ended, is_listed = "not at all", True
    for line in text.splitlines():
        if line.startswith("= child "):
            children.append((line[8:], set()))
            is_listed = False
        elif line.startswith("= end "):
            ended = line[6:]
            children.append(("afterwards", set()))
            is_listed = False
        elif line.startswith("= "):
            printed.append(line[2:])
        elif line.startswith("total"):
            if is_listed:  # nobody said that it starts: it is the child of a fork, as another program
                children.append(("forked", set()))
            is_listed = True
        elif found := re.search(r"(\d+) -> /memfd:x(\d)", line):
            number = int(found[1])
            children[-1][1].add(f"x{5 + (number - FIRST) // 20}" if number >= FIRST else f"x{found[2]}")
    return Run(tuple(printed), ended, tuple(Child(label, frozenset(got)) for label, got in children))


def fixed(source: str, wanted: Callable[[Finding], bool]) -> str:
    """`source` with the fixes of what is wanted, unsafe ones included."""
    return apply_fixes("program.py", source.encode(), TARGET, wanted, True).data.decode()


def judge(source: str) -> list[str]:
    """Apply each fix alone, then all of them, and compare; the codes of what was fixed. A difference that no rule names
    is an `AssertionError`."""
    codes = []
    findings = [each for each in analyse("program.py", source.encode(), TARGET).findings if each.fix is not None]
    before = runs(source)
    for finding in findings:
        after = fixed(source, lambda each, one=finding: (each.code, each.span.line) == (one.code, one.span.line))
        if after != source:
            codes.append(finding.code)
            compare(source, after, [finding], before)
    if len(codes) > 1:
        mended = apply_fixes("program.py", source.encode(), TARGET, lambda _: True, True)
        uncovered = {each.code for each in mended.fixed} - {each.code for each in findings}
        compare(source, mended.data.decode(), findings, before, uncovered)
    return codes


def runs(source: str) -> dict[tuple[bool, bool, int], Run]:
    """Every way through the program in which none or one of its starts fails."""
    found = {}
    ways = [(a, b) for a, b in product((False, True), repeat=2)]
    ways = [way for way in ways if not (way[0] and "if a" not in source) and not (way[1] and "if b" not in source)]
    for a, b in ways:
        found[a, b, -1], calls = run(source, a, b, -1)
        for failing in range(min(calls, 4)):
            found[a, b, failing], _ = run(source, a, b, failing)
    return found


def compare(
    source: str,
    after: str,
    findings: list[Finding],
    before: dict[tuple[bool, bool, int], Run],
    uncovered: Collection[str] = (),
) -> None:
    """Hold every way through `after` against the same one of `source`. `uncovered` are the codes of what was mended
    and came to light on the way: these may name any descriptor."""
    lines = source.splitlines()
    codes = {finding.code for finding in findings}.union(uncovered)
    names = {name for finding in findings for name in _names(lines[finding.span.line - 1])}
    names = set(_names(source)) if uncovered else names
    keeping = _keeping(source, findings)
    #: What was to be taken back before, in vain.
    reset = {name for each in findings if each.code == "INH205" for name in _names(lines[each.span.line - 1])}
    story = f"{sorted(codes)} {sorted(names)}\n{source}\n--- fixed\n{after}"
    for (a, b, failing), old in before.items():
        new, _ = run(after, a, b, failing)
        place = f"a={a} b={b} failing={failing}\n{story}"
        assert new.printed == old.printed, f"prints something else: {place}"
        assert new.ended == old.ended, f"ends in another way, {new.ended} for {old.ended}: {place}"
        assert [each.label for each in new.children] == [each.label for each in old.children], place
        for one, other in zip(old.children, new.children, strict=True):
            lost, gained = one.got - other.got, other.got - one.got
            assert "INH301" in codes or not lost or (codes & TAKING and lost <= names), f"lost {lost} {one}: {place}"
            meant = {name for label, name in keeping if label == one.label} - reset
            assert not lost & meant or "INH301" in codes, f"{one} was meant to get {lost}: {place}"
            assert not gained or (codes & GIVING and gained <= names), f"gained {gained} {one}: {place}"


def _names(line: str) -> list[str]:
    return re.findall(r"\bx\d\b", line)


def _keeping(source: str, findings: list[Finding]) -> set[tuple[str, str]]:
    """The labels of the children that are named by a finding of a mark, with the descriptors that they are to get."""
    found = set()
    lines = source.splitlines()
    for finding in findings:
        if finding.code in ("INH201", "INH203", "INH204"):
            names = _names(lines[finding.span.line - 1])
            for step in finding.trace:
                if step.span.start != finding.span.start:
                    labels = re.findall(r'"(L\d+)"', source[step.span.start : step.span.end])
                    found |= {(label, name) for label in labels for name in names}
    return found
