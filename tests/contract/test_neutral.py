"""What changes nothing of a program changes no finding: every fixture under every such change."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse

from . import changes

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = [
    path
    for path in sorted(FIXTURES.glob("*/[rs]*.py"))
    if path.parent.name[:6] not in ("inh901", "inh902") and b"coding" not in path.read_bytes()
]
Found = set[tuple[str, str]]

#: Changes that only move lines.
SHIFTS: dict[str, Callable[[str], str]] = {
    **{f"appended: {name}": changes.appended(text) for name, text in changes.UNRELATED.items()},
    "an exit at the end": changes.appended("import sys\n\nsys.exit(0)\n"),
    "an exit with what a function returns": changes.appended("import sys\n\nsys.exit(print())\n"),
    "words in comments": changes.words_in_comments,
    "all under a condition": changes.around_everything("if True:\n    BODY\n"),
    "all in one function": changes.around_everything("def outermost():\n    BODY\n\n\noutermost()\n"),
}
#: Changes of what stands in a function.
REWRITES: dict[str, Callable[[str], str]] = {
    "if True": changes.of_bodies("if True:\n    BODY\n"),
    "try and finally": changes.of_bodies("try:\n    BODY\nfinally:\n    pass\n"),
    "a loop before": changes.of_bodies("for unrelated in (1, 2):\n    pass\nBODY\n"),
    "a constant before": changes.of_bodies("unrelated = 3\nBODY\n"),
    "the same in both branches": changes.of_bodies("if print():\n    BODY\nelse:\n    BODY\n"),
    "renamed locals": changes.renamed_locals,
    "aliased imports": changes.aliased_imports,
    "split statements": changes.split_statements,
    "bodies in helpers": changes.moved_bodies,
}

#: Files in which a function is followed into one that it calls, and not into a third one.
FOLLOWED_ONCE = dict.fromkeys(
    "inh201/silent_callers inh201/silent_run_later inh303/report_environment inh501/report_channels "
    "inh502/report_channels inh504/report_listening".split(),
    frozenset(["bodies in helpers"]),
)
#: Files in which is followed what one place gives, or makes, and that change makes two places of it. The answers are
#: wrong then: INH109 and INH304 are found in the silent files, INH310 and INH407 are missed once each; INH304 and
#: INH309 are found, but at a call instead of where the mistake stands.
OF_ONE_PLACE = dict.fromkeys(
    "inh109/silent inh304/report inh304/silent inh309/report inh310/report_opened_before inh407/report_kept".split(),
    frozenset(["the same in both branches"]),
)
#: Files with decorators of their own, and with functions that only close: those of another form are not understood.
#: INH301 is found there where nothing is wrong, INH305 is not found.
OF_ONE_FORM = {
    "inh301/silent_wrappers": frozenset(["the same in both branches", "bodies in helpers"]),
    "inh305/report": frozenset(["a constant before", "the same in both branches", "bodies in helpers"]),
}
#: Files of which that change makes something else: what is only used inside of a function is not public, pytest asks
#: modules for its mark, and what a function leaves in the environment it leaves nobody knows when.
OF_THE_MODULE = dict.fromkeys(
    ("inh303/report_environment_of_a_module", "inh401/report", "inh401/silent_pytestmark"),
    frozenset(["all in one function"]),
)
#: Files with an annotation in quotes, in which that change renames nothing.
QUOTED = dict.fromkeys(("inh207/report_known_by_type", "inh406/report_known_by_type"), frozenset(["aliased imports"]))


def found_in(path: Path, text: str) -> list[tuple[str, int]]:
    return [(each.code, each.span.line) for each in analyse(str(path), text.encode(), Target()).findings]


def by_line(path: Path, text: str) -> list[tuple[str, str]]:
    """Code and line, as it is written, of each finding."""
    lines = text.splitlines()
    return sorted((code, lines[line - 1].strip()) for code, line in found_in(path, text))


def by_function(path: Path, text: str) -> Found:
    """Code and outermost function of each finding."""
    homes: dict[int, str] = {}
    for statement in ast.parse(text).body:
        members = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        for member in members:
            name = getattr(member, "name", "") or getattr(statement, "name", "")
            homes |= dict.fromkeys(range(member.lineno, (member.end_lineno or 0) + 1), re.sub("^_moved_", "", name))
    return {(code, homes.get(line, "")) for code, line in found_in(path, text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_moves_lines_moves_findings(path: Path) -> None:
    text = path.read_text("utf-8")
    found = by_line(path, text)
    different = {name for name, change in SHIFTS.items() if by_line(path, change(text)) != found}
    assert different == OF_THE_MODULE.get(f"{path.parent.name[:6]}/{path.stem}", frozenset())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_says_the_same_is_judged_alike(path: Path) -> None:
    text = path.read_text("utf-8")
    found = by_function(path, text)
    different = {name for name, change in REWRITES.items() if by_function(path, change(text)) != found}
    named = FOLLOWED_ONCE | QUOTED | OF_ONE_PLACE | OF_ONE_FORM
    assert different == named.get(f"{path.parent.name[:6]}/{path.stem}", frozenset())
