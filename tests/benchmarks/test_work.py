"""How much work is done, counted and not timed: a change that makes us slower fails here on any machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.interpreter import frame
from inheritlint.interpreter.target import Target
from inheritlint.pipeline import analysis
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.settings import Settings
from inheritlint.pipeline.single import check_file
from inheritlint.source import cutting, parsing, prefilter

from . import trees

#: Parts of the standard library without its tests, in bytes, and blocks that are run for each kilobyte of slices.
#: Measured: 14.3 %, 3.9 % and 130; what is allowed leaves room for the libraries of other versions.
MOST_PARSED, MOST_SLICED, MOST_BLOCKS = 0.17, 0.047, 150


@pytest.fixture(scope="module")
def work() -> dict[str, int]:
    """What an analysis of the library took: files, bytes, characters, blocks."""
    counts = {"bytes": 0, "parsed": 0, "sliced": 0, "blocks": 0, "searches": 0}
    patch = pytest.MonkeyPatch()

    def counted(owner: object, name: str, key: str) -> None:
        function = getattr(owner, name)

        def counting(text, *arguments, **named):  # type: ignore[no-untyped-def]
            counts[key] += len(text)
            return function(text, *arguments, **named)

        patch.setattr(owner, name, counting)

    counted(cutting, "module_of", "parsed")
    counted(parsing.cst, "parse_module", "sliced")
    find, following = prefilter.find, frame.Frame.next_state

    def searching(*arguments):  # type: ignore[no-untyped-def]
        counts["searches"] += 1
        return find(*arguments)

    def stepping(self: frame.Frame) -> object:
        counts["blocks"] += 1
        return following(self)

    patch.setattr(prefilter, "find", searching)
    patch.setattr(frame.Frame, "next_state", stepping)
    try:
        for path in trees.python_files(trees.LIBRARY, ("site-packages", "test", "tests", "idle_test")):
            data = path.read_bytes()
            counts["bytes"] += len(data)
            counts["files"] = counts.get("files", 0) + 1
            analysis.analyse(str(path), data, Target())
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
    assert work["searches"] < 90 * work["files"]


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


def test_a_clean_file_loads_little(tmp_path: Path) -> None:
    clean, concerned = map(str, trees.small(tmp_path))
    loaded = loaded_by(tmp_path, "--isolated", "--quiet", clean)
    assert "inheritlint.source.prefilter" in loaded
    for module in ("libcst", "flake8", "pathspec", "tomllib", "json", "hashlib", "inheritlint.events.gather"):
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
