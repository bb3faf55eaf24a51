"""Options, where they are read, and what is said of those that cannot be meant."""

from pathlib import Path

import pytest

from inheritlint.findings import Severity
from inheritlint.interpreter.target import WINDOWS_FILES
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.requires_python import oldest, understood
from inheritlint.pipeline.settings import OPTIONS, OutputFormat, Settings, SettingsError


def project(directory: Path, text: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pyproject.toml").write_text(text)
    return directory


def of(directory: Path, **how: object) -> Settings:
    return Configuration(**how).of_directory(str(directory))  # type: ignore[arg-type]


def fault(directory: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        of(directory)
    return str(caught.value)


def test_every_option_can_be_set(tmp_path: Path) -> None:
    table = "\n".join(f"{option.key} = {option.example}" for option in OPTIONS.values())
    settings = of(project(tmp_path, f"[tool.inheritlint]\n{table}\n"))
    for key in OPTIONS:
        field = key.replace("-", "_")
        assert getattr(settings, field) != getattr(Settings(), field), key
    assert all(option.help.endswith(".") for option in OPTIONS.values())


def test_nearest_table_counts_and_replaces_the_outer_one(tmp_path: Path) -> None:
    project(tmp_path, '[tool.inheritlint]\nselect = ["INH101"]\nmin-severity = "error"\n')
    inner = project(tmp_path / "inner", '[tool.inheritlint]\nselect = ["INH901"]\n')
    other = project(tmp_path / "other", "[tool.black]\n")
    assert of(inner).select == ("INH901",)
    assert of(inner).min_severity is Severity.CONVENTION
    assert of(other / "deep").select == ("INH101",)


def test_requires_python_is_read_from_the_nearest_project(tmp_path: Path) -> None:
    project(tmp_path, '[tool.inheritlint]\nselect = ["ALL"]\n[project]\nrequires-python = ">=3.9"\n')
    inner = project(tmp_path / "inner", '[project]\nrequires-python = ">=3.12"\n')
    assert of(tmp_path).target.oldest == (3, 9)
    assert of(inner).target.oldest == (3, 12)
    assert of(inner).select == ("ALL",)
    own = project(
        tmp_path / "own", '[tool.inheritlint]\nrequires-python = ">=2.7"\n[project]\nrequires-python=">=3.8"\n'
    )
    assert of(own).target.oldest == (2, 7)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        (">=3.8", (3, 8)),
        (">= 3.8.1, <4", (3, 8)),
        (">3.8", (3, 8)),
        ("~=3.9", (3, 9)),
        ("~=3.9.2", (3, 9)),
        (">=3", (3, 0)),
        (">=2.7, !=3.0.*, !=3.1.*", (2, 7)),
        (">=3.0, !=3.0.*, !=3.1.*", (3, 2)),
        ("==3.11.*", (3, 11)),
        ("==3.*", (3, 0)),
        (">=3.10,<3.13", (3, 10)),
        (">=3.11.0rc1", (3, 11)),
        ("<4", None),
        ("", None),
        ("nonsense", None),
        (None, None),
        (">=3.9,<3.2", None),
    ],
)
def test_oldest_python(specifier: str | None, expected: tuple[int, int] | None) -> None:
    assert oldest(specifier) == expected


def test_version_specifiers_are_told_from_nonsense() -> None:
    assert understood(">=3.9, <4")
    assert not understood("3.9")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("selct = []", ["`selct`", "`select`"]),
        ('select = ["INH999"]', ["`select`", "`INH999`"]),
        ('select = ["close-fds-flase"]', ["`select`", "did you mean `close-fds-false`?"]),
        ('select = ["INH9O1"]', ["did you mean `INH901`?"]),
        ('platforms = ["macos"]', ["`platforms`", "did you mean `darwin`?"]),
        ('platforms = ["lunix"]', ["`platforms`", "did you mean `linux`?"]),
        ("platforms = []", ["`platforms`", "list of platforms"]),
        ('ignore = ["E501"]', ["`ignore`", "`E501`"]),
        ('select = "INH901"', ["`select`", "list of rule codes"]),
        ("select = [1]", ["`select`", "expected a string, got 1"]),
        ('min-severity = "fatal"', ["`min-severity`", "'fatal'"]),
        ('respect-gitignore = "yes"', ["`respect-gitignore`", "true or false"]),
        ("exclude = 3", ["`exclude`", "list of patterns"]),
        ('exclude = ["!"]', ["`exclude`", "'!'"]),
        ('cache-dir = "."', ["`cache-dir`", "unknown option"]),
        ('output-format = "xml"', ["`output-format`", "'xml'"]),
        ('requires-python = "new"', ["`requires-python`", "'new'"]),
        ('per-file-ignores = ["a"]', ["`per-file-ignores`", "table"]),
        ('per-file-ignores = {"a.py" = ["X"]}', ["`per-file-ignores`", "`X`"]),
        ('per-file-ignores = {"a.py" = "INH901"}', ["`per-file-ignores`", "list of rule codes"]),
    ],
)
def test_fault_names_file_line_and_key(tmp_path: Path, line: str, said: list[str]) -> None:
    message = fault(project(tmp_path, f"[project]\n\n[tool.inheritlint]\n{line}\n"))
    assert message.startswith(f"{tmp_path / 'pyproject.toml'}:4: ")
    assert "\n" not in message
    for words in said:
        assert words in message


def test_a_code_that_is_like_none_is_given_no_suggestion(tmp_path: Path) -> None:
    assert fault(project(tmp_path, '[tool.inheritlint]\nselect = ["inh9999"]\n')).endswith("code `inh9999`")


def test_fault_in_a_table_of_its_own_has_its_line(tmp_path: Path) -> None:
    text = '[tool.inheritlint.per-file-ignores]\n"a.py" = ["X"]\n'
    assert "pyproject.toml:1: " in fault(project(tmp_path, text))


def test_broken_toml_is_a_fault_where_it_may_speak_of_us(tmp_path: Path) -> None:
    assert "invalid TOML" in fault(project(tmp_path / "a", "[tool.inheritlint\n"))
    assert "must be a table" in fault(project(tmp_path / "b", "[tool]\ninheritlint = 3\n"))
    assert of(project(tmp_path / "c", "requires-python = \n")) == Settings()


def test_isolated_reads_nothing(tmp_path: Path) -> None:
    project(tmp_path, "[tool.inheritlint]\nwrong = 1\n[project]\nrequires-python='>=3.9'\n")
    assert of(tmp_path, isolated=True) == Settings()


def test_named_file_holds_everywhere(tmp_path: Path) -> None:
    project(tmp_path, '[tool.inheritlint]\nselect = ["INH101"]\n')
    named = project(tmp_path / "named", '[tool.inheritlint]\noutput-format = "json"\n') / "pyproject.toml"
    settings = of(tmp_path, path=str(named))
    assert settings.output_format is OutputFormat.JSON
    assert settings.select is None


@pytest.mark.parametrize("content", [None, "[tool.black]\n"])
def test_named_file_must_speak_of_us(tmp_path: Path, content: str | None) -> None:
    named = tmp_path / "other.toml"
    if content is not None:
        named.write_text(content)
    with pytest.raises(SettingsError, match=r"other\.toml"):
        Configuration(str(named))


def test_command_line_stands_above_the_file(tmp_path: Path) -> None:
    project(tmp_path, '[tool.inheritlint]\nmin-severity = "error"\nwindows-files = ["a_*.py"]\n')
    settings = of(tmp_path, overrides={"min-severity": "warning", "windows-files": ["b_*.py"]})
    assert settings.min_severity is Severity.WARNING
    assert settings.target.windows_files == (*WINDOWS_FILES, "a_*.py", "b_*.py")


def test_fault_on_the_command_line_says_so() -> None:
    with pytest.raises(SettingsError, match="command line: `select`: unknown rule code `X`"):
        Configuration(overrides={"select": ["X"]})


def test_no_option_names_a_file_to_read_or_something_to_run() -> None:
    """A configuration file says codes, patterns, names and words; a new kind of value is to be thought about."""
    harmless = set("CODES CODES_BY_PATTERN PATTERNS NAMES FUNCTIONS SWITCH SEVERITY FORMAT PYTHONS PLATFORMS".split())
    assert {option.kind.name for option in OPTIONS.values()} <= harmless


@pytest.mark.parametrize("name", ["os.system('x')", "a b", "../spawn", "", "a..b"])
def test_a_spawner_is_a_dotted_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.inheritlint]\nspawners = ["{name}"]\n')
    with pytest.raises(SettingsError, match="spawners"):
        Configuration().of_file(str(tmp_path / "x.py"))


def test_platforms_are_those_of_the_classifiers_unless_the_option_says_otherwise(tmp_path: Path) -> None:
    classifiers = 'classifiers = ["Operating System :: POSIX :: Linux", "Operating System :: MacOS"]\n'
    project(tmp_path, f"[project]\n{classifiers}")
    assert of(tmp_path).target.platforms == ("linux", "darwin")
    project(tmp_path, f"[project]\n{classifiers}[tool.inheritlint]\n")
    assert of(tmp_path).target.platforms == ("linux", "darwin")
    project(tmp_path, f'[project]\n{classifiers}[tool.inheritlint]\nplatforms = ["win32", "linux"]\n')
    assert of(tmp_path).target.platforms == ("linux", "win32")
    project(tmp_path, '[project]\nclassifiers = ["Topic :: Security"]\n[tool.inheritlint]\n')
    assert of(tmp_path).target.platforms == ("linux", "darwin", "win32")


def test_platforms_of_the_command_line_come_first(tmp_path: Path) -> None:
    project(tmp_path, '[tool.inheritlint]\nplatforms = ["linux"]\n')
    settings = Configuration(overrides={"platforms": ["cygwin"]}).of_directory(str(tmp_path))
    assert settings.target.platforms == ("cygwin",)
