"""The codes there are, and the words that select them; nothing is loaded to know them."""

from functools import cache

from inheritlint import rules

#: What could not be analysed is always said, unless this very code is ignored.
NOT_ANALYSED = "INH901"
ALL = "ALL"


@cache
def known_codes() -> tuple[str, ...]:
    """Every rule's code, from the names of the rules' modules: none of them is imported."""
    import pkgutil  # a clean file asks for no code, and is checked in the time that ten modules take to load

    names = (module.name for module in pkgutil.iter_modules(rules.__path__))
    return tuple(sorted(name.partition("_")[0].upper() for name in names))


def is_selector(word: str) -> bool:
    """Whether `word` is `ALL`, a known code, or the beginning of one that holds the prefix `INH`."""
    return word == ALL or (word.startswith("INH") and any(code.startswith(word) for code in known_codes()))


def reach(selectors: tuple[str, ...], code: str) -> int:
    """How much of `code` the most precise of `selectors` spells out: 1 for `ALL`, 0 where none fits."""
    return max(
        (1 if each == ALL else len(each) for each in selectors if each == ALL or code.startswith(each)), default=0
    )
