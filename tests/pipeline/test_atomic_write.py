"""Writing: the whole file or nothing of it, and nothing left beside it."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from inheritlint.pipeline import atomic_write
from inheritlint.pipeline.atomic_write import replace_file

BEFORE, AFTER = b"x = 1\r\n", b"x = 2\r\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners are POSIX's")
as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "code.py"
    path.write_bytes(BEFORE)
    return path


def assert_untouched(path: Path, others: int = 0) -> None:
    assert path.read_bytes() == BEFORE
    assert len(list(path.parent.iterdir())) == 1 + others


def test_the_content_is_replaced(file: Path) -> None:
    replace_file(str(file), BEFORE, AFTER)
    assert file.read_bytes() == AFTER
    assert [path.name for path in file.parent.iterdir()] == ["code.py"]


def test_a_name_without_a_directory(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    replace_file("code.py", BEFORE, AFTER)
    assert file.read_bytes() == AFTER


@posix
def test_a_name_of_the_greatest_length(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 252 + ".py")
    path.write_bytes(BEFORE)
    replace_file(str(path), BEFORE, AFTER)
    assert path.read_bytes() == AFTER


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o2750, 0o666])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    replace_file(str(file), BEFORE, AFTER)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@as_root
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 1234, 2345)
    file.chmod(0o4750)
    replace_file(str(file), BEFORE, AFTER)
    status = file.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o4750)


def test_extended_attributes_stay(file: Path) -> None:
    if not hasattr(os, "setxattr"):
        pytest.skip("this system has no extended attributes")
    try:
        os.setxattr(file, "user.note", b"kept")
    except OSError as error:
        pytest.skip(f"this file system takes no extended attributes: {error}")
    replace_file(str(file), BEFORE, AFTER)
    assert os.getxattr(file, "user.note") == b"kept"


def test_the_time_of_change_is_new(file: Path) -> None:
    os.utime(file, (1_000_000, 1_000_000))
    replace_file(str(file), BEFORE, AFTER)
    assert file.stat().st_mtime > 1_000_000


@posix
def test_a_link_stays_a_link_and_its_target_changes(file: Path) -> None:
    folder = file.parent / "elsewhere"
    folder.mkdir()
    link = folder / "link.py"
    link.symlink_to(Path("..") / file.name)
    replace_file(str(link), BEFORE, AFTER)
    assert link.is_symlink()
    assert not file.is_symlink()
    assert file.read_bytes() == AFTER
    assert list(folder.iterdir()) == [link]


def test_a_file_that_changed_meanwhile_is_kept(file: Path) -> None:
    with pytest.raises(OSError, match="changed while it was being fixed") as caught:
        replace_file(str(file), b"something else", AFTER)
    assert caught.value.filename == str(file)
    assert_untouched(file)


def test_the_content_is_compared_at_the_last_moment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy_access = atomic_write._copy_access

    def someone_writes(source: Path, copy: Path) -> None:
        copy_access(source, copy)
        file.write_bytes(b"saved in an editor")

    monkeypatch.setattr(atomic_write, "_copy_access", someone_writes)
    with pytest.raises(OSError, match="changed while"):
        replace_file(str(file), BEFORE, AFTER)
    assert file.read_bytes() == b"saved in an editor"
    assert len(list(file.parent.iterdir())) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        replace_file(str(tmp_path / "gone.py"), BEFORE, AFTER)
    assert caught.value.filename == str(tmp_path / "gone.py")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_failure_at_any_step_leaves_nothing(file: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "some temporary name")

    monkeypatch.setattr(os if step == "fsync" else Path, step, fails)
    with pytest.raises(OSError, match="No space left on device") as caught:
        replace_file(str(file), BEFORE, AFTER)
    assert caught.value.filename == str(file)
    assert_untouched(file)


def test_an_interrupt_leaves_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_file(str(file), BEFORE, AFTER)
    assert_untouched(file)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_file(small_disk: Path) -> None:
    path = small_disk / "code.py"
    path.write_bytes(BEFORE)
    with pytest.raises(OSError, match="No space left") as caught:
        replace_file(str(path), BEFORE, b"#" * 100_000)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(path))
    assert_untouched(path)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone may write; pytest's own are closed to all but one."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "code.py").write_bytes(BEFORE)
        yield folder
        folder.chmod(0o777)


@contextmanager
def not_root() -> Iterator[None]:
    """Root may write anywhere, so it steps down for a while."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@posix
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o777), (0o666, 0o555)])
def test_what_may_not_be_written_is_not(open_folder: Path, file_mode: int, folder_mode: int) -> None:
    path = open_folder / "code.py"
    path.chmod(file_mode)
    open_folder.chmod(folder_mode)
    with not_root(), pytest.raises(PermissionError) as caught:
        replace_file(str(path), BEFORE, AFTER)
    assert caught.value.filename == str(path)
    assert_untouched(path)


@posix
def test_what_may_be_written_is_whoever_owns_it(open_folder: Path) -> None:
    path = open_folder / "code.py"
    path.chmod(0o666)
    with not_root():
        replace_file(str(path), BEFORE, AFTER)
    assert path.read_bytes() == AFTER
    assert stat.S_IMODE(path.stat().st_mode) == 0o666


@posix
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "pipe.py"
    os.mkfifo(path)
    with pytest.raises(OSError) as caught:
        replace_file(str(path), BEFORE, AFTER)
    assert caught.value.filename == str(path)
