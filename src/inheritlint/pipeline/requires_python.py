"""`requires-python` to the oldest Python that it admits (PEP 440, as far as minor versions go)."""

import re
from functools import cache

# Every minor version there was, and more than there will be for a while.
_MINORS = [(2, 6), (2, 7), *((3, minor) for minor in range(60))]
#: The longest specifier that is read: to find out that a longer one is none takes its time.
_LONGEST = 500
# Nothing is tried twice: `a.a.a.a.…` could be read in as many ways as there are subsets of its dots.
_SUFFIX = r"(?:[-_.]?(?:alpha|a|beta|b|preview|pre|post|dev|rev|rc|r|c)[-_.]?\d*)*+(?:\+[a-z0-9._-]+)?"
_CLAUSE = re.compile(rf"\s*(~=|===?|!=|<=|>=|<|>)\s*v?(\d+(?:\.\d+)*)((?:\.\*)?){_SUFFIX}\s*", re.IGNORECASE)


def understood(specifier: str) -> bool:
    """Whether `specifier` is a list of version clauses, separated by commas."""
    return len(specifier) <= _LONGEST and all(
        _CLAUSE.fullmatch(clause) for clause in specifier.split(",") if clause.strip()
    )


@cache
def oldest(specifier: str | None) -> tuple[int, int] | None:
    """The oldest minor version of which some release is admitted; None where `specifier` sets no lower bound,
    admits nothing or is not understood."""
    clauses = [clause for clause in (specifier or "").split(",") if clause.strip()]
    if not clauses or not understood(specifier or ""):
        return None
    admitted = [minor for minor in _MINORS if all(_admits(clause, minor) for clause in clauses)]
    return admitted[0] if admitted and admitted[0] != _MINORS[0] else None


def _admits(clause: str, minor: tuple[int, int]) -> bool:
    match = _CLAUSE.fullmatch(clause)
    assert match is not None
    operator, number, wildcard = match.groups()
    version = tuple(map(int, number.split(".")))
    series = version[:2]
    same = minor[: len(series)] == series
    # A bound with only a major version stands for that version's .0.
    floor = (*series, 0)[:2]
    match operator:
        case ">=" | ">":
            return minor >= floor
        case "<":
            return minor < floor or (minor == floor and any(version[2:]))
        case "<=":
            return minor <= floor
        case "~=":
            return minor >= floor and minor[0] == version[0] and (len(version) < 3 or minor == floor)
        case "!=":
            return not (wildcard and same and len(version) <= 2)
        case _:
            return same if wildcard else minor == floor
