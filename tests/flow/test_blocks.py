"""Small functions with their blocks next to them, in `blocks.txt`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
from annotated import cases_in, check
from lowered import shown

_FILE = Path(__file__).with_name("blocks.txt")


CASES = cases_in(_FILE)


def test_there_is_a_case_for_everything() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("title", CASES)
def test_a_function_becomes_these_blocks(title: str, bless: bool) -> None:
    text, blocks = CASES[title]
    check(_FILE, title, blocks, shown(text), bless=bless)
