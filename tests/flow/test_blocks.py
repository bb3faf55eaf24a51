"""Small functions with their blocks next to them, in `blocks.txt`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lowered import shown

_FILE = Path(__file__).with_name("blocks.txt")


def cases() -> dict[str, tuple[str, str]]:
    """Each case by its title: the text, and the blocks it should become."""
    found = {}
    for part in _FILE.read_text(encoding="utf-8").split("### ")[1:]:
        title, _, rest = part.partition("\n")
        text, _, blocks = rest.partition("---\n")
        found[title] = text, blocks
    return found


_CASES = cases()


def test_there_is_a_case_for_everything() -> None:
    assert len(_CASES) >= 40


@pytest.mark.parametrize("title", _CASES)
def test_a_function_becomes_these_blocks(title: str, bless: bool) -> None:
    text, blocks = _CASES[title]
    found = shown(text)
    if bless:
        kept = cases()
        kept[title] = text, found
        written = (f"### {name}\n{source}---\n{drawn.rstrip()}\n\n" for name, (source, drawn) in kept.items())
        _FILE.write_text("".join(written), encoding="utf-8")
        blocks = found
    assert blocks.strip() == found.strip(), "stale: run `pytest --bless` and read the difference"
