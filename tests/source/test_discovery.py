"""Which files a run reads: the arguments' word, the excludes', git's."""

import os
import sys
import time
from pathlib import Path

import pytest

from inheritlint.source.discovery import EXCLUDED, Exclusions, discover, has_python_shebang
from inheritlint.source.patterns import Patterns

DEFAULT = Patterns("", EXCLUDED)
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="a link needs a privilege there, and Wine has none")


def tree(root: Path, *paths: str, content: str = "x = 1\n") -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


def found(root: Path, *arguments: str, extra: Patterns | None = None, git: bool = True) -> list[str]:
    exclusions = Exclusions((DEFAULT, extra) if extra else (DEFAULT,), git)
    discovery = discover([str(root / each) for each in arguments or ("",)], lambda _: exclusions)
    assert discovery.problems == []
    return [os.path.relpath(each, root).replace(os.sep, "/") for each in discovery.files]


def test_python_files_are_found_in_order(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/z.pyw", "a/z.pyi", "a/c.txt", "a.py", "a/b/deep.py", "README")
    assert found(tmp_path) == ["a.py", "a/b/deep.py", "a/z.pyw", "b.py"]


@pytest.mark.parametrize("name", [".venv", "build", "site-packages", "node_modules", ".git", "__pypackages__"])
def test_usual_excludes_are_left_out_unless_named(tmp_path: Path, name: str) -> None:
    tree(tmp_path, f"{name}/inner.py", f"deep/{name}/inner.py", "seen.py")
    assert found(tmp_path) == ["seen.py"]
    assert found(tmp_path, name) == [f"{name}/inner.py"]
    assert found(tmp_path, f"{name}/inner.py") == [f"{name}/inner.py"]


def test_project_below_an_excluded_name_is_read(tmp_path: Path) -> None:
    assert found(tree(tmp_path / "build" / "project", "a.py", "venv/b.py")) == ["a.py"]


@pytest.mark.parametrize(
    ("first", "python"),
    [
        ("#!/usr/bin/env python3", True),
        ("#!/usr/bin/python -u", True),
        ("#! /opt/bin/pypy3.11", True),
        ("#!/usr/bin/env -S PYTHONPATH=lib python3.12 -I", True),
        ("#!/bin/sh", False),
        ("#!/bin/sh /opt/python/run", False),
        ("#!/usr/bin/env pythonic", False),
        ("import os  # python", False),
        ("", False),
    ],
)
def test_shebang(tmp_path: Path, first: str, python: bool) -> None:
    script = tmp_path / "script"
    script.write_text(f"{first}\npass\n")
    assert has_python_shebang(str(script)) is python
    assert found(tmp_path) == (["script"] if python else [])


def test_named_file_is_read_though_git_ignores_it(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "stub.pyi", "script", ".gitignore", content="*\n")
    assert found(tmp_path, "a.py", "stub.pyi", "script") == ["a.py", "script", "stub.pyi"]


def test_named_file_with_another_suffix_is_read_only_where_its_first_line_says_python(tmp_path: Path) -> None:
    tree(tmp_path, "notes.txt", content="* x\n")
    tree(tmp_path, "page.cgi", content="#!/usr/bin/env python3\n")
    discovery = discover([str(tmp_path / "notes.txt"), str(tmp_path / "page.cgi")], lambda _: Exclusions(()))
    assert [Path(each).name for each in discovery.files] == ["page.cgi"]
    (warning,) = discovery.warnings
    assert "notes.txt: not checked" in warning and discovery.problems == []


@pytest.mark.parametrize(
    ("pattern", "path", "read"),
    [
        ("vendored/", "vendored/deep/a.py", False),
        ("a.py", "vendored/deep/a.py", False),
        ("vendored/deep", "vendored/deep/a.py", False),
        ("b.py", "vendored/deep/a.py", True),
        ("vendored/*", "vendored", True),
        ("vendored", "vendored", False),
    ],
)
def test_what_is_excluded_with_force_is_not_read_though_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, path: str, read: bool
) -> None:
    tree(tmp_path, "vendored/deep/a.py")
    for forced in (False, True):
        exclusions = Exclusions((Patterns(str(tmp_path), (pattern,)),), named_too=forced, root=str(tmp_path))
        discovery = discover([str(tmp_path / path)], lambda _, exclusions=exclusions: exclusions)
        assert bool(discovery.files) is (read or not forced) or path == "vendored"


def test_a_pattern_says_nothing_of_what_is_above_the_project(tmp_path: Path) -> None:
    tree(tmp_path, "build/project/a.py")
    root = tmp_path / "build" / "project"
    exclusions = Exclusions((Patterns("", ("build",)),), named_too=True, root=str(root))
    assert discover([str(root / "a.py")], lambda _: exclusions).files


def test_missing_argument_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    discovery = discover([str(tmp_path / "gone.py"), str(tmp_path)], lambda _: Exclusions(()))
    assert [Path(each).name for each in discovery.files] == ["a.py"]
    (problem,) = discovery.problems
    assert "gone.py" in problem


def test_gitignores_nest_and_the_deeper_one_decides(tmp_path: Path) -> None:
    tree(
        tmp_path,
        ".git/HEAD",
        "gen_a.py",
        "sub/gen_b.py",
        "sub/gen_keep.py",
        "out/x.py",
        "sub/out/y.py",
        "sub/only/z.py",
    )
    (tmp_path / ".gitignore").write_text("gen_*.py\n/out/\n")
    (tmp_path / "sub" / ".gitignore").write_text("!gen_keep.py\nonly/\n")
    assert found(tmp_path) == ["sub/gen_keep.py", "sub/out/y.py"]
    assert found(tmp_path, "sub") == ["sub/gen_keep.py", "sub/out/y.py"]
    assert "gen_a.py" in found(tmp_path, git=False)


def test_info_exclude_counts(tmp_path: Path) -> None:
    tree(tmp_path, ".git/info/exclude", "mine.py", "a.py")
    (tmp_path / ".git/info/exclude").write_text("# private\nmine.py\n")
    assert found(tmp_path) == ["a.py"]


@pytest.mark.parametrize("pattern", ["out/", "/out/", "ou[t]", "/out"])
def test_named_ignored_directory_is_read_without_what_is_ignored_inside(tmp_path: Path, pattern: str) -> None:
    tree(tmp_path, ".git/HEAD", "out/x.py", "out/tmp_y.py", "a.py")
    (tmp_path / ".gitignore").write_text(f"{pattern}\ntmp_*\n")
    assert found(tmp_path, "out") == ["out/x.py"]


def test_gitignore_outside_a_repository_is_not_searched_for_upwards(tmp_path: Path) -> None:
    tree(tmp_path, "a/b.py")
    (tmp_path / ".gitignore").write_text("b.py\n")
    assert found(tmp_path, "a") == ["a/b.py"]
    assert found(tmp_path) == []


def test_broken_gitignore_line_spares_the_others(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_bytes(b"!\n\xff\xfe\na.py\n")
    assert found(tmp_path) == ["b.py"]


def test_exclude_speaks_the_language_of_gitignore(tmp_path: Path) -> None:
    tree(tmp_path, "docs/conf.py", "sub/docs/conf.py", "x_pb2.py", "sub/y_pb2.py", "tests/data/deep/z.py", "tests/t.py")
    extra = Patterns(str(tmp_path), ("docs/conf.py", "*_pb2.py", "tests/*/"))
    assert found(tmp_path, extra=extra) == ["sub/docs/conf.py", "tests/t.py"]


@needs_links
def test_each_file_once(tmp_path: Path) -> None:
    tree(tmp_path, "pkg/a.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "pkg" / "a.py")
    (tmp_path / "alias").symlink_to(tmp_path / "pkg")
    assert found(tmp_path, "", "pkg", "pkg/a.py", "alias", "link.py") == ["pkg/a.py"]


@needs_links
def test_loops_of_links_end(tmp_path: Path) -> None:
    tree(tmp_path, "pkg/a.py")
    (tmp_path / "pkg" / "again").symlink_to(tmp_path)
    (tmp_path / "pkg" / "self.py").symlink_to("self.py")
    assert found(tmp_path) == ["pkg/a.py", "pkg/self.py"]


@needs_links
def test_link_to_a_file_elsewhere_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "elsewhere/a.py", "here/b.py")
    (tmp_path / "here" / "link.py").symlink_to(tmp_path / "elsewhere" / "a.py")
    assert found(tmp_path, "here") == ["here/b.py", "here/link.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_what_is_no_regular_file_is_handed_on_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "pipe")
    tree(tmp_path, "package.py/a.py")
    assert found(tmp_path) == ["package.py/a.py", "pipe.py"]


def test_ten_thousand_files_are_no_wait(tmp_path: Path) -> None:
    for directory in range(200):
        tree(tmp_path, *(f"p{directory}/m{number}.py" for number in range(50)), content="")
    (tmp_path / ".gitignore").write_text("".join(f"name{number}\n*.e{number}\nd{number}/\n" for number in range(100)))
    began = time.process_time()
    assert len(found(tmp_path)) == 10_000
    assert time.process_time() - began < 2


def test_a_line_is_only_left_out_by_its_beginning_where_it_cannot_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itertools import product

    from inheritlint.source import patterns

    names = ("a", "ab", "b", "a b", "a.py")
    paths = [*names, *("/".join(each) for each in product(names, names)), "a/b/a", "b/a/ab"]
    lines = "/a|a/|a/ |/a/b|a/*|/a*|a/**|**/b|/*/ab|!/a/b|!a/b|//a|b/a/|/\\ab|a | a|a*/b".split("|")

    def verdicts() -> list[bool | None]:
        patterns._shape.cache_clear()
        asked = product(lines, lines, paths, (False, True))
        return [
            patterns.Patterns(str(tmp_path), (a, b)).verdict(str(tmp_path / path), is_dir)
            for a, b, path, is_dir in asked
        ]

    found = verdicts()
    monkeypatch.setattr(patterns, "_beginning", lambda line: "")
    assert found == verdicts() and {True, False, None} == set(found)
    patterns._shape.cache_clear()
