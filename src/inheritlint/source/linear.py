"""Patterns that take time in proportion to the path, whatever they are: they come from strangers' repositories.

pathspec makes a regular expression of each. Where a star follows another in it, `re` tries each place of the one with
each place of the other: exponentially many. Between two stars the first place that fits is as good as any, so it is
taken for good (an atomic group, as `fnmatch` of the standard library does).
"""

import re
from typing import Any

from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_STAR = r"\[\^/\]\*"
_SET = r"\[\^?\]?(?:\\.|[^\]\\])*\](?![*+])"
#: Of what pathspec writes: a character, an escaped one, a `?`, or a set of characters.
_ONE = rf"(?:\\.|{_SET}|[^\\\[\]()/.*+?^$|{{}}])"
_STARS = re.compile(f"(?:{_STAR}){{2,}}")
_TO_NEXT_STAR = re.compile(f"{_STAR}({_ONE}+)(?={_STAR})")
_SETS = re.compile(rf"(\\.)|\[\^/\]|({_SET})")
_DEEP = re.compile(r"\(\?:/\.\+\)\?")
_FIRST_DEEP = "^(?:.+/)?"


class Pattern(GitIgnoreSpecPattern):
    """A line of `.gitignore`."""

    @classmethod
    def pattern_to_regex(cls, pattern: Any) -> Any:
        """The regular expression of `pattern`, and whether it leaves out or lets in."""
        regex, include = super().pattern_to_regex(pattern)
        return (linear(regex) if isinstance(regex, str) else regex), include


def linear(regex: str) -> str:
    """What matches the same as `regex`, one that pathspec has made, and goes back at most to its last star."""
    regex = _TO_NEXT_STAR.sub(r"(?>[^/]*?\1)", _STARS.sub("[^/]*", regex))
    # git lets no set match a slash, pathspec lets `[!a]` and `[+-9]`.
    regex = _SETS.sub(lambda found: f"(?!/){found[2]}" if found[2] else found[0], regex)
    first, *others = _DEEP.split(regex)
    if not others:
        return regex
    # `**` between folders: what is between two of them ends before a slash, and the first place is as good as any.
    *between, last = others
    if first.startswith(_FIRST_DEEP):
        first = f"^(?>(?:.+?/)??{first.removeprefix(_FIRST_DEEP)}(?=/))"
    return first + "".join(f"(?>(?:/.+?)??{each}(?=/))" for each in between) + "(?:/.+)?" + last
