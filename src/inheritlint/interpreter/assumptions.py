"""What is left of a state where a condition turns out one way."""

from collections.abc import Hashable

from inheritlint.domain.alternatives import options_of
from inheritlint.domain.state import State
from inheritlint.domain.truth import is_soft, known_of_python, truth
from inheritlint.domain.values import ObjectRef, PerPlatform, Test, Value


def assume(state: State, value: Value, outcome: bool) -> State | None:
    """What is left of `state` where `value` is true, or false; None where no platform is. A state that contradicts a
    constant goes on, and is not credible."""
    platforms: frozenset[int] = frozenset()
    credible = False
    fact: tuple[Hashable, bool] | None = None
    chosen = options_of(value)
    for option in chosen:
        match option:
            case PerPlatform(values):
                on = frozenset(i for i in state.platforms if truth(values[i]) is not (not outcome))
                platforms |= on
                credible |= bool(on)
                continue
            case Test(about, wanted):
                asked, answer = about, wanted is outcome
            case ObjectRef() if not option.is_anything:
                asked, answer = option, outcome
            case _:
                asked, answer = None, outcome
        platforms |= state.platforms
        if asked is None:
            known = truth(option)
            credible |= known is None or known is outcome or is_soft(option)
            continue
        contents = state.contents(option)
        before = True if contents is not None and truth(contents) else _known_answer(state, asked)
        credible |= before is None or before is answer
        if before is None and len(chosen) == 1:
            fact = asked, answer
    if not platforms:
        return None
    way = state.copy()
    way.platforms = platforms
    way.credible = state.credible and credible
    if fact is not None:
        way.facts = {**way.facts, fact[0]: fact[1]}
    return way


def _known_answer(state: State, asked: Hashable) -> bool | None:
    known = state.facts.get(asked, known_of_python(asked))
    if known is None and isinstance(asked, ObjectRef) and state.facts.get((asked, "is None")):
        return False  # None is not true
    if known is None and isinstance(asked, tuple) and asked[1:] == ("is None",) and state.facts.get(asked[0]):
        return False  # what is true is not None
    return known
