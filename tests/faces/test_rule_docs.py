"""The pages that are generated from the rules."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inheritlint.declaration import Rule, Safety
from inheritlint.faces.rule_docs import (
    all_pages,
    configuration,
    main,
    rule_page,
    rule_table,
    table_row,
    with_table,
    write,
)
from inheritlint.pipeline.registry import all_rules
from inheritlint.pipeline.settings import OPTIONS

DOCS = Path(__file__).parents[2] / "docs"
RULES = list(all_rules().values())


@pytest.fixture
def rule() -> Rule[Any]:
    return replace(
        all_rules()["INH101"],
        documentation="## What it does\n\nEither `a | b`, or nothing. More.\n\n"
        "## Why is this bad?\n\nA second paragraph.",
        references=("PEP 446", "open(2)", "CWE-403", "bpo-35823 (vfork)", "a book", "https://example.org/"),
    )


def test_the_committed_pages_are_fresh() -> None:
    expected = all_pages(RULES, DOCS.parent / "fixtures")
    found = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md")}
    assert found == expected, "run `python -m inheritlint.faces.rule_docs --write docs`"


def test_the_table_of_the_readme_is_fresh() -> None:
    committed = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert committed == with_table(committed, all_rules().values()), "run `python -m inheritlint.faces.rule_docs …`"


def test_the_committed_page_of_options_is_fresh() -> None:
    committed = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert committed == configuration(OPTIONS.values()), "run `python -m inheritlint.faces.rule_docs --write docs`"


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.code)
def test_a_page_says_what_a_reader_asks(each: Rule[Any]) -> None:
    text = rule_page(each)
    assert text.startswith(f"# {each.name} ({each.code})\n\n**Severity**: {each.severity} · **Fix**: ")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[:3] == ["What it does", "Why is this bad?", "Example"]
    order = [*headings[:3], "Not reported", "Fix safety", "Demonstration", "Suppressing", "References"]
    assert headings == [each for each in order if each in headings]
    assert ("Fix safety" in headings) is (each.safety is not Safety.NONE)
    assert ("References" in headings) is bool(each.references)
    assert each.summary.startswith("Checks for ")
    assert f"```python\n{each.example}```\n" in text
    assert f"```python\n{each.fixed_example}```\n" in text
    assert f"# noqa: {each.code}`" in text
    assert text.endswith("\n") and not text.endswith("\n\n")


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.code)
def test_the_published_page_has_every_section(each: Rule[Any]) -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / "rules" / f"{each.code}.md").read_text(encoding="utf-8"), re.MULTILINE)
    for section in ("Not reported", "Demonstration", "Suppressing", "References"):
        assert section in headings, section


def test_a_page_leads_to_its_sources(rule: Rule[Any]) -> None:
    assert rule_page(rule).endswith(
        "## References\n\n"
        "- [PEP 446](https://peps.python.org/pep-0446/)\n"
        "- [open(2)](https://man7.org/linux/man-pages/man2/open.2.html)\n"
        "- [CWE-403](https://cwe.mitre.org/data/definitions/403.html)\n"
        "- [bpo-35823](https://bugs.python.org/issue35823) (vfork)\n"
        "- a book\n"
        "- <https://example.org/>\n"
    )


@pytest.mark.parametrize("safety", list(Safety))
def test_a_page_says_how_far_to_trust_the_fix(rule: Rule[Any], safety: Safety) -> None:
    line = rule_page(replace(rule, safety=safety)).splitlines()[2]
    assert ("`--fix`" in line, "`--fix --unsafe-fixes`" in line) == (safety == "safe", safety == "unsafe")


def test_a_row_is_one_row_of_five_cells(rule: Rule[Any]) -> None:
    assert table_row(rule) == (
        "| [INH101](docs/rules/INH101.md) | `open-without-cloexec` | convention | safe "
        "| Either `a \\| b`, or nothing. |\n"
    )
    assert "](INH101.md)" in table_row(rule, "")


def test_the_table_holds_every_rule() -> None:
    lines = rule_table(RULES).splitlines()
    assert len(lines) == 2 + len(RULES)
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {6}


def test_writing_leaves_only_the_pages(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "INH999.md").write_text("gone")
    (tmp_path / "rules" / "picture.svg").write_text("kept")
    assert main(["--write", str(tmp_path)]) == 0
    names = {path.name for path in (tmp_path / "rules").iterdir()}
    assert names == {*all_pages(RULES, DOCS.parent / "fixtures"), "picture.svg"}
    assert (tmp_path / "rules" / "INH101.md").read_text(encoding="utf-8") == rule_page(all_rules()["INH101"])


def test_what_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").write_text("a file")
    assert main(["--write", str(tmp_path / "docs")]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"{tmp_path / 'docs' / 'rules'}: cannot write: ")
    assert error.count("\n") == 1


def test_pages_do_not_depend_on_the_system(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "é\n"})
    assert (tmp_path / "a.md").read_bytes() == "é\n".encode()
