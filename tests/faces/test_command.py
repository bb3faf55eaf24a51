"""The command as a shell runs it. The analysis is a stand-in; everything else is the real thing."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import inheritlint

DRIVER = """
import re, sys, time
from pathlib import Path
from inheritlint.findings import Edit, Finding, Fix, LineTable, Safety, Severity
from inheritlint.pipeline import analysis
from inheritlint.source.reading import Unreadable, decode

KINDS = {
    "BAD": ("INH101", Severity.WARNING, Safety.SAFE, "GOOD"),
    "UGLY": ("INH301", Severity.CONVENTION, Safety.UNSAFE, "FINE"),
    "SAD": ("INH401", Severity.ERROR, None, ""),
}

def analyse(path, data, target, cached=False, with_fixes=True):
    source = data if isinstance(data, Unreadable) else decode(path, data)
    if isinstance(source, Unreadable):
        from inheritlint.events.event import FileNotChecked
        from inheritlint.pipeline.registry import all_rules
        event = FileNotChecked(LineTable("").span(0, 0), source.reason)
        return analysis.Analysis(None, tuple(all_rules()["INH901"].findings(event)))
    if "CRASH" in source.text:
        raise RuntimeError("accident")
    if "SLOW" in source.text:
        Path(f"{path}.begun").touch()
        time.sleep(0.4)
    lines, found = LineTable(source.text), []
    for match in re.finditer("|".join(KINDS), source.text):
        code, severity, safety, good = KINDS[match[0]]
        fix = safety and Fix((Edit(*match.span(), good),), safety, f"say {good}")
        found.append(Finding(code, "a-name", severity, f"this is {match[0]}", lines.span(*match.span()), fix))
    return analysis.Analysis(source, tuple(found))

analysis.analyse = analyse

if __name__ == "__main__":
    from inheritlint.faces.cli.entry import main
    sys.exit(main())
"""

Result = subprocess.CompletedProcess[str]
Run = Callable[..., Result]


@pytest.fixture
def driver(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("driver") / "drive.py"
    path.write_text(DRIVER)
    return [sys.executable, str(path)]


@pytest.fixture
def run(driver: list[str], tmp_path: Path) -> Run:
    """Run the command in `tmp_path`."""

    def command(*arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Result:
        return subprocess.run(
            [*driver, *arguments],
            cwd=tmp_path,
            input=stdin.encode(),
            capture_output=True,
            env={**clean_environment(), **(env or {})},
            check=False,
            timeout=60,
        )

    def decoded(*arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> Result:
        result = command(*arguments, stdin=stdin, env=env)
        out, err = result.stdout.decode(), result.stderr.decode()
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(result.args, result.returncode, out, err)

    return decoded


def clean_environment() -> dict[str, str]:
    source = str(Path(inheritlint.__file__).parents[1])
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    return {**kept, "PYTHONPATH": source, "PYTHONWARNINGS": "error"}


def write(root: Path, **files: str) -> None:
    for name, content in files.items():
        (root / f"{name}.py").write_bytes(content.encode())


def test_clean_run(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="x = 1\n")
    result = run()
    assert (result.returncode, result.stdout, result.stderr) == (0, "All checks passed!\n", "")


def test_findings_end_with_1_and_a_summary(run: Run, tmp_path: Path) -> None:
    write(tmp_path, b="SAD = 1\n", a="x = 1\nBAD = UGLY\n")
    result = run("--output-format", "concise")
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "a.py:2:1: INH101 [*] this is BAD",
        "a.py:2:7: INH301 this is UGLY",
        "b.py:1:1: INH401 this is SAD",
        "Found 3 problems (1 error, 1 warning, 1 convention).",
        "[*] 1 fixable with `--fix` (1 more with `--fix --unsafe-fixes`).",
    ]
    assert result.stderr == ""


def test_full_is_what_a_person_reads(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="x = BAD\n")
    assert "1 | x = BAD\n  |     ^^^\nhelp: say GOOD (fixable with `--fix`)\n" in run().stdout


def test_quiet_keeps_the_findings(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    assert run("-q", "--output-format", "concise").stdout == "a.py:1:1: INH101 [*] this is BAD\n"


def test_exit_zero_forgives_findings_and_no_failure(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    assert run("--exit-zero").returncode == 0
    assert run("--exit-zero", ".", "gone.py").returncode == 2


def test_missing_path_is_named_and_the_rest_is_checked(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    result = run("gone.py", "a.py", "--output-format", "concise")
    assert result.returncode == 2
    assert "inheritlint: gone.py: no such file or directory" in result.stderr
    assert "a.py:1:1: INH101" in result.stdout


def test_fault_of_ours_is_shown_and_the_rest_is_checked(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="CRASH\n", b="BAD\n")
    result = run("--output-format", "concise")
    assert result.returncode == 2
    assert "a.py:1:1: INH901 file not checked: internal error: RuntimeError: accident" in result.stdout
    assert "b.py:1:1: INH101" in result.stdout
    assert run("-", stdin="CRASH").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["--select", "INH1,INH4"], ["INH101", "INH401"]),
        (["--select", "INH1", "--select", "INH3"], ["INH101", "INH301"]),
        (["--ignore", "INH101"], ["INH301", "INH401"]),
        (["--select", "INH4", "--extend-select", "INH3"], ["INH301", "INH401"]),
        (["--min-severity", "warning"], ["INH101", "INH401"]),
        (["--per-file-ignores", "a.py:INH1,INH3,b.py:INH4"], ["INH401"]),
        (["--exclude", "a.py"], []),
        (["--extend-exclude", "*.py"], []),
        (["--exclude", "a.py", "a.py"], ["INH101", "INH301", "INH401"]),
    ],
)
def test_selection(run: Run, tmp_path: Path, arguments: list[str], codes: list[str]) -> None:
    write(tmp_path, a="BAD, UGLY, SAD\n")
    result = run("--output-format", "json", *arguments)
    assert [each["code"] for each in json.loads(result.stdout)] == codes
    assert result.returncode == (1 if codes else 0)


def test_json_is_an_array_and_nothing_else(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    (finding,) = json.loads(run("--output-format", "json").stdout)
    assert finding["filename"] == str(tmp_path / "a.py")
    assert json.loads(run("--output-format", "json", "--ignore", "INH1").stdout) == []


def test_configuration_and_the_command_line_above_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD, SAD\n")
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nselect = ["INH1"]\noutput-format = "concise"\n')
    assert run().stdout.startswith("a.py:1:1: INH101 [*] this is BAD\nFound 1 problem (")
    assert "INH401" in run("--select", "INH4").stdout
    assert "INH401" in run("--isolated").stdout
    (tmp_path / "other.toml").write_text('[tool.inheritlint]\nselect = ["INH4"]\n')
    assert "INH401" in run("--config", "other.toml").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "E501"], "`select`: unknown rule code `E501`"),
        (["--per-file-ignores", "a.py"], "PATTERN:CODE"),
        (["--output-format", "xml"], "xml"),
        (["--jobs", "-3"], "-3"),
        (["--jobs", "many"], "many"),
        (["--nonsense"], "--nonsense"),
        (["--config", "gone.toml"], "gone.toml"),
        (["--config", "a.toml", "--isolated"], "cannot be used with"),
        (["-", "a.py"], "`-`"),
        (["--stdin-filename", "x.py", "a.py"], "--stdin-filename"),
        (["--output-file", "gone/report.txt"], "gone/report.txt"),
        (["--explain", "INH9"], "INH9"),
    ],
)
def test_misuse_is_one_clear_error(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    write(tmp_path, a="BAD\n")
    result = run(*arguments)
    assert result.returncode == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_spawner_can_be_named_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import our\n\nour.spawn(['x'], close_fds=False)\n")
    command = [sys.executable, "-m", "inheritlint", "--isolated", "--spawners", "our.spawn,our.other", "a.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=clean_environment(), check=False)
    assert "INH301" in result.stdout


@pytest.mark.parametrize(("option", "found"), [("--stdio-server", True), ("--no-stdio-server", False)])
def test_a_server_on_standard_input_can_be_named(tmp_path: Path, option: str, found: bool) -> None:
    """Its children are started in files that do not read requests themselves: nothing else says so."""
    (tmp_path / "a.py").write_text("import subprocess\n\nsubprocess.run(['x'])\n")
    command = [sys.executable, "-m", "inheritlint", "--isolated", option, "a.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=clean_environment(), check=False)
    assert ("INH308" in result.stdout) is found


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [(["--cache-dir", "here"], ["here"]), (["--no-cache", "--cache-dir", "here"], []), ([], ["there"])],
)
def test_what_is_found_is_kept_where_it_is_said(tmp_path: Path, arguments: list[str], kept: list[str]) -> None:
    (tmp_path / "a.py").write_text("import os\n\ndef f(p):\n    return os.open(p, 0)\n")
    command = [sys.executable, "-m", "inheritlint", *arguments, "a.py"]
    environment = {**clean_environment(), "INHERITLINT_CACHE_DIR": "there"}
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment, check=False).returncode == 1
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == kept


def test_fault_in_a_nested_configuration_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", a="BAD\n")
    (tmp_path / "sub" / "pyproject.toml").write_text("[tool.inheritlint]\nselct = []\n")
    result = run()
    assert result.returncode == 2
    assert f"{Path('sub') / 'pyproject.toml'}:2: unknown option `selct`" in result.stderr


def test_standard_input(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nper-file-ignores = {"b.py" = ["INH"]}\n')
    assert run("-", "--output-format", "concise", stdin="BAD\n").stdout.startswith("-:1:1: INH101")
    named = run("-", "--stdin-filename", "a.py", "--output-format", "concise", stdin="BAD\n")
    assert named.stdout.startswith("a.py:1:1: INH101")
    assert run("--stdin-filename", "b.py", stdin="BAD\n").returncode == 0


def test_standard_input_mended_goes_to_the_standard_output(run: Run) -> None:
    result = run("-", "--fix", "--output-format", "concise", stdin="BAD = 1\r\nSAD = 2\r\n")
    assert (result.returncode, result.stdout) == (1, "GOOD = 1\r\nSAD = 2\r\n")
    assert "INH401" in result.stderr
    assert run("-", "--fix", stdin="x = 1").stdout == "x = 1"


def test_fix(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD = UGLY\n", b="x = 1\n")
    result = run("--fix", "--output-format", "concise")
    assert (tmp_path / "a.py").read_text() == "GOOD = UGLY\n"
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "a.py:1:8: INH301 this is UGLY",
        "Found 2 problems (1 fixed, 1 remaining).",
        "1 fixable with `--fix --unsafe-fixes`.",
    ]
    result = run("--fix", "--unsafe-fixes")
    assert (result.returncode, result.stdout) == (0, "Found 1 problem (1 fixed, 0 remaining).\n")
    assert (tmp_path / "a.py").read_text() == "GOOD = FINE\n"
    assert run("--fix", "--unsafe-fixes").stdout == "All checks passed!\n"


def test_fix_mends_only_what_is_selected(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD = 1\nBAD = 2  # noqa\n")
    run("--fix", "--ignore", "INH1")
    assert (tmp_path / "a.py").read_text() == "BAD = 1\nBAD = 2  # noqa\n"
    run("--fix")
    assert (tmp_path / "a.py").read_text() == "GOOD = 1\nBAD = 2  # noqa\n"


def test_diff(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD = 1\n", b="SAD = 1\n")
    result = run("--diff")
    assert result.returncode == 1
    assert "-BAD = 1\n+GOOD = 1\n" in result.stdout
    assert result.stderr == "Would fix 1 problem.\n"
    assert (tmp_path / "a.py").read_text() == "BAD = 1\n"
    assert run("--diff", "b.py").returncode == 0
    subprocess.run(["patch", "-p1", "-s"], input=result.stdout, text=True, cwd=tmp_path, check=True)
    assert (tmp_path / "a.py").read_text() == "GOOD = 1\n"


def test_unwritable_directory_is_named(run: Run, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    write(locked, a="BAD = 1\n")
    write(tmp_path, z="BAD = 1\n")
    locked.chmod(0o500)
    try:
        if os.access(locked, os.W_OK):
            pytest.skip("nothing is locked to this user")
        result = run("--fix")
    finally:
        locked.chmod(0o700)
    assert result.returncode == 2
    assert str(Path("locked") / "a.py") in result.stderr
    assert (tmp_path / "z.py").read_text() == "GOOD = 1\n"


def test_report_to_a_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    result = run("--output-format", "json", "-o", "report.json", env={"FORCE_COLOR": "1"})
    assert (result.returncode, result.stdout) == (1, "")
    assert json.loads((tmp_path / "report.json").read_text())[0]["code"] == "INH101"


def test_statistics(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\nBAD\nSAD\n")
    assert run("--statistics", "-q").stdout == "2\tINH101\t[*] a-name\n1\tINH401\t[ ] a-name\n"


def test_colour_is_for_terminals_or_who_asks(run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    assert "\x1b[" not in run().stdout
    assert "\x1b[" in run(env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b[" not in run(env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


def on_terminal(driver: list[str], cwd: Path, *arguments: str, **env: str) -> str:
    """What a terminal receives."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*driver, *arguments],
        cwd=cwd,
        stdout=theirs,
        stderr=theirs,
        env={**clean_environment(), "TERM": "xterm", **env},
    )
    os.close(theirs)
    received = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            received += os.read(ours, 65536)
        except OSError:
            break
    os.close(ours)
    process.wait(30)
    return received.decode()


def test_terminal_gets_colour_and_a_bar_when_it_waits(driver: list[str], tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    received = on_terminal(driver, tmp_path)
    assert "\x1b[" in received
    assert "Checking" not in received
    assert "\x1b[" not in on_terminal(driver, tmp_path, NO_COLOR="1")
    write(tmp_path, **{f"s{number}": "SLOW\n" for number in range(4)})
    assert "Checking" in on_terminal(driver, tmp_path, "--jobs", "1")
    assert "Checking" not in on_terminal(driver, tmp_path, "--jobs", "1", "--quiet")


@pytest.mark.parametrize("jobs", ["1", "2", "auto"])
def test_jobs_change_nothing(run: Run, tmp_path: Path, jobs: str) -> None:
    write(tmp_path, **{f"m{number}": "SLOW = BAD\n" for number in range(4)})
    result = run("--jobs", jobs, "--output-format", "concise", "-q")
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == [f"m{n}.py" for n in range(4)]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_interrupt_is_quiet(driver: list[str], tmp_path: Path, jobs: str) -> None:
    write(tmp_path, **{f"m{number}": "SLOW\n" for number in range(40)})
    # Whoever started the tests in the background may have made them ignore the signal.
    process = subprocess.Popen(
        [*driver, "--jobs", jobs],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env=clean_environment(),
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list(tmp_path.glob("*.begun")):
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.decode().strip() == ""


@pytest.mark.parametrize("form", ["concise", "json"])
def test_closed_pipe_is_quiet(driver: list[str], tmp_path: Path, form: str) -> None:
    write(tmp_path, a="BAD\n" * 20_000)
    process = subprocess.Popen(
        [*driver, "--output-format", form],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment(),
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(30) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")  # noqa: PTH110
def test_full_disk_is_an_error(driver: list[str], tmp_path: Path) -> None:
    write(tmp_path, a="BAD\n")
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            driver, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, env=clean_environment(), check=False
        )
    assert result.returncode == 2
    assert result.stderr.startswith(b"inheritlint: cannot write the report: ")
    assert b"Traceback" not in result.stderr


def test_names_and_source_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred.py").write_text("s = '\x1b]0;owned\x07' + BAD\n")
    for form in ("full", "concise", "github"):
        result = run("--output-format", form)
        assert result.returncode == 1
        assert "\x1b" not in result.stdout + result.stderr


def test_diff_cannot_command_the_terminal_but_is_exact_elsewhere(driver: list[str], run: Run, tmp_path: Path) -> None:
    write(tmp_path, a="BAD = '\x1b]0;owned\x07'\n")
    assert r"\x1b]0;owned\x07" in on_terminal(driver, tmp_path, "--diff")
    assert "+GOOD = '\x1b]0;owned\x07'\n" in run("--diff").stdout


def test_undecodable_name_and_poor_encoding(run: Run, tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py")).write_text("BAD = 'é'\n")
    except OSError:
        pytest.skip("the file system takes no such name")
    result = run(env={"PYTHONIOENCODING": "ascii"})
    assert result.returncode == 1
    assert r"caf\udce9.py" in result.stdout


def real(*arguments: str, code: str = "") -> Result:
    command = [sys.executable, *(["-c", code] if code else ["-m", "inheritlint"]), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False, timeout=60)


def test_version_help_and_module() -> None:
    assert real("--version").stdout == f"inheritlint {inheritlint.__version__}\n"
    assert "--unsafe-fixes" in real("--help").stdout


def test_below_the_headings_of_help_are_options_only() -> None:
    usage, _, options = real("--help").stdout.partition("Rule selection:")
    assert "[PATHS]..." in usage
    assert "PATHS]" not in options


def test_rules_are_listed_and_explained() -> None:
    listed = real("--list-rules")
    assert listed.returncode == 0
    assert listed.stdout.startswith("INH101  open-without-cloexec")
    explained = real("--explain", "inh901")
    assert explained.returncode == 0
    assert "file-not-checked" in explained.stdout


def test_codes_complete() -> None:
    env = {
        "COMP_WORDS": "inheritlint --select INH101,INH9",
        "COMP_CWORD": "2",
        "_INHERITLINT_COMPLETE": "bash_complete",
    }
    result = subprocess.run(
        [sys.executable, "-m", "inheritlint"],
        capture_output=True,
        text=True,
        env={**clean_environment(), **env},
        check=False,
    )
    assert "INH101,INH901" in result.stdout


def test_nothing_heavy_is_loaded_for_a_file_that_does_not_concern_us(tmp_path: Path) -> None:
    write(tmp_path, a="x = 1\n")
    (tmp_path / "pyproject.toml").write_text('[tool.inheritlint]\nselect = ["INH9"]\nexclude = ["out"]\n')
    code = (
        "import sys; from inheritlint.faces.cli.entry import main; status = main(); "
        "print(status, {'libcst', 'flake8', 'multiprocessing'} & {*sys.modules})"
    )
    result = real(str(tmp_path), code=code)
    assert result.stdout.splitlines()[-1] == "0 set()", result.stderr


def test_fault_outside_the_files_is_no_finding(tmp_path: Path) -> None:
    code = (
        "import sys; from inheritlint.faces.cli import entry, running; "
        "running.run = lambda *a, **k: 1 / 0; sys.exit(entry.main())"
    )
    write(tmp_path, a="x = 1\n")
    result = real(str(tmp_path), code=code)
    assert result.returncode == 2
    assert "internal error: ZeroDivisionError: division by zero; please report this" in result.stderr
