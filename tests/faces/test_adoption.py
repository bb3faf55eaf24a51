"""A project that begins to use the tool: what is there stays silent, what comes is reported."""

import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.faces.cli.entry import main

LEAK = """\
import os
import subprocess


def start(reader):
    os.set_inheritable(reader, True)
    subprocess.run(["x"], close_fds=False)
"""
#: What is new, wherever it stands.
MORE = "\n\ndef more(command):\n    subprocess.run(command, close_fds=False)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory: a repository whose one commit holds two findings."""
    monkeypatch.chdir(tmp_path)
    for variable in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):  # those of a hook that runs the tests
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "server.py").write_text(LEAK)
    git("init", "--quiet", "--initial-branch=main")
    commit()
    return tmp_path


def git(*arguments: str) -> str:
    who = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org", "-c", "core.autocrlf=false")
    return subprocess.run(["git", *who, *arguments], capture_output=True, text=True, check=True).stdout


def commit() -> None:
    git("add", "--all")
    git("commit", "--quiet", "--no-verify", "--message", "as it is")


@pytest.fixture(params=["--baseline=known.jsonl", "--diff-base=main"])
def against(request: pytest.FixtureRequest, project: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The arguments of a run beside what the commit holds."""
    if request.param.startswith("--baseline"):
        assert main(["--quiet", request.param, "--update-baseline", "."]) == 0
    capsys.readouterr()
    return ["--output-format=concise", "--quiet", request.param]


def found(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> list[str]:
    """What a run reports, a line each; its exit status is what it should be."""
    status = main(arguments)
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert status == (1 if lines else 0)
    return lines


def edit(name: str, *replacements: tuple[str, str]) -> None:
    path = Path(name)
    text = path.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)


def test_what_is_there_is_not_reported(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys, [*against, "."]) == []


def test_what_comes_is(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    edit("server.py", (LEAK, LEAK + MORE))
    (line,) = found(capsys, [*against, "."])
    assert line.startswith("server.py:11:29: INH301")


def test_moved_lines_bring_nothing_new(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    edit("server.py", ("import os\n", '"""Words."""\n\n# and\n# a\n# comment\n\nimport os\n'))
    assert found(capsys, [*against, "."]) == []


def test_a_reformatted_call_brings_nothing_new(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    edit("server.py", ('(["x"], close_fds=False)', "(\n        ['x'],  # a comment\n        close_fds=False,\n    )"))
    assert found(capsys, [*against, "."]) == []


def test_a_renamed_function_brings_nothing_new(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    edit("server.py", ("def start", "def begin"))
    assert found(capsys, [*against, "."]) == []


def test_an_edited_flag_brings_nothing_new(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    edit("server.py", ('["x"], close', '["x", "--more"], check=True, close'))
    assert found(capsys, [*against, "."]) == []


@pytest.mark.parametrize("is_staged", [True, False])
def test_a_renamed_file_brings_nothing_new(
    against: list[str], capsys: pytest.CaptureFixture[str], is_staged: bool
) -> None:
    if is_staged:
        git("mv", "server.py", "service.py")
    else:  # for git one is gone and another is untracked
        Path("server.py").rename("service.py")
    assert found(capsys, [*against, "."]) == []


def test_a_file_that_git_sees_renamed_may_have_another_function_too(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("mv", "server.py", "service.py")
    edit("service.py", ("def start", "def begin"))
    git("add", "--all")
    assert found(capsys, ["--quiet", "--diff-base=main", "."]) == []


def test_a_file_under_the_name_of_one_that_moved_is_new(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git("mv", "server.py", "service.py")
    Path("server.py").write_text(LEAK)
    lines = found(capsys, ["--quiet", "--output-format=concise", "--diff-base=main", "."])
    assert [line.partition(":")[0] for line in lines] == ["server.py"] * 2


def test_one_more_in_the_same_function_is_one_that_is_new(
    against: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    edit("server.py", ("    subprocess.run", '    subprocess.call(["y"], close_fds=False)\n    subprocess.run'))
    (line,) = found(capsys, [*against, "."])
    assert line.startswith("server.py:7:28: INH301")


def test_the_same_call_once_more_is_new(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call = '    subprocess.run(["x"], close_fds=False)\n'
    edit("server.py", (call, call * 2))
    (line,) = found(capsys, [*against, "."])
    assert line.startswith("server.py:8:27: INH301")


def test_an_untracked_file_is_new(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.py").write_text(LEAK)
    assert {line.partition(":")[0] for line in found(capsys, [*against, "."])} == {"new.py"}


def test_a_copy_is_new_though_only_it_is_checked(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The findings of a file that this run does not look at are still there: nothing has moved away from it."""
    Path("new.py").write_text(LEAK)
    assert len(found(capsys, [*against, "new.py"])) == 2


def test_code_that_moves_to_another_file_brings_nothing_new(
    against: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("new.py").write_text(LEAK)
    edit("server.py", (LEAK, "x = 1\n"))
    assert found(capsys, [*against, "."]) == []


def test_a_comment_that_is_taken_away_brings_what_it_silenced(
    against: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    del against
    edit("server.py", ("close_fds=False)", "close_fds=False)  # noqa: INH301"))
    commit()
    assert main(["--quiet", "--baseline=known.jsonl", "--update-baseline", "."]) == 0
    edit("server.py", ("  # noqa: INH301", ""))
    for base in ("--baseline=known.jsonl", "--diff-base=main"):
        (line,) = found(capsys, ["--quiet", "--output-format=concise", base, "."])
        assert "INH301" in line


def test_what_cannot_be_analysed_is_always_said(against: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.py").write_text("import os\nos.set_inheritable(\n")
    commit()
    main(["--quiet", "--baseline=known.jsonl", "--update-baseline", "."])
    capsys.readouterr()
    edit("broken.py", ("import os\n", "import os\n\n"))
    (line,) = found(capsys, [*against, "."])
    assert line.startswith("broken.py:")


# --baseline


def update(*arguments: str) -> int:
    return main(["--baseline=known.jsonl", "--update-baseline", *arguments])


def baseline() -> list[str]:
    return Path("known.jsonl").read_text().splitlines()[1:]


def test_a_normal_run_never_writes_and_says_what_is_stale(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert update(".") == 0
    assert "known.jsonl: 2 entries written (2 added, 0 removed)" in capsys.readouterr().err
    before = Path("known.jsonl").read_bytes()
    edit("server.py", (", close_fds=False", ""))
    assert main(["--baseline=known.jsonl", "."]) == 0
    captured = capsys.readouterr()
    notice = "known.jsonl: 1 entry no longer found; use `--update-baseline` to remove fixed findings"
    assert captured.err == f"inheritlint: {notice}\n"
    assert "1 problem already known, not shown." in captured.out
    assert Path("known.jsonl").read_bytes() == before
    assert main(["--quiet", "--baseline=known.jsonl", "."]) == 0
    assert capsys.readouterr().err == ""
    assert update(".") == 0
    assert "1 entry written (0 added, 1 removed)" in capsys.readouterr().err
    assert len(baseline()) == 1


def test_what_a_run_does_not_look_at_stays_and_is_not_stale(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.py").write_text(LEAK)
    update(".")
    before = baseline()
    capsys.readouterr()
    for arguments in (["server.py"], ["--select=INH3", "."], ["--min-severity=error", "."]):
        assert main(["--baseline=known.jsonl", *arguments]) == 0
        assert capsys.readouterr().err == ""
    assert update("server.py") == 0
    assert baseline() == before


def test_entries_of_a_file_that_is_broken_for_now_stay(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update(".")
    before = baseline()
    edit("server.py", ("def start", "def def start"))
    capsys.readouterr()
    assert main(["--baseline=known.jsonl", "."]) == 1
    assert capsys.readouterr().err == ""
    assert update(".") == 1
    assert baseline() == before


def test_entries_of_a_file_that_is_gone_go(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update(".")
    Path("server.py").unlink()
    Path("clean.py").write_text("x = 1\n")
    capsys.readouterr()
    assert main(["--baseline=known.jsonl", "."]) == 0
    assert "2 entries no longer found" in capsys.readouterr().err
    assert update("clean.py") == 0
    assert baseline() == []


def test_the_baseline_is_the_same_from_every_directory(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "inner").mkdir()
    (project / "inner" / "a.py").write_text(LEAK)
    update(".")
    capsys.readouterr()
    monkeypatch.chdir(project / "inner")
    assert found(capsys, ["--quiet", "--baseline=../known.jsonl", "a.py", str(project / "server.py")]) == []


def test_fixes_are_made_before_the_rest_is_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    update(".")
    capsys.readouterr()
    assert main(["--quiet", "--fix", "--unsafe-fixes", "--baseline=known.jsonl", "."]) == 0
    assert "finally:" in Path("server.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--update-baseline"], "`--update-baseline` requires `--baseline`"),
        (["--baseline=x", "--update-baseline", "--diff"], "`--update-baseline` cannot be used with `--diff`"),
        (
            ["--baseline=x", "--update-baseline", "--diff-base=main"],
            "`--update-baseline` cannot be used with `--diff-base`",
        ),
        (["--baseline=x", "--update-baseline", "-"], "`--update-baseline` cannot be used with standard input"),
        (["--baseline=gone.jsonl"], "gone.jsonl: cannot open: No such file or directory"),
        (["--baseline=server.py"], "server.py:1: not a baseline entry"),
        (["--baseline=gone/x", "--update-baseline"], "cannot write"),
        (["--diff-base=gone"], "`--diff-base`: unknown commit 'gone'"),
        (["--diff-base=-gone"], "`--diff-base`: unknown commit '-gone'"),
        (["--diff-base="], "`--diff-base`: unknown commit ''"),
        (["--diff-base=main:server.py"], "`--diff-base`: unknown commit 'main:server.py'"),
    ],
)
def test_misuse_is_one_clear_error(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main([*arguments, *([] if "-" in arguments else ["."])]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "INH" not in captured.out
    assert (project / "server.py").read_text() == LEAK


# --diff-base


def test_only_what_has_changed_is_analysed(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from inheritlint.faces.cli import running

    Path("other.py").write_text(LEAK)
    commit()
    edit("other.py", (LEAK, LEAK + MORE))
    seen: list[str] = []
    run = running.run
    monkeypatch.setattr(running, "run", lambda tasks, **rest: seen.extend(t.path for t in tasks) or run(tasks, **rest))
    assert len(found(capsys, ["--quiet", "--output-format=concise", "--diff-base=HEAD", "."])) == 1
    assert seen == ["other.py"]


def test_a_branch_is_compared_with_where_it_began(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git("checkout", "--quiet", "-b", "topic")
    edit("server.py", (LEAK, LEAK + MORE))
    commit()
    git("checkout", "--quiet", "main")
    edit("server.py", (", close_fds=False", ""))
    commit()
    git("checkout", "--quiet", "topic")
    arguments = ["--quiet", "--output-format=concise", "."]
    assert len(found(capsys, ["--diff-base=main...", *arguments])) == 1
    assert len(found(capsys, ["--diff-base=main", *arguments])) == 2  # what `main` has mended is new beside it


def test_a_file_that_git_does_not_know_is_new(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(".gitignore").write_text("ignored.py\ninner/\n")
    Path("ignored.py").write_text(LEAK)
    (project / "inner").mkdir()
    Path("inner/a.py").write_text(LEAK)
    git("-C", "inner", "init", "--quiet")
    commit()
    outside = project.parent / f"{project.name}.py"
    outside.write_text(LEAK)
    for path in ("ignored.py", "inner/a.py", str(outside)):
        assert len(found(capsys, ["--quiet", "--output-format=concise", "--diff-base=HEAD", path])) == 2


def test_names_that_git_would_quote(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = 'a\t"\n\udcff é.py'
    (project / name).write_text(LEAK)
    commit()
    edit(name, (LEAK, "# moved\n" + LEAK))
    assert found(capsys, ["--quiet", "--diff-base=HEAD", "."]) == []


def test_from_a_directory_inside(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "inner").mkdir()
    monkeypatch.chdir(project / "inner")
    edit("../server.py", (LEAK, LEAK + MORE))
    assert len(found(capsys, ["--quiet", "--output-format=concise", "--diff-base=HEAD", ".."])) == 1


def test_standard_input_is_compared_by_its_name(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    arguments = ["--quiet", "--output-format=concise", "--diff-base=HEAD", "--stdin-filename=server.py", "-"]
    for text, count in ((LEAK, 0), ("# moved\n" + LEAK + MORE, 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert len(found(capsys, arguments)) == count


def test_outside_a_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert main(["--diff-base=HEAD", "."]) == 2
    assert "not a git repository" in capsys.readouterr().err


def test_without_git(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["--diff-base=HEAD", "."]) == 2
    assert "git cannot be run: No such file or directory" in capsys.readouterr().err


def test_a_shallow_clone_says_what_it_lacks(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = git("rev-parse", "HEAD").strip()
    edit("server.py", (LEAK, LEAK + MORE))
    commit()
    git("clone", "--quiet", "--depth=1", project.as_uri(), str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    assert main([f"--diff-base={old}", "."]) == 2
    assert "this is a shallow clone" in capsys.readouterr().err


def test_both_are_asked_and_neither_takes_what_the_other_knows(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    update(".")
    edit("server.py", (LEAK, LEAK + LEAK.partition("\n\n\n")[2].replace("start", "again")))
    capsys.readouterr()
    both = ["--quiet", "--output-format=concise", "--baseline=known.jsonl", "--diff-base=main", "."]
    assert len(found(capsys, both)) == 2


# Real findings


def test_a_formatter_brings_nothing_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every finding of every fixture is known again when ruff has laid its file out anew."""
    fixtures = Path(__file__).parents[2] / "fixtures"
    for path in fixtures.glob("inh[1-8]*/report.py"):
        (tmp_path / f"{path.parent.name}.py").write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert update("--isolated", "--select=INH", "--ignore=INH9", ".") == 0
    count = len(baseline())
    assert count > 400
    before = [path.read_bytes() for path in sorted(tmp_path.glob("*.py"))]
    layout = ["--line-length=50", "--config=format.quote-style='single'", "--config=indent-width=2"]
    subprocess.run([sys.executable, "-m", "ruff", "format", "--isolated", "--quiet", *layout, "."], check=False)
    changed = sum(one != path.read_bytes() for one, path in zip(before, sorted(tmp_path.glob("*.py")), strict=True))
    assert changed > 30
    capsys.readouterr()
    assert main(["--isolated", "--select=INH", "--ignore=INH9", "--baseline=known.jsonl", "--quiet", "."]) == 0
    assert capsys.readouterr().out == ""
