"""The page about real packages, and the list of findings that a change is compared with."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from kept import Row, changes, kept, packages
from page import PAGE, page, verdicts
from wheels import found_in


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(kept(), verdicts()), "`python tests/wild page` writes it"


def test_every_finding_that_was_read_is_kept() -> None:
    places = {(row.package, row.path, row.line, row.code) for row in kept()}
    read = verdicts()
    assert len(read) >= 30
    for each in read:
        assert (each.package, each.path, each.line, each.code) in places
    assert {row.code for row in kept()} == {each.code for each in read}, "each rule that reports something is there"


def test_three_hundred_packages_are_named_with_their_versions() -> None:
    assert len(set(packages())) == 300
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+]+", each) for each in packages())
    assert {row.package for row in kept()} <= set(packages())


def test_a_wheel_is_checked_with_the_pythons_that_it_supports(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "some_thing-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("thing/start.py", "import os\n\nfd = os.open('x', os.O_RDONLY)\n")
        archive.writestr("some_thing-1.0.dist-info/METADATA", "Name: some-thing\nRequires-Python: >=2.7\n")
    rows, checked = found_in(tmp_path, ["some-thing==1.0", "other==2.0"], 1)
    assert checked == ["some-thing==1.0"]
    assert rows == [Row("some-thing==1.0", "thing/start.py", 3, "INH101", "warning", "fd = os.open('x', os.O_RDONLY)")]


def test_a_change_is_seen_in_what_was_checked_only() -> None:
    old = Row("a==1", "a.py", 3, "INH101", "warning", "x")
    new = old._replace(line=4)
    elsewhere = old._replace(package="b==1")
    assert changes([old, elsewhere], [new], ["a==1"]) == ([new], [old])
    assert changes([old], [old], ["a==1"]) == ([], [])
