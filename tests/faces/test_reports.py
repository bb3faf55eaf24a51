"""Findings as text, for people and for machines."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from inheritlint.faces.reports import github, statistics, text
from inheritlint.faces.reports import json as array
from inheritlint.faces.reports.colors import in_colour
from inheritlint.faces.reports.escaping import cells, plain
from inheritlint.faces.reports.summary import summary
from inheritlint.findings import Edit, Finding, Fix, LineTable, Safety, Severity, Step, StepRole
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.source.reading import SourceFile

CODE = "INH901"


def outcome(
    source: str, marked: str, *, path: str = "a.py", message: str = "wrong", fix: Safety | None = None, step: str = ""
) -> Outcome:
    """One finding at `marked`, with a fix that deletes it and a step at `step`."""
    lines = LineTable(source)
    start = source.index(marked)
    span = lines.span(start, start + len(marked))
    begin = source.index(step) if step else 0
    steps = (Step(lines.span(begin, begin + len(step)), "it began here", StepRole.CREATED),) if step else ()
    mend = Fix((Edit(start, start + len(marked), ""),), fix, "delete it") if fix else None
    finding = Finding(CODE, "file-not-checked", Severity.ERROR, message, span, mend, steps)
    return Outcome(path, (finding,), SourceFile(path, source.encode("utf-8", "surrogatepass"), source, "utf-8"))


def test_full_underlines_the_span_and_names_the_remedy() -> None:
    (story,) = text.full([outcome("x = 1\n\tcall(bad)\n", "bad", fix=Safety.SAFE, step="x = 1")])
    assert story.splitlines() == [
        "INH901 [*] wrong",
        " --> a.py:2:7",
        "  |",
        "2 |     call(bad)",
        "  |          ^^^",
        "note: line 1: it began here",
        "1 | x = 1",
        "  | -----",
        "help: delete it (fixable with `--fix`)",
    ]


@pytest.mark.parametrize(
    ("safety", "unsafe", "mark", "how"),
    [
        (Safety.UNSAFE, False, "", " (fixable with `--fix --unsafe-fixes`)"),
        (Safety.UNSAFE, True, " [*]", " (fixable with `--fix --unsafe-fixes`)"),
        (Safety.DISPLAY, True, "", ""),
    ],
)
def test_remedy_says_how_far_it_goes(safety: Safety, unsafe: bool, mark: str, how: str) -> None:
    (story,) = text.full([outcome("bad\n", "bad", fix=safety)], unsafe=unsafe)
    assert story.startswith(f"INH901{mark} wrong\n")
    assert story.endswith(f"help: delete it{how}\n")


def test_span_of_many_lines_is_underlined_line_by_line() -> None:
    (story,) = text.full([outcome("f(\n    1,\n\n    2)  # end\n", "f(\n    1,\n\n    2)")])
    assert "1 | f(\n  | ^^\n2 |     1,\n  |     ^^\n" in story
    assert story.endswith("4 |     2)  # end\n  |     ^^\n")
    (story,) = text.full([outcome("\n".join("abcdefghijklm"), "\n".join("abcdefghijklm"))])
    assert story.endswith(".. | 7 more lines\n")


def test_long_line_is_cropped_around_the_span() -> None:
    (story,) = text.full([outcome("x" * 5000 + "bad" + "y" * 5000, "bad")])
    line, marks = story.splitlines()[3:5]
    assert len(line) < 250
    assert line[marks.index("^") : marks.rindex("^") + 1] == "bad"


def test_wide_and_combining_characters_keep_the_marks_in_place() -> None:
    (story,) = text.full([outcome("日本e\u0301 = bad\n", "bad")])
    _, marks = story.splitlines()[3:5]
    assert marks == "  |         ^^^"
    assert cells("日本e\u0301 = ") == 8


def test_unreadable_file_has_no_excerpt() -> None:
    given = outcome("", "", path="gone.py")
    (story,) = text.full([Outcome("gone.py", given.findings)])
    assert story.splitlines() == ["INH901 wrong", " --> gone.py:1:1"]


def test_concise() -> None:
    assert list(text.concise([outcome("x = bad\n", "bad", fix=Safety.SAFE)])) == ["a.py:1:5: INH901 [*] wrong"]


def test_grouped_names_each_file_once() -> None:
    given = [outcome("x = bad\n", "bad", fix=Safety.SAFE), Outcome("clean.py")]
    given.append(outcome("\n" * 9 + "bad", "bad", path="b.py"))
    given[0] = given[0]._replace(findings=given[0].findings + given[0].findings)
    assert list(text.grouped(given)) == [
        "a.py:",
        "  1:5 INH901 [*] wrong",
        "  1:5 INH901 [*] wrong",
        "",
        "b.py:",
        "  10:1 INH901 wrong",
        "",
    ]


def test_colour_is_paint_only() -> None:
    given = [outcome("x = bad\n", "bad", fix=Safety.SAFE)]
    (coloured,) = text.full(given, in_colour)
    assert "\x1b[" in coloured
    import click

    assert [click.unstyle(coloured)] == list(text.full(given))


NASTY = "\x1b]0;owned\x07\r\u202e\udcff\x9b31m"


def test_nothing_commands_the_terminal() -> None:
    given = [outcome(f"s = '{NASTY}bad'\n", "bad", path=f"{NASTY}.py", message=f"no {NASTY}", fix=Safety.SAFE)]
    for_people = (text.full(given), text.concise(given), text.grouped(given))
    for report in (*for_people, github.report(given), [array.report(given)]):
        written = "".join(report)
        assert all(character.isprintable() or character == "\n" for character in written)
    assert plain(NASTY) == r"\x1b]0;owned\x07\r\u202e\udcff\x9b31m"


def test_github_escapes_what_would_end_a_command() -> None:
    given = outcome("x = 1\ny = 2\n", "y = 2", path="a,b:c%.py", message="100%\nof\r\nit", fix=Safety.SAFE)
    (command,) = github.report([given])
    head, data = command.removeprefix("::error ").split("::", 1)
    properties = dict(each.split("=", 1) for each in head.split(","))
    assert properties["file"].endswith("a%2Cb%3Ac%25.py")
    assert Path(properties["file"]).is_absolute()
    assert (properties["line"], properties["col"], properties["endLine"], properties["endColumn"]) == (
        "2",
        "1",
        "2",
        "6",
    )
    assert data == "a,b:c%25.py:2:1: INH901 100%25%0Aof%0Ait%0A  help: delete it"


def test_github_gives_no_columns_for_many_lines() -> None:
    (command,) = github.report([outcome("a\nb\n", "a\nb")])
    assert "line=1,endLine=2::" in command


def shape(value: Any) -> Any:
    """What kinds of values stand under which keys; of a list its first item."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    return [shape(each) for each in value[:1]] if isinstance(value, list) else type(value)


@pytest.mark.skipif(not shutil.which("ruff", path=str(Path(sys.executable).parent)), reason="needs ruff")
def test_json_has_the_shape_of_ruffs(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\n")
    ruff = Path(sys.executable).parent / "ruff"
    command = [ruff, "check", "--isolated", "--no-cache", "--output-format", "json", "--select", "F401", tmp_path]
    (theirs,) = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    (ours,) = json.loads(array.report([outcome("import os\n", "os", fix=Safety.SAFE)]))
    assert theirs["fix"]["applicability"] == ours["fix"]["applicability"]
    assert ours.pop("trace") == ours.pop("other_path") == []
    assert ours.pop("role") == ""
    assert ours.pop("severity") == "error"
    assert ours.pop("name") == "file-not-checked"
    assert shape(ours) == {key: shape(each) for key, each in theirs.items() if key not in ("severity", "name")}


def test_json_places_are_characters_from_one() -> None:
    (ours,) = json.loads(array.report([outcome("é = 1\r\né = bad\r\n", "bad", fix=Safety.UNSAFE, step="é = 1")]))
    assert ours["location"] == {"row": 2, "column": 5}
    assert ours["end_location"] == {"row": 2, "column": 8}
    edit = {"content": "", "location": {"row": 2, "column": 5}, "end_location": {"row": 2, "column": 8}}
    assert ours["fix"] == {"applicability": "unsafe", "edits": [edit], "message": "delete it"}
    start, end = {"row": 1, "column": 1}, {"row": 1, "column": 6}
    assert ours["trace"] == [{"location": start, "end_location": end, "message": "it began here", "role": "created"}]
    assert ours["noqa_row"] == 2
    assert Path(ours["filename"]).is_absolute()
    assert ours["url"].endswith("/INH901/")


def test_json_noqa_row_is_where_a_comment_can_stand() -> None:
    (ours,) = json.loads(array.report([outcome("bad = \\\n  1\n", "bad")]))
    assert (ours["location"]["row"], ours["noqa_row"]) == (1, 2)


def test_statistics() -> None:
    given = [outcome("bad", "bad", fix=Safety.SAFE), outcome("bad", "bad")]
    assert list(statistics.table(given)) == ["2\tINH901\t[-] file-not-checked"]
    (row,) = json.loads(statistics.array(given))
    assert row == {"code": CODE, "name": "file-not-checked", "count": 2, "fixable": True, "fixable_count": 1}


def test_summary_counts() -> None:
    safe, unsafe, plain_one = (outcome("bad", "bad", fix=fix) for fix in (Safety.SAFE, Safety.UNSAFE, None))
    fixed = Outcome("b.py", fixed=safe.findings)
    assert list(summary([Outcome("a.py")], Mode.REPORT)) == ["All checks passed!"]
    assert list(summary([Outcome("a.py")], Mode.REPORT, sound=False)) == []
    assert list(summary([plain_one], Mode.REPORT)) == ["Found 1 problem (1 error)."]
    assert list(summary([safe, unsafe], Mode.REPORT)) == [
        "Found 2 problems (2 errors).",
        "[*] 1 fixable with `--fix` (1 more with `--fix --unsafe-fixes`).",
    ]
    assert list(summary([fixed, unsafe], Mode.FIX)) == [
        "Found 2 problems (1 fixed, 1 remaining).",
        "1 fixable with `--fix --unsafe-fixes`.",
    ]
    assert list(summary([fixed], Mode.DIFF)) == ["Would fix 1 problem."]
