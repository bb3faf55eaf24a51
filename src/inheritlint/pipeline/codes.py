"""The codes there are, and the words that select them; nothing is loaded to know them."""

from functools import cache

from inheritlint import rules

#: What could not be analysed is always said, unless this very code is ignored.
FILE_NOT_CHECKED = "INH901"
UNUSED_NOQA = "INH902"
ALL = "ALL"


@cache
def rule_names() -> dict[str, str]:
    """Every rule's name with its code, from the names of the rules' modules: none of them is imported."""
    import pkgutil  # a clean file asks for no code, and is checked in the time that ten modules take to load

    modules = sorted(module.name for module in pkgutil.iter_modules(rules.__path__))
    words = (module.partition("_") for module in modules)
    return {name.replace("_", "-"): code.upper() for code, _, name in words}


@cache
def known_codes() -> tuple[str, ...]:
    """Every rule's code."""
    return tuple(rule_names().values())


def selector(word: str) -> str | None:
    """What `word` selects, in one spelling: `ALL`, a code, or the beginning of one that holds the prefix `INH`. Codes
    are taken in any case, and rules by their names. None where there is no such rule."""
    code = rule_names().get(word.lower()) or word.upper()
    known = code == ALL or (code.startswith("INH") and any(each.startswith(code) for each in known_codes()))
    return code if known else None


def is_ours(code: str) -> bool:
    """Whether `code` is one of ours, or the beginning of one, as a comment or flake8 has to spell it."""
    return code.startswith("INH") and selector(code) is not None


def reach(selectors: tuple[str, ...], code: str) -> int:
    """How much of `code` the most precise of `selectors` spells out: 1 for `ALL`, 0 where none fits."""
    return max(
        (1 if each == ALL else len(each) for each in selectors if each == ALL or code.startswith(each)), default=0
    )
