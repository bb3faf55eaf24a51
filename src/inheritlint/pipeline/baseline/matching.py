"""Old findings and new ones, one to one: what was there before, though it has moved, and what has come."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from inheritlint.pipeline.baseline.identity import Identity

#: What two findings have in common to be one and the same, the strictest first; the rule always is.
_ROUNDS: tuple[Callable[[Identity], Hashable], ...] = (
    lambda each: each,
    lambda each: (each.code, each.path, each.text),  # the function has a new name
    lambda each: (each.code, each.scope, each.text),  # the file has
    lambda each: (each.code, each.path, each.scope),  # the call was edited
)


class Matching(NamedTuple):
    """For each new finding whether it was there before, and the old findings that are there no more."""

    is_known: list[bool]
    gone: list[Identity]


def match(old: Sequence[Identity], new: Sequence[Identity]) -> Matching:
    """Pair the findings of `old` and `new`, each at most once. Of several that fit alike the first is taken: one more
    beside those that were known is one that is not known."""
    left_old, left_new = list(range(len(old))), list(range(len(new)))
    for common in _ROUNDS:
        places: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for place in left_old:
            places[common(old[place])].append(place)
        taken, unmatched = set(), []
        for place in left_new:
            if candidates := places.get(common(new[place])):
                taken.add(candidates.popleft())
            else:
                unmatched.append(place)
        left_old, left_new = [place for place in left_old if place not in taken], unmatched
    unknown = set(left_new)
    return Matching([place not in unknown for place in range(len(new))], [old[place] for place in left_old])
