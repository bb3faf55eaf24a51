"""How much work is done, counted and not timed: a change that makes us slower fails here on any machine.

What is counted is kept in `work.json`, for the Python whose library was read: `--bless` writes it anew, and what has
grown is then to be seen in the change.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from inheritlint.interpreter import frame
from inheritlint.interpreter.target import Target
from inheritlint.pipeline import analysis
from inheritlint.pipeline.checking import check_file
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.settings import Settings
from inheritlint.source import extraction, parsing, prefilter
from inheritlint.source.units import Unit

from . import trees

#: Parts of the standard library without its tests, in bytes, and blocks that are run for each kilobyte of slices.
#: Measured: 16.7 %, 4.8 % and 114; what is allowed leaves room for the libraries of other versions.
MOST_PARSED, MOST_SLICED, MOST_BLOCKS = 0.175, 0.049, 150
#: How much more than what was counted before is no change.
SLACK = 1.05
KEPT = Path(__file__).with_name("work.json")
PYTHON = ".".join(map(str, sys.version_info[:2]))


@pytest.fixture(scope="module")
def work() -> dict[str, int]:
    """What an analysis of the library took: files, bytes, characters, blocks, parts."""
    counts = {"files": 0, "bytes": 0, "parsed": 0, "sliced": 0, "blocks": 0, "searches": 0, "findings": 0}
    counts |= {"parts": 0, "vain parts": 0, "vain files": 0}
    chosen: list[Unit] = []
    patch = pytest.MonkeyPatch()

    def counted(owner: object, name: str, key: str) -> None:
        function = getattr(owner, name)

        def counting(text, *arguments, **named):  # type: ignore[no-untyped-def]
            counts[key] += len(text)
            return function(text, *arguments, **named)

        patch.setattr(owner, name, counting)

    counted(extraction, "parse_ast", "parsed")
    counted(parsing.cst, "parse_module", "sliced")
    find, following, choose = prefilter.find, frame.Frame.next_state, extraction.relevant_units

    def choosing(*arguments):  # type: ignore[no-untyped-def]
        chosen[:] = choose(*arguments)
        return list(chosen)

    def searching(*arguments):  # type: ignore[no-untyped-def]
        counts["searches"] += 1
        return find(*arguments)

    def stepping(self: frame.Frame) -> object:
        counts["blocks"] += 1
        return following(self)

    patch.setattr(extraction, "relevant_units", choosing)
    patch.setattr(prefilter, "find", searching)
    patch.setattr(frame.Frame, "next_state", stepping)
    try:
        for path in trees.python_files(trees.LIBRARY, ("site-packages", "test", "tests", "idle_test")):
            data = path.read_bytes()
            counts["bytes"] += len(data)
            counts["files"] += 1
            chosen.clear()
            lines = {finding.span.line for finding in analysis.analyse(str(path), data, Target()).findings}
            counts["findings"] += len(lines)
            counts["parts"] += len(chosen)
            counts["vain parts"] += sum(lines.isdisjoint(range(part.first, part.last + 1)) for part in chosen)
            counts["vain files"] += bool(chosen and not lines)
    finally:
        patch.undo()
    print(counts)
    return counts


def test_few_files_are_parsed(work: dict[str, int]) -> None:
    assert work["parsed"] < MOST_PARSED * work["bytes"]


def test_little_of_them_reaches_libcst(work: dict[str, int]) -> None:
    assert 0 < work["sliced"] < MOST_SLICED * work["bytes"]


def test_paths_are_joined_before_they_are_many(work: dict[str, int]) -> None:
    assert 0 < work["blocks"] < MOST_BLOCKS * work["sliced"] / 1000


def test_a_file_is_searched_a_fixed_number_of_times(work: dict[str, int]) -> None:
    assert work["searches"] < 170 * work["files"]


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many modules a whole process loads, by what it is asked."""
    folder = tmp_path_factory.mktemp("loads")
    clean, concerned = map(str, trees.small(folder))
    quiet = ("--isolated", "--no-cache", "--quiet")
    return {
        "clean file": len(loaded_by(folder, clean)),
        "concerned file": len(loaded_by(folder, *quiet, concerned)),
        "flake8, clean file": len(loaded_under_flake8(folder, clean)),
        "flake8, concerned file": len(loaded_under_flake8(folder, concerned)),
    }


#: What is held: each by what it is counted from, and per what.
HELD: dict[str, Callable[[dict[str, int], dict[str, int]], float]] = {
    "characters that `ast` reads, per 1,000 bytes": lambda work, _: 1000 * work["parsed"] / work["bytes"],
    "characters that LibCST reads, per finding": lambda work, _: work["sliced"] / work["findings"],
    "parts chosen in vain, per finding": lambda work, _: work["vain parts"] / work["findings"],
    "files that LibCST reads in vain": lambda work, _: work["vain files"],
    "blocks run, per finding": lambda work, _: work["blocks"] / work["findings"],
    "searches, per file": lambda work, _: work["searches"] / work["files"],
    "modules loaded for a clean file": lambda _, loads: loads["clean file"],
    "modules loaded for a concerned file": lambda _, loads: loads["concerned file"],
    "modules loaded under flake8 for a clean file": lambda _, loads: loads["flake8, clean file"],
    "modules loaded under flake8 for a concerned file": lambda _, loads: loads["flake8, concerned file"],
}


def test_no_work_has_grown(work: dict[str, int], loads: dict[str, int], bless: bool) -> None:
    kept = json.loads(KEPT.read_text())
    counted = {name: round(count(work, loads), 2) for name, count in HELD.items()}
    print(counted)
    if bless:
        kept[PYTHON] = counted
        KEPT.write_text(json.dumps(kept, indent=2) + "\n")
    if PYTHON not in kept:
        pytest.skip(f"nobody has counted on Python {PYTHON}")
    grown = {name: (kept[PYTHON][name], now) for name, now in counted.items() if now > SLACK * kept[PYTHON][name]}
    assert not grown, "more than before, by 5 %: make it less, or run `pytest --bless` and say why"


def test_what_the_profile_times_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    from profiling import _PHASES

    assert all(hasattr(owner, name) for _, owner, name in _PHASES)


def test_a_file_is_opened_once(tmp_path: Path) -> None:
    path = tmp_path / "concerned.py"
    path.write_text(trees.CONCERNED)
    opened = []
    sys.addaudithook(lambda event, arguments: opened.append(arguments[0]) if event == "open" else None)
    outcome = check_file(str(path), Settings(), Mode.REPORT, False)
    assert outcome.findings
    assert opened.count(str(path)) == 1


def loaded_by(folder: Path, *arguments: str) -> set[str]:
    """The modules that a run in `folder` with `arguments` loads."""
    program = (
        "import sys\nfrom inheritlint.faces.cli.entry import main\n"
        f"try:\n    main({list(arguments)!r})\nfinally:\n    print(*sys.modules)"
    )
    command = [sys.executable, "-I", "-c", program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def loaded_under_flake8(folder: Path, path: str) -> set[str]:
    """The modules that our plugin brings into a run of flake8 over `path`, flake8's own and those of the plugins beside
    us left out."""
    program = (
        "import ast, sys, flake8.checker, flake8.main.cli\n"
        "from inheritlint.faces.flake8 import Plugin\n"
        "before = set(sys.modules)\n"
        f"text = open({path!r}).read()\n"
        f"list(Plugin(ast.parse(text), {path!r}, text.splitlines(keepends=True)).run())\n"
        "print(*set(sys.modules) - before)"
    )
    command = [sys.executable, "-I", "-c", program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_plugin_loads_nothing_but_the_sieve_for_a_clean_file(tmp_path: Path) -> None:
    clean, concerned = map(str, trees.small(tmp_path))
    loaded = loaded_under_flake8(tmp_path, clean)
    assert "inheritlint.source.prefilter" in loaded
    assert not [each for each in loaded if each.startswith(("libcst", "inheritlint.pipeline", "inheritlint.flow"))]
    assert "libcst" in loaded_under_flake8(tmp_path, concerned)


def test_a_clean_file_loads_little(tmp_path: Path) -> None:
    clean, concerned = map(str, trees.small(tmp_path))
    loaded = loaded_by(tmp_path, "--isolated", "--quiet", clean)
    assert "inheritlint.source.prefilter" in loaded
    for module in ("libcst", "flake8", "pathspec", "tomllib", "json", "hashlib", "inheritlint.events.collect"):
        assert module not in loaded, module
    loaded = loaded_by(tmp_path, "--isolated", "--quiet", concerned)
    assert "libcst" in loaded
    assert not {"flake8", "libcst.matchers", "libcst.codemod"} & loaded


def test_a_clean_file_without_options_loads_less(tmp_path: Path) -> None:
    clean, _ = map(str, trees.small(tmp_path))
    loaded = loaded_by(tmp_path, clean)
    assert "inheritlint.source.prefilter" in loaded
    slow = {"click", "dataclasses", "inspect", "ast", "argparse", "subprocess", "platformdirs", "tokenize", "threading"}
    assert not slow & loaded
