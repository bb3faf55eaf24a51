"""Small functions with every way out of them, and the fate of what they mark, in `states.txt`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from solved import shown

_FILE = Path(__file__).with_name("states.txt")


def cases() -> dict[str, tuple[str, str]]:
    """Each case by its title: the text, and what is to be known at its ends."""
    found = {}
    for part in _FILE.read_text(encoding="utf-8").split("### ")[1:]:
        title, _, rest = part.partition("\n")
        text, _, states = rest.partition("---\n")
        found[title] = text, states
    return found


_CASES = cases()


def test_there_are_forty() -> None:
    assert len(_CASES) >= 40


@pytest.mark.parametrize("title", _CASES)
def test_a_function_is_left_like_this(title: str, bless: bool) -> None:
    text, states = _CASES[title]
    found = shown(text)
    if bless:
        kept = cases()
        kept[title] = text, found
        written = (f"### {name}\n{source}---\n{drawn.rstrip()}\n\n" for name, (source, drawn) in kept.items())
        _FILE.write_text("".join(written), encoding="utf-8")
        states = found
    assert states.strip() == found.strip(), "stale: run `pytest --bless` and read the difference"
