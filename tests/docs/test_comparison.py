"""The comparison with other tools is what they really report."""

import sys
import tomllib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from comparison import PAGE, RULES, TOOLS, installed, noticed, parsed


@pytest.mark.parametrize("tool", TOOLS)
def test_the_page_says_what_the_tool_reports(tool: str) -> None:
    number, shown = parsed(PAGE.read_text(encoding="utf-8"))[tool]
    if installed(tool) != number:
        pytest.skip(f"{tool} {number} is not installed")
    assert shown == noticed(tool), "`python tests/docs/comparison.py` writes the table anew"


def test_every_rule_has_a_row() -> None:
    for _, shown in parsed(PAGE.read_text(encoding="utf-8")).values():
        assert list(shown) == list(RULES)


def test_every_rule_has_its_name() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for code, rule in RULES.items():
        assert f"| [{code}](rules/{code}.md) {rule.name} |" in page, "`python tests/docs/comparison.py` writes it"


def test_the_versions_that_the_page_shows_are_installed_where_it_is_verified() -> None:
    root = Path(__file__).parent.parent.parent
    extras = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    shown = parsed(PAGE.read_text(encoding="utf-8"))
    assert sorted(extras["comparison"]) == sorted(f"{tool}=={shown[tool][0]}" for tool in TOOLS)
    workflow = root / ".github" / "workflows" / "test.yml"
    if workflow.exists():
        assert "[test,comparison]" in workflow.read_text(encoding="utf-8")
