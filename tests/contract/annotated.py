"""Small programs in one file, each with what is to be said of it: a title, the text, `---`, and that."""

from pathlib import Path


def cases_in(file: Path) -> dict[str, tuple[str, str]]:
    """Each case by its title: the text, and what is said of it."""
    found = {}
    for part in file.read_text(encoding="utf-8").split("### ")[1:]:
        title, _, rest = part.partition("\n")
        text, _, said = rest.partition("---\n")
        found[title] = text, said
    return found


def check(file: Path, title: str, expected: str, found: str, *, bless: bool) -> None:
    """Hold what was `found` of a case against what the file expects; with `bless` it is what the file says from now."""
    if bless:
        keep(file, title, found)
        expected = found
    assert expected.strip() == found.strip(), "stale: run `pytest --bless` and read the difference"


def keep(file: Path, title: str, said: str) -> None:
    """Write the file anew with another answer to one case."""
    kept = cases_in(file)
    kept[title] = kept[title][0], said
    written = (f"### {name}\n{text}---\n{each.rstrip()}\n\n" for name, (text, each) in kept.items())
    file.write_text("".join(written), encoding="utf-8")
