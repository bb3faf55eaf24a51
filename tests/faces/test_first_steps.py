"""What a newcomer tries, and what the command says to it."""

from pathlib import Path

import pytest

from inheritlint.faces.cli.entry import main

OPEN = 'import os\n\nfd = os.open("x", os.O_RDONLY)\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INHERITLINT_CACHE_DIR", str(tmp_path / ".cache"))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["check", "."], "use `inheritlint .`"),
        (["check"], "use `inheritlint`"),
        (["rule", "INH201"], "use `inheritlint --explain INH201`"),
        (["fix", "src"], "use `inheritlint --fix src`"),
        (["clean"], "use `inheritlint --clean-cache`"),
        (["check", ".", "--select", "INH1"], "use `inheritlint .`"),
    ],
)
def test_subcommands_of_other_linters_are_answered(
    capsys: pytest.CaptureFixture[str], arguments: list[str], meant: str
) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == "" and f"there is no subcommand `{arguments[0]}`" in said.err and meant in said.err


def test_a_file_that_is_called_like_a_subcommand_is_checked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "check").write_text(OPEN)
    assert main(["check"]) == 1
    assert "check:3:19" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nosuch.py"], ["a.py", "nosuch.py"], ["nosuch.py", "--fix"]])
def test_nobody_is_told_that_all_is_well_where_something_failed(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    (here / "a.py").write_text("x = 1\n")
    assert main(arguments) == 2
    assert "All checks passed!" not in capsys.readouterr().out


def test_a_file_that_is_not_python_by_its_name_is_a_warning(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "README.md").write_text(OPEN)
    assert main(["README.md"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("inheritlint: warning: README.md: not checked") and said.out == ""
    (here / "a.py").write_text("x = 1\n")
    assert main(["README.md", "a.py"]) == 0
    assert capsys.readouterr().out == "All checks passed!\n"


@pytest.mark.parametrize("specifier", ["'3.9'", "'three'", "'>=3.x'", "3", "3.11", "['3.11']", "true"])
def test_a_requires_python_that_cannot_be_meant_is_said(
    here: Path, capsys: pytest.CaptureFixture[str], specifier: str
) -> None:
    (here / "pyproject.toml").write_text(f"[project]\nrequires-python = {specifier}\n")
    (here / "a.py").write_text(OPEN)
    assert main(["a.py"]) == 1
    said = capsys.readouterr()
    assert f"pyproject.toml: invalid `requires-python`: {specifier.capitalize()}" in said.err
    assert "INH101" in said.out


def test_the_cache_is_deleted_and_nothing_beside_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.py").write_text(OPEN)
    main(["a.py"])
    (generation,) = (here / ".cache").glob("inheritlint-*")
    (here / ".cache" / "precious").write_text("x")
    capsys.readouterr()
    assert main(["--clean-cache"]) == 0
    assert str(generation) in capsys.readouterr().out
    assert [each.name for each in (here / ".cache").iterdir()] == ["precious"]
    assert main(["--clean-cache"]) == 0


def test_verbose_names_the_settings_of_each_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "pyproject.toml").write_text("[tool.inheritlint]\n")
    (here / "a.py").write_text("x = 1\n")
    main(["-v", "a.py"])
    said = capsys.readouterr().err
    assert f"checked a.py with {here / 'pyproject.toml'}" in said and "checked 1 file in " in said
    main(["-v", "--isolated", "a.py"])
    assert "checked a.py with the default settings" in capsys.readouterr().err


def test_a_rule_is_explained_by_its_name_in_any_case(capsys: pytest.CaptureFixture[str]) -> None:
    pages = []
    for word in ("INH301", "inh301", "close-fds-false", "Close-Fds-False"):
        assert main(["--explain", word]) == 0
        pages.append(capsys.readouterr().out)
    assert len(set(pages)) == 1 and "INH301" in pages[0]
