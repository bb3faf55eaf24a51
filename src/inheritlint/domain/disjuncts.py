"""The states that reach one point: a few are kept apart, the rest are joined."""

from collections.abc import Callable, Hashable, Iterable

from inheritlint.domain.joins import widened
from inheritlint.domain.state import State, join
from inheritlint.domain.values import OneOf, Value

#: States of one point that are kept apart; beyond that those are joined in which the same became of descriptors.
MAX_STATES = 8
#: And states in which nothing has become of a descriptor yet: what tells these apart is seldom asked about.
MAX_PLAIN = 4
_JOINING_VISITS = 6 * MAX_STATES  # a point that was reached so often is joined by what became of descriptors
#: How states are told apart that have to be joined, the finest way first: the next one where that leaves too many.
_SHAPES = (State.shape_with_facts, State.shape_with_things, State.shape)
_WIDENING_VISITS = 10 * MAX_STATES  # and one reached so often is joined whatever became of them


class Disjuncts:
    """What is known at one point, on all paths."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self._visits = 0
        self._shape: Callable[[State], Hashable] | None = None  # by which those that came were joined, if any were

    def __contains__(self, state: State) -> bool:
        return id(state) in map(id, self.states)

    def add(self, state: State) -> list[State]:
        """Take `state` in; returns what is new and has to be run."""
        if not state.credible and state.platforms <= _covered(self.states):
            return []  # the point is reached anyhow
        for known in self.states:  # most come again
            if state.is_like(known):
                return []
        self._visits += 1
        doubted = [each for each in self.states if not each.credible]
        if state.credible and doubted:
            covered = state.platforms | _covered(each for each in self.states if each.credible)
            self.states = [each for each in self.states if each.credible or not each.platforms <= covered]
        if (counterpart := self._counterpart(state)) is not None:
            return self._joined(counterpart, state)
        before = self.states
        self.states = [*before, state]
        if _are_few(self.states) and self._visits < _JOINING_VISITS:
            return [state]
        self._reduce()
        # One that is there already stays what it is: it may be waiting for its turn.
        there = set(map(id, before))
        fresh: list[State] = []
        for place, each in enumerate(self.states):
            if id(each) in there:
                continue
            same = next((known for known in before if known.is_like(each)), None)
            if same is None:
                fresh.append(each)
            else:
                self.states[place] = same
        return fresh

    def widened(self, later: "Disjuncts") -> "Disjuncts":
        """What covers these states and `later` ones: one for each end that descriptors come to, so that a recursion
        comes to an end too."""
        result = Disjuncts()
        result.states = [_widened(each) for each in _grouped([*self.states, *later.states], State.shape)]
        if len(result.states) > MAX_STATES:
            result.states = _grouped(result.states, _direction)
        return result

    def is_like(self, other: "Disjuncts") -> bool:
        """Whether both hold the same states."""
        return len(self.states) == len(other.states) and all(
            any(state.is_like(each) for each in other.states) for state in self.states
        )

    def _counterpart(self, state: State) -> State | None:
        """The state with which `state` is joined at once, where so many came before that they were joined, too."""
        shape_of = self._shape
        if shape_of is None:
            return None
        if not (state.is_plain or shape_of is _direction or self._visits > _JOINING_VISITS):
            return None
        shape = shape_of(state)
        return next((each for each in self.states if shape_of(each) == shape), None)

    def _joined(self, known: State, state: State) -> list[State]:
        """Join `state` with one that is there; returns what is new."""
        both = join(known, state)
        if self._shape is _direction:
            both = _widened(both)
        if both.is_like(known):
            return []
        others = [each for each in self.states if each is not known]
        if any(both.is_like(each) for each in others):
            self.states = others
            return []
        self.states = [both if each is known else each for each in self.states]
        return [both]

    def _reduce(self) -> None:
        if self._visits > _WIDENING_VISITS:
            self._shape = _direction
            self.states = [_widened(each) for each in _grouped(self.states, _direction)]
            return
        groups = self.states
        for shape in _SHAPES[_SHAPES.index(self._shape or _SHAPES[0]) :]:
            groups = _grouped(groups, shape)
            if shape is not State.shape:  # what is closed keeps new ones apart, until they are too many again
                self._shape = shape
            if _are_few(groups):
                break
        for coarser in (_fates, _direction):
            if len(groups) > MAX_STATES:
                groups = _grouped(groups, coarser)
        self.states = groups


def _are_few(states: list[State]) -> bool:
    """Whether `states` may stay apart."""
    if len(states) <= MAX_PLAIN:
        return True
    return len(states) <= MAX_STATES and sum(state.is_plain for state in states) <= MAX_PLAIN


def _covered(states: Iterable[State]) -> frozenset[int]:
    """The platforms of `states`."""
    return frozenset().union(*(state.platforms for state in states))


def _direction(state: State) -> Hashable:
    """Where a path leads, and whether anything is inheritable on it."""
    flying = state.in_flight
    shares = any(mark.is_inheritable for mark in state.marks.values())
    return flying is None, flying is None or flying.probable, shares, bool(state.forked), state.credible


def _fates(state: State) -> Hashable:
    """The same, and what may have become of each descriptor, by whatever call."""
    return _direction(state), frozenset((key, mark.may_be) for key, mark in state.marks.items())


def _grouped(states: list[State], shape_of: Callable[[State], Hashable]) -> list[State]:
    groups: dict[Hashable, State] = {}
    for state in states:
        shape = shape_of(state)
        known = groups.setdefault(shape, state)
        if known is not state:
            groups[shape] = join(known, state)
    return list(groups.values())


def _widened(state: State) -> State:
    result = state.copy()
    result.variables = {name: _flat(value) for name, value in state.variables.items()}
    result.registers = {register: _flat(value) for register, value in state.registers.items()}
    return result


def _flat(value: Value) -> Value:
    return widened(list(value.options)) if isinstance(value, OneOf) else value


def bounded(states: list[State]) -> list[State]:
    """What can end in several ways doubles the states: they are bounded at once, not only where blocks meet."""
    kept = Disjuncts()
    for state in states:
        kept.add(state)
    return kept.states
