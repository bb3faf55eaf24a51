"""Runs over many files: order, processes, and faults of ours that cost one file and no more."""

import os
import re
import signal
from pathlib import Path

import pytest

from inheritlint.findings import Edit, Finding, Fix, LineTable, Safety, Severity
from inheritlint.interpreter.target import Target
from inheritlint.pipeline import analysis, atomic_write, parallel
from inheritlint.pipeline.analysis import Analysis
from inheritlint.pipeline.outcome import Mode, Outcome
from inheritlint.pipeline.parallel import Task, run
from inheritlint.pipeline.settings import Settings, merge
from inheritlint.source.reading import SourceFile, Unreadable, decode


def analyse(
    path: str, data: bytes | Unreadable, target: Target, cached: bool = False, with_fixes: bool = True
) -> Analysis:
    """A finding at every BAD, mended to GOOD; CRASH and DIE do what they say."""
    del target
    source = data if isinstance(data, Unreadable) else decode(path, data)
    assert isinstance(source, SourceFile)
    if "CRASH" in source.text:
        raise RuntimeError("an\naccident")
    if "DIE" in source.text:
        os.kill(os.getpid(), signal.SIGKILL)
    lines = LineTable(source.text)
    return Analysis(source, tuple(_finding(lines, *match.span()) for match in re.finditer("BAD", source.text)))


def _finding(lines: LineTable, start: int, end: int) -> Finding:
    fix = Fix((Edit(start, end, "GOOD"),), Safety.SAFE, "say GOOD")
    return Finding("INH101", "bad", Severity.WARNING, "this is BAD", lines.span(start, end), fix)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "analyse", analyse)


def tasks(root: Path, *contents: str, settings: Settings | None = None) -> list[Task]:
    made = []
    for number, content in enumerate(contents):
        path = root / f"m{number}.py"
        path.write_bytes(content.encode())
        made.append(Task(str(path), settings or Settings()))
    return made


def codes(outcomes: list[Outcome]) -> list[list[str]]:
    return [[finding.code for finding in outcome.findings] for outcome in outcomes]


def test_outcomes_are_in_the_order_of_the_tasks(tmp_path: Path) -> None:
    work = tasks(tmp_path, "BAD", "", "BAD, BAD")
    seen: list[int] = []
    outcomes = run(work, jobs=1, progress=seen.append)
    assert [outcome.path for outcome in outcomes] == [task.path for task in work]
    assert codes(outcomes) == [["INH101"], [], ["INH101", "INH101"]]
    assert seen == [1, 2, 3]


def test_selection_and_comments_hold(tmp_path: Path) -> None:
    settings = merge(Settings(), {"per-file-ignores": {"m0.py": ["INH101"]}}, str(tmp_path))
    outcomes = run(tasks(tmp_path, "BAD", "BAD  # noqa: INH101\nBAD\n", settings=settings))
    assert [[finding.span.line for finding in outcome.findings] for outcome in outcomes] == [[], [2]]


def test_fault_of_ours_is_a_finding_and_a_problem(tmp_path: Path) -> None:
    outcomes = run(tasks(tmp_path, "BAD", "CRASH", "BAD"), jobs=1)
    assert codes(outcomes) == [["INH101"], ["INH901"], ["INH101"]]
    assert outcomes[1].internal_error
    assert "internal error: RuntimeError: an accident" in outcomes[1].findings[0].message
    assert outcomes[1].problems[0].startswith(str(tmp_path / "m1.py"))


def test_fault_is_a_problem_even_where_its_finding_is_ignored(tmp_path: Path) -> None:
    settings = merge(Settings(), {"ignore": ["INH901"]}, str(tmp_path))
    (outcome,) = run(tasks(tmp_path, "CRASH", settings=settings))
    assert outcome.findings == ()
    assert outcome.problems


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the fake analysis reaches other processes by fork")


@needs_fork
def test_processes_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tasks(tmp_path, *(f"BAD\n{'BAD' * (number % 3)}" for number in range(100)))
    alone = run(work, jobs=1)
    monkeypatch.setattr(parallel, "POOL_START_DELAY", 0)
    monkeypatch.setattr(parallel, "check_file", _never_here(os.getpid()))
    seen: list[int] = []
    assert run(work, jobs=2, progress=seen.append) == alone
    assert seen[-1] == 100


def _never_here(parent: int) -> object:
    original = parallel.check_file

    def check(*arguments: object) -> Outcome:
        assert os.getpid() != parent
        return original(*arguments)  # type: ignore[arg-type]

    return check


@needs_fork
def test_process_that_dies_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "POOL_START_DELAY", 0)
    contents = ["BAD"] * 60
    contents[17] = contents[41] = "DIE"
    outcomes = run(tasks(tmp_path, *contents), jobs=2)
    assert [number for number, outcome in enumerate(outcomes) if outcome.internal_error] == [17, 41]
    assert codes(outcomes) == [["INH901"] if content == "DIE" else ["INH101"] for content in contents]
    assert "died" in outcomes[17].problems[0]


def test_a_process_takes_its_part_of_the_bytes_at_a_time() -> None:
    sizes = [900_000, 400_000, *range(90_000, 0, -1_000), *[10] * 200]
    left = [parallel.SizedTask(place, Task(str(place), Settings()), size) for place, size in enumerate(sizes)]
    handfuls = parallel._handfuls(left, 2)
    assert [each for handful in handfuls for each in handful] == left
    part = sum(sizes) / (2 * 64)
    for handful in handfuls:
        assert len(handful) == 1 or sum(each.size for each in handful) <= part
        assert len(handful) <= 32
    assert len(handfuls[-2]) == 32


def test_small_run_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_pool", None)
    assert codes(run(tasks(tmp_path, "BAD", "BAD"), jobs=8)) == [["INH101"], ["INH101"]]


def test_work_is_done_where_no_pool_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr(parallel, "POOL_START_DELAY", 0)
    monkeypatch.setattr(parallel, "_pool", refuse)
    assert codes(run(tasks(tmp_path, "BAD", "BAD"), jobs=2)) == [["INH101"], ["INH101"]]


def test_fixes_are_written(tmp_path: Path) -> None:
    outcomes = run(tasks(tmp_path, "BAD = 1\n", "x = 2\n"), mode=Mode.FIX)
    assert (tmp_path / "m0.py").read_text() == "GOOD = 1\n"
    assert [len(outcome.fixed) for outcome in outcomes] == [1, 0]
    assert codes(outcomes) == [[], []]


def test_diff_writes_nothing(tmp_path: Path) -> None:
    (outcome,) = run(tasks(tmp_path, "BAD = 1\n"), mode=Mode.DIFF)
    assert (tmp_path / "m0.py").read_text() == "BAD = 1\n"
    assert (outcome.before, outcome.after) == (b"BAD = 1\n", b"GOOD = 1\n")


def test_unwritable_file_is_named_and_keeps_its_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, before: bytes, after: bytes) -> None:
        del before, after
        if path.endswith("m0.py"):
            raise PermissionError(f"{path}: permission denied")
        Path(path).write_text("written")

    monkeypatch.setattr(atomic_write, "replace_file", refuse)
    outcomes = run(tasks(tmp_path, "BAD = 1\n", "BAD = 2\n"), mode=Mode.FIX)
    assert "m0.py: permission denied" in outcomes[0].problems[0]
    assert codes(outcomes) == [["INH101"], []]
    assert outcomes[0].fixed == ()
    assert (tmp_path / "m1.py").read_text() == "written"
