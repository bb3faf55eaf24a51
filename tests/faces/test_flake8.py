"""The real flake8 with our plugin, against the real command on the same tree."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.pipeline.settings import OPTIONS

FIXTURES = Path(__file__).parents[2] / "fixtures"

OPEN = 'import os\n\nfd = os.open("x", os.O_RDONLY)\n'
START = 'import subprocess\n\nsubprocess.run(["x"], close_fds=False)\n'
LINE = re.compile(r"(?P<path>.+?):(?P<row>\d+):(?P<column>\d+): (?P<code>\S+) (?P<message>.*)")

Place = tuple[str, int, int, str, str]


def run(*command: str, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, input=stdin, capture_output=True, check=False)


def flake8(folder: Path, *arguments: str, stdin: bytes = b"") -> list[Place]:
    """What flake8 reports of our codes; it must not fail."""
    result = run("flake8", "--select=INH", *arguments, folder=folder, stdin=stdin)
    assert result.returncode in (0, 1) and not result.stderr, result.stderr.decode()
    matches = [LINE.fullmatch(line) for line in result.stdout.decode().splitlines()]
    assert all(matches), result.stdout.decode()
    return sorted(
        (str(Path(match["path"])), int(match["row"]), int(match["column"]), match["code"], match["message"])
        for match in matches
        if match
    )


def command_line(folder: Path, *arguments: str, stdin: bytes = b"") -> list[Place]:
    """What our own command reports."""
    result = run("inheritlint", "--output-format=json", *arguments, folder=folder, stdin=stdin)
    assert result.returncode in (0, 1), result.stderr.decode()
    return sorted(
        (
            str(Path(each["filename"]).relative_to(folder))
            if Path(each["filename"]).is_absolute()
            else each["filename"],
            each["location"]["row"],
            each["location"]["column"],
            each["code"],
            each["message"],
        )
        for each in json.loads(result.stdout)
    )


def codes(places: list[Place]) -> list[str]:
    return [place[3] for place in places]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Files in every shape that text comes in."""
    (tmp_path / "plain.py").write_text(OPEN + START)
    (tmp_path / "dos.py").write_bytes(
        ("if True:\n\t" + OPEN.replace("\n", "\n\t")).rstrip("\t").replace("\n", "\r\n").encode()
    )
    (tmp_path / "mac.py").write_bytes(OPEN.replace("\n", "\r").encode())
    (tmp_path / "mark.py").write_bytes(
        b"\xef\xbb\xbf" + OPEN.replace("import os\n", "import os; fd = os.open('é', 0)\n").encode()
    )
    (tmp_path / "latin.py").write_bytes(b"# coding: latin-1\n" + OPEN.replace("fd", "x = 'é'; fd").encode("latin-1"))
    (tmp_path / "wrong.py").write_bytes(OPEN.encode() + b"name = '\xe9'\n")
    (tmp_path / "wide.py").write_text("x = '😀'; " + OPEN.replace("\n\n", "; "), encoding="utf-8")
    (tmp_path / "feed.py").write_text("x = '\x0b\x1c\u2028'\n\x0c\n" + OPEN, encoding="utf-8")
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "clean.py").write_text("x = 1\n")
    (tmp_path / "only_there.py").write_text(
        "import os\n\n\ndef keep(handle):\n    os.set_handle_inheritable(handle, False)\n"
    )
    (tmp_path / "silent.py").write_text(
        OPEN.replace("NLY)", "NLY)  # noqa: INH101") + START.replace("se)", "se)  # noqa")
    )
    old = tmp_path / "old"
    old.mkdir()
    (old / "pyproject.toml").write_text('[project]\nname = "old"\nrequires-python = ">=2.7"\n')
    (old / "code.py").write_text(OPEN)
    return tmp_path


def test_the_same_findings_as_the_command_line(tree: Path) -> None:
    ours = command_line(tree, ".")
    assert flake8(tree, ".") == ours
    assert {"INH901", "INH101", "INH301"} <= set(codes(ours))
    found = {place[0] for place in ours}
    assert found >= {"plain.py", "dos.py", "mac.py", "mark.py", "latin.py", "wrong.py", "wide.py", "feed.py"}
    assert not found & {"empty.py", "clean.py", "silent.py"}


def test_processes_change_nothing(tree: Path) -> None:
    assert flake8(tree, "-j4", ".") == flake8(tree, "-j1", ".") != []


def test_the_same_findings_in_every_fixture() -> None:
    ours = command_line(FIXTURES, "--isolated", "--select=INH", "--no-respect-gitignore", *_fixture_files())
    assert ours
    theirs = flake8(FIXTURES, "--isolated", "--extend-select=E9", *_fixture_files())
    # flake8 reports what does not parse by itself and then asks no plugin.
    unparsed = {place[0] for place in theirs if place[3] == "E999"}
    assert [place for place in theirs if place[0] not in unparsed] == [
        place for place in ours if place[0] not in unparsed
    ]
    assert {place[0] for place in ours if place[3] == "INH901"} >= unparsed


@pytest.mark.parametrize(("asked", "found"), [((), []), (("--extend-select=INH902",), ["INH902"])])
def test_a_rule_that_is_off_runs_where_it_is_asked_for(
    tmp_path: Path, asked: tuple[str, ...], found: list[str]
) -> None:
    (tmp_path / "idle.py").write_text("x = 1  # noqa: INH101\n")
    ours = run("inheritlint", "--isolated", "--output-format=json", *asked, "idle.py", folder=tmp_path)
    assert [each["code"] for each in json.loads(ours.stdout)] == found
    theirs = run("flake8", "--isolated", *asked, "idle.py", folder=tmp_path)
    assert [line.split()[1] for line in theirs.stdout.decode().splitlines()] == found


def _fixture_files() -> list[str]:
    files = sorted(FIXTURES.rglob("*.py"))
    return [str(path.relative_to(FIXTURES)) for path in files if not (path.parent / "pyproject.toml").exists()]


@pytest.mark.parametrize("data", [OPEN.encode(), b"\xef\xbb\xbf" + OPEN.encode(), OPEN.replace("\n", "\r\n").encode()])
def test_standard_input(tmp_path: Path, data: bytes) -> None:
    assert flake8(tmp_path, "-", stdin=data) == [
        ("stdin", *place[1:]) for place in command_line(tmp_path, "-", stdin=data)
    ]
    assert codes(flake8(tmp_path, "-", stdin=data)) == ["INH101"]


def test_standard_input_in_its_own_encoding(tmp_path: Path) -> None:
    data = b"# coding: latin-1\nimport os; x = '\xe9'; fd = os.open('\xe9', os.O_RDONLY)\n"
    assert [place[1:4] for place in flake8(tmp_path, "-", stdin=data)] == [(2, 39, "INH101")]


def test_standard_input_under_the_name_of_a_file_is_what_was_piped(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("x = 1\n")
    name = "--stdin-display-name=code.py"
    assert [place[:4] for place in flake8(tmp_path, name, "-", stdin=OPEN.encode())] == [("code.py", 3, 19, "INH101")]
    (tmp_path / "code.py").write_text(OPEN)
    assert flake8(tmp_path, name, "-", stdin=b"x = 1\n") == []


def test_selection_and_comments_are_flake8s(tree: Path) -> None:
    everything = flake8(tree, ".")
    assert set(codes(flake8(tree, "--ignore=INH1", "."))) == set(codes(everything)) - {"INH101"}
    assert codes(flake8(tree, "--select=INH301", "plain.py")) == ["INH301"]
    assert codes(flake8(tree, "--per-file-ignores=plain.py:INH1", "plain.py")) == ["INH301"]
    assert codes(flake8(tree, "--disable-noqa", "silent.py")) == ["INH101", "INH301"]
    (tree / "pyproject.toml").write_text('[tool.inheritlint]\nignore = ["INH"]\n')
    assert codes(flake8(tree, "plain.py")) == []


def test_options_on_the_command_line_and_in_a_file(tree: Path) -> None:
    assert codes(flake8(tree, "--inheritlint-min-severity=warning", "plain.py")) == ["INH301"]
    assert codes(flake8(tree, "only_there.py")) == ["INH401"]
    assert "INH401" not in codes(flake8(tree, "--inheritlint-windows-files=x.py,only_*.py", "only_there.py"))
    old = ("--inheritlint-min-severity=warning", "--inheritlint-requires-python=>=2.7")
    assert codes(flake8(tree, *old, "plain.py")) == ["INH101", "INH301"]
    (tree / "setup.cfg").write_text(
        "[flake8]\ninheritlint-min-severity = warning\ninheritlint_windows_files =\n  a.py,\n  only_*.py\n"
    )
    assert codes(flake8(tree, "plain.py")) == ["INH301"]
    assert "INH401" not in codes(flake8(tree, "-j2", "only_there.py", "clean.py"))


@pytest.mark.parametrize("said", ["command line", ".flake8", "pyproject.toml", "nowhere"])
def test_a_server_on_standard_input_may_be_in_another_file(tmp_path: Path, said: str) -> None:
    (tmp_path / "a.py").write_text("import subprocess\n\nsubprocess.run(['x'])\n")
    (tmp_path / ".flake8").write_text("[flake8]\n" + "inheritlint-stdio-server = true\n" * (said == ".flake8"))
    if said == "pyproject.toml":
        (tmp_path / said).write_text("[tool.inheritlint]\nstdio-server = true\n")
    options = ["--inheritlint-stdio-server"] if said == "command line" else []
    assert codes(flake8(tmp_path, *options, "a.py")) == ([] if said == "nowhere" else ["INH308"])


def test_what_the_project_says_holds_here_too(tree: Path) -> None:
    assert codes(flake8(tree, "--inheritlint-min-severity=warning", "old/code.py")) == ["INH101"]
    (tree / "pyproject.toml").write_text('[tool.inheritlint]\nmin-severity = "error"\nwindows-files = ["only_*.py"]\n')
    assert flake8(tree, "plain.py", "only_there.py") == command_line(tree, "plain.py", "only_there.py")
    assert flake8(tree, "plain.py", "only_there.py") == []


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_mistake_in_the_settings_is_one_clear_sentence(tree: Path, jobs: str) -> None:
    wrong = run("flake8", "--inheritlint-min-severity=fatal", jobs, "clean.py", folder=tree)
    assert wrong.returncode == 1
    assert b'`min-severity`: expected "convention"' in wrong.stdout and b"got 'fatal'" in wrong.stdout
    (tree / "pyproject.toml").write_text("[tool.inheritlint]\nwindows-file = []\n")
    wrong = run("flake8", jobs, "plain.py", "latin.py", folder=tree)
    assert wrong.returncode == 1
    assert b"unknown option `windows-file`" in wrong.stdout
    assert b"Traceback" not in wrong.stdout + wrong.stderr


def test_a_file_that_cannot_concern_us_loads_no_analysis(tree: Path) -> None:
    script = (
        "import gc, sys\n"
        "from flake8.main.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "heavy = {'libcst', 'inheritlint.pipeline.registry', 'inheritlint.events.collect', 'tomllib'}\n"
        "print(status, sorted(heavy & set(sys.modules)), gc.get_freeze_count() > 0)\n"
    )

    def loaded(*names: str) -> str:
        command = [sys.executable, "-c", script, "-j1", "--select=INH", *names]
        return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout.splitlines()[-1]

    assert loaded("clean.py") == "0 [] False"
    concerned = loaded("plain.py")
    assert "libcst" in concerned
    assert loaded("plain.py", "clean.py").endswith("True")  # flake8's collector need not look through it


def test_a_fault_of_ours_is_a_finding_and_flake8_goes_on(monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    import ast

    from inheritlint.faces.flake8 import Plugin
    from inheritlint.pipeline import analysis

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by chance")

    monkeypatch.setattr(analysis, "analyse", fails)
    monkeypatch.setattr(Plugin, "_configuration", None)
    lines = OPEN.splitlines(keepends=True)
    (found,) = Plugin(ast.parse(OPEN), str(tree / "plain.py"), lines).run()
    assert found[:2] == (1, 0)
    assert found[2].startswith("INH901 ") and "ZeroDivisionError: by chance" in found[2]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_flake8_has_parsed_is_not_parsed_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: str, mark: str
) -> None:
    import ast

    from inheritlint.faces.flake8 import Plugin
    from inheritlint.source import nesting

    def fails(_: str) -> None:
        raise ZeroDivisionError("parsed again")

    path = tmp_path / "concerned.py"
    path.write_bytes((mark + OPEN.replace("\n", end)).encode())
    tree, lines = ast.parse(OPEN), OPEN.splitlines(keepends=True)
    monkeypatch.setattr(nesting, "_parsed", fails)
    monkeypatch.setattr(Plugin, "_configuration", None)
    assert [found[2][:6] for found in Plugin(tree, str(path), lines).run()] == ["INH101"]
    path.write_text(OPEN + "x = 1\n")  # it has changed since flake8 read it
    assert [found[2][:6] for found in Plugin(tree, str(path), lines).run()] == ["INH901"]


def test_flake8_names_us(tmp_path: Path) -> None:
    from inheritlint import __version__

    assert f"inheritlint: {__version__}".encode() in run("flake8", "--version", folder=tmp_path).stdout


TABLES = {
    "ignore": ('ignore = ["INH101"]', (), ["INH301"]),
    "select": ('select = ["INH3"]', (), ["INH301"]),
    "extend-select": ('extend-select = ["INH902"]', (), ["INH101", "INH301", "INH902"]),
    "per-file-ignores": ('per-file-ignores = {"a.py" = ["INH301"]}', (), ["INH101"]),
    "extend-per-file-ignores": ('extend-per-file-ignores = {"*.py" = ["close-fds-false"]}', (), ["INH101"]),
    "min-severity": ('min-severity = "warning"', (), ["INH301"]),
    "platforms": ('platforms = ["win32"]', (), ["INH101", "INH301"]),
    "exclude": ('exclude = ["a.py"]', (), []),
    "extend-exclude": ('extend-exclude = ["a.*"]', (), []),
    "selected all the same": ('ignore = ["INH101"]', ("--extend-select=INH101",), ["INH101", "INH301"]),
    "the plugin wanted": ('ignore = ["INH101"]', ("--extend-select=INH",), ["INH301", "INH902"]),
}


@pytest.mark.parametrize(("table", "options", "found"), TABLES.values(), ids=TABLES)
def test_both_read_the_same_table_the_same_way(
    tmp_path: Path, table: str, options: tuple[str, ...], found: list[str]
) -> None:
    (tmp_path / "a.py").write_text(OPEN + START + "x = 1  # noqa: INH401\n")
    (tmp_path / "pyproject.toml").write_text(f"[tool.inheritlint]\n{table}\n")
    ours = [] if options else command_line(tmp_path)
    result = run("flake8", "--isolated", "--ignore=E,F,W", *options, ".", folder=tmp_path)
    theirs = [line.split()[1] for line in result.stdout.decode().splitlines()]
    assert sorted(theirs) == found
    assert options or sorted(codes(ours)) == found


def test_every_option_that_decides_what_is_found_is_held_together() -> None:
    """What is new in the settings has to be tried here, or does not concern flake8."""
    elsewhere = {"force-exclude", "respect-gitignore", "windows-files", "spawners", "requires-python", "stdio-server"}
    only_ours = {"output-format", "cache", "fix", "unsafe-fixes", "fix-only", "show-fixes", "fixable", "unfixable"}
    only_ours |= {"extend-safe-fixes", "extend-unsafe-fixes"}
    assert set(OPTIONS) == (set(TABLES) & set(OPTIONS)) | elsewhere | only_ours


def test_what_the_table_excludes_is_checked_where_it_is_named_unless_by_force(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OPEN)
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nexclude = ["a.py"]\n')
    assert codes(flake8(tmp_path, "a.py")) == codes(command_line(tmp_path, "a.py")) == ["INH101"]
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nexclude = ["a.py"]\nforce-exclude = true\n')
    assert flake8(tmp_path, "a.py") == command_line(tmp_path, "a.py") == []


def test_flake8s_own_options_come_on_top(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(OPEN + START)
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nplatforms = ["linux"]\nmin-severity = "error"\n')
    (tmp_path / ".flake8").write_text("[flake8]\ninheritlint-min-severity = convention\n")
    assert codes(flake8(tmp_path, "a.py")) == ["INH101", "INH301"]
    (message,) = [
        place[4] for place in flake8(tmp_path, "--inheritlint-platforms=win32", "a.py") if place[3] == "INH101"
    ]
    assert "O_NOINHERIT" in message
    assert codes(flake8(tmp_path, "--extend-ignore=INH101", "a.py")) == ["INH301"]
    assert codes(flake8(tmp_path, "--per-file-ignores=a.py:INH3", "a.py")) == ["INH101"]
