"""What was found before is found again, whatever happens to the cache; and only where nothing has changed."""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import inheritlint
from inheritlint.findings import Finding
from inheritlint.interpreter.target import Target
from inheritlint.pipeline import analysis, cache, checking
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.checking import check_file
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.settings import Settings

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/report*.py"))
CONCERNED = b"import os\n\ndef f(p):\n    return os.open(p, os.O_RDONLY)\n"


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.json"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that were analysed."""
    paths: list[str] = []
    found = analysis._found

    def counting(source, target):  # type: ignore[no-untyped-def]
        paths.append(source.path)
        return found(source, target)

    monkeypatch.setattr(analysis, "_found", counting)
    return paths


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_is_kept_is_what_was_found(path: Path, cache_of_its_own: Path, counted: list[str]) -> None:
    data = path.read_bytes()
    first, second = (analyse(str(path), data, Target(), cached=True) for _ in range(2))
    assert first == second
    assert all(type(one) is type(other) for one, other in zip(first.findings, second.findings, strict=True))
    not_analysed = any(finding.code == "INH901" for finding in first.findings)
    assert len(counted) in ((0, 2) if not_analysed else (1,))
    assert bool(entries(cache_of_its_own)) is not not_analysed


def test_another_question_has_another_answer(cache_of_its_own: Path, counted: list[str]) -> None:
    for path, data, target in (
        ("a.py", CONCERNED, Target()),
        ("a.py", CONCERNED + b"#", Target()),
        ("a_windows.py", CONCERNED, Target()),
        ("a.py", CONCERNED, Target(oldest=(3, 3))),
        ("folder/a.py", CONCERNED, Target()),  # of the path, only the name matters
    ):
        analyse(path, data, target, cached=True)
    assert len(counted) == len(entries(cache_of_its_own)) == 4


BROKEN = (
    "",
    "[",
    "null",
    "3",
    "[3]",
    '[["INH101"]]',
    "[" * 100_000,
    "\udcff",
    '[["E999", "a", "error", "a", [0, 1, 1, 1, 1, 2], null, [], true]]',
    '[["INH101", "a", "error", "a", [0, 1, 1, 1, 1, -2], null, [], true]]',
    '[["INH101", "a", "error", "a", [0, 1, 1, 1, 1, "2"], null, [], true]]',
    '[["INH101", "a", "error", "a", [0, 1, 1], null, [], true]]',
    '[["INH101", "a", "fatal", "a", [0, 1, 1, 1, 1, 2], null, [], true]]',
    '[["INH101", "a", "error", 3, [0, 1, 1, 1, 1, 2], null, [], true]]',
    '[["INH101", "a", "error", "a", [0, 1, 1, 1, 1, 2], [[[0]], "safe", "a"], [], true]]',
    '[["INH101", "a", "error", "a", [0, 1, 1, 1, 1, 2], null, [[[0], "a"]], true]]',
)


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_entry_is_found_again(content: str, cache_of_its_own: Path, counted: list[str]) -> None:
    whole = analyse("a.py", CONCERNED, Target(), cached=True)
    (entry,) = entries(cache_of_its_own)
    entry.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert analyse("a.py", CONCERNED, Target(), cached=True) == whole
    assert len(counted) == 2
    assert json.loads(entry.read_text())
    assert analyse("a.py", CONCERNED, Target(), cached=True) == whole
    assert len(counted) == 2


def test_what_cannot_be_kept_is_found_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INHERITLINT_CACHE_DIR", str(tmp_path / "file" / "folder"))
    assert analyse("a.py", CONCERNED, Target(), cached=True) == analyse("a.py", CONCERNED, Target(), cached=True)
    assert len(counted) == 2


def test_a_user_without_a_home_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INHERITLINT_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    monkeypatch.chdir(tmp_path)
    assert analyse("a.py", CONCERNED, Target(), cached=True).findings
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", [None, "", "/somewhere", "/some/where/", "there"])
def test_the_folder_is_the_one_that_platformdirs_names(monkeypatch: pytest.MonkeyPatch, given: str | None) -> None:
    import platformdirs

    if given is None:
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", given)
    assert cache._of_the_user() == platformdirs.user_cache_dir("inheritlint", appauthor=False)


def test_a_full_disk_leaves_nothing_behind(cache_of_its_own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    analyse("a.py", CONCERNED, Target(), cached=True)
    (entry,) = entries(cache_of_its_own)
    entry.unlink()
    monkeypatch.setattr(os, "replace", full)
    assert analyse("a.py", CONCERNED, Target(), cached=True).findings
    assert {path.name for path in cache_of_its_own.glob("*/*")} == {"CACHEDIR.TAG", ".gitignore"}


@pytest.mark.skipif(sys.platform == "win32", reason="modes and owners are POSIX's")
class TestNeighbours:
    """Others on the same machine, who may write where the cache is."""

    def kept(self, cache_of_its_own: Path) -> Path:
        analyse("a.py", CONCERNED, Target(), cached=True)
        (entry,) = entries(cache_of_its_own)
        return entry

    def test_the_folder_is_closed_to_them(self, cache_of_its_own: Path) -> None:
        entry = self.kept(cache_of_its_own)
        assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600

    def test_an_entry_that_is_a_link_is_replaced_and_not_followed(
        self, cache_of_its_own: Path, counted: list[str], tmp_path: Path
    ) -> None:
        entry = self.kept(cache_of_its_own)
        precious = tmp_path / "precious"
        precious.write_bytes(entry.read_bytes())
        entry.unlink()
        entry.symlink_to(precious)
        before = precious.read_bytes()
        analyse("a.py", CONCERNED, Target(), cached=True)
        assert len(counted) == 2, "what a link leads to was believed"
        assert precious.read_bytes() == before
        assert not entry.is_symlink()

    def test_no_name_can_be_known_before(self, cache_of_its_own: Path, tmp_path: Path) -> None:
        entry = self.kept(cache_of_its_own)
        entry.unlink()
        precious = tmp_path / "precious"
        precious.write_bytes(b"precious")
        Path(f"{entry}.{os.getpid()}").symlink_to(precious)
        self.kept(cache_of_its_own)
        assert precious.read_bytes() == b"precious"

    @pytest.mark.parametrize("mode", [0o777, 0o770, 0o722])
    def test_a_folder_that_others_may_write_to_is_refused(
        self, mode: int, cache_of_its_own: Path, counted: list[str]
    ) -> None:
        entry = self.kept(cache_of_its_own)
        entry.parent.chmod(mode)
        analyse("a.py", CONCERNED, Target(), cached=True)
        assert len(counted) == 2

    def test_a_folder_of_somebody_else_is_refused(
        self, cache_of_its_own: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        entry = self.kept(cache_of_its_own)
        monkeypatch.setattr(os, "geteuid", lambda: entry.stat().st_uid + 1)
        analyse("a.py", CONCERNED, Target(), cached=True)
        assert len(counted) == 2

    def test_a_folder_that_is_a_link_is_refused(
        self, cache_of_its_own: Path, counted: list[str], tmp_path: Path
    ) -> None:
        entry = self.kept(cache_of_its_own)
        entry.parent.rename(tmp_path / "elsewhere")
        entry.parent.symlink_to(tmp_path / "elsewhere")
        analyse("a.py", CONCERNED, Target(), cached=True)
        assert len(counted) == 2

    def test_an_entry_that_is_no_file_is_not_waited_for(self, cache_of_its_own: Path, counted: list[str]) -> None:
        entry = self.kept(cache_of_its_own)
        entry.unlink()
        os.mkfifo(entry)
        analyse("a.py", CONCERNED, Target(), cached=True)
        assert len(counted) == 2
        assert entry.is_file()


def test_what_a_kill_left_half_written_is_removed(cache_of_its_own: Path) -> None:
    analyse("a.py", CONCERNED, Target(), cached=True)
    (entry,) = entries(cache_of_its_own)
    code = (
        "import os, signal, sys\n"
        "os.replace = lambda *_, **__: os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
        "from inheritlint.__main__ import main\n"
        "sys.exit(main(['--isolated', 'b.py']))\n"
    )
    (cache_of_its_own.parent / "b.py").write_bytes(CONCERNED)
    subprocess.run([sys.executable, "-c", code], cwd=cache_of_its_own.parent, check=False, capture_output=True)
    (left,) = entry.parent.glob("*.unfinished")
    os.utime(left, (1, 1))
    cache._TIDIED.clear()
    analyse("c.py", CONCERNED, Target(), cached=True)
    assert not list(entry.parent.glob("*.unfinished"))


def test_a_file_that_cannot_concern_us_is_not_looked_up(cache_of_its_own: Path) -> None:
    analyse("a.py", b"print('hello')\n", Target(), cached=True)
    assert not cache_of_its_own.exists()


def test_only_folders_of_ours_that_nobody_uses_are_dropped(cache_of_its_own: Path) -> None:
    names = ("inheritlint-0123456789abcdef", "inheritlint-fedcba9876543210", "inheritlint-of-mine", "mine")
    for name in names:
        (cache_of_its_own / name).mkdir(parents=True)
        (cache_of_its_own / name / "file").write_text("")
        if not name.startswith("inheritlint-f"):
            os.utime(cache_of_its_own / name, (time.time() - cache.UNUSED - 60,) * 2)
    analyse("a.py", CONCERNED, Target(), cached=True)
    assert not (cache_of_its_own / names[0]).exists()
    assert all((cache_of_its_own / name / "file").exists() for name in names[1:])


def test_a_folder_that_is_used_says_so(cache_of_its_own: Path) -> None:
    analyse("a.py", CONCERNED, Target(), cached=True)
    (entry,) = entries(cache_of_its_own)
    os.utime(entry.parent, (0, 0))
    cache._use.cache_clear()
    analyse("a.py", CONCERNED, Target(), cached=True)
    assert time.time() - entry.parent.stat().st_mtime < 60


def test_settings_say_whether_anything_is_kept(tmp_path: Path, cache_of_its_own: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(CONCERNED)
    check_file(str(path), Settings(cache=False), Mode.REPORT, False)
    assert not cache_of_its_own.exists()
    check_file(str(path), Settings(), Mode.REPORT, False)
    assert len(entries(cache_of_its_own)) == 2  # what is found, and which fixes can be made


def test_fixes_do_not_come_from_the_cache(tmp_path: Path, cache_of_its_own: Path) -> None:
    """Who may write to it may mislead a report, but changes no file."""
    path = tmp_path / "a.py"
    path.write_bytes(CONCERNED)
    check_file(str(path), Settings(), Mode.REPORT, False)
    (entry,) = (each for each in entries(cache_of_its_own) if "O_CLOEXEC" in each.read_text())
    entry.write_text(entry.read_text().replace("O_CLOEXEC", "O_POISON"))
    check_file(str(path), Settings(), Mode.FIX, False)
    assert b"O_CLOEXEC" in path.read_bytes()


def test_which_fixes_can_be_made_is_kept(
    tmp_path: Path, cache_of_its_own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the same content under the same settings, whatever became of the entry."""
    path = tmp_path / "a.py"
    path.write_bytes(CONCERNED)
    tried: list[str] = []
    trying = checking._tried

    def counting(path, *arguments):  # type: ignore[no-untyped-def]
        tried.append(path)
        return trying(path, *arguments)

    monkeypatch.setattr(checking, "_tried", counting)

    def check(settings: Settings = Settings()) -> tuple[Finding, ...]:  # noqa: B008 - nothing in it changes
        return check_file(str(path), settings, Mode.REPORT, False).findings

    first = check()
    assert first[0].fix is not None
    assert check() == first and len(tried) == 1
    assert check(Settings(unfixable=("INH101",)))[0].fix is None
    assert check(Settings(extend_unsafe_fixes=("INH101",)))[0].is_fixable(True)
    assert len(tried) == 2, "other settings were given the same answer, or what has no fix was tried"
    for entry in entries(cache_of_its_own):
        if "INH101" not in entry.read_text():
            entry.write_text("[1, 2]")
    assert check() == first and len(tried) == 3
    path.write_bytes(CONCERNED + b"#")
    assert check() == first and len(tried) == 4


def test_another_version_of_our_code_asks_anew(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(CONCERNED)
    shutil.copytree(Path(inheritlint.__file__).parent, tmp_path / "copy" / "inheritlint")

    def generations() -> set[str]:
        command = [sys.executable, "-m", "inheritlint", "--cache-dir", "cache", "a.py"]
        environment = {**os.environ, "PYTHONPATH": str(tmp_path / "copy")}
        assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode == 1
        return {path.name for path in (tmp_path / "cache").iterdir()}

    before = generations()
    assert generations() == before
    rule = tmp_path / "copy" / "inheritlint" / "rules" / "inh101_open_without_cloexec.py"
    rule.write_text(rule.read_text(encoding="utf-8") + "\n#\n", encoding="utf-8")
    assert len(generations() - before) == 1


def test_a_run_that_knows_the_answer_loads_no_analysis(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(CONCERNED)
    script = (
        "import sys, click; brought = 'ast' in sys.modules  # by click, as on Windows\n"
        "from inheritlint.faces.cli.entry import main\n"
        "main(['a.py'])\n"
        "print('libcst' in sys.modules, 'ast' in sys.modules, brought)\n"
    )

    def run() -> list[str]:
        command = [sys.executable, "-c", script]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()

    first, second = run(), run()
    brought = first[-1].split()[-1]
    assert first[-1] == f"True True {brought}"
    assert second == [*first[:-1], f"False {brought} {brought}"]
