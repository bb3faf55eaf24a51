"""Small functions with every way out of them, and the fate of what they mark, in `states.txt`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
from annotated import cases_in, check
from solved import shown

_FILE = Path(__file__).with_name("states.txt")


CASES = cases_in(_FILE)


def test_there_are_forty() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("title", CASES)
def test_a_function_is_left_like_this(title: str, bless: bool) -> None:
    text, states = CASES[title]
    check(_FILE, title, states, shown(text), bless=bless)
