"""What a function finds of those around it: their variables, and what their containers hold.

A nested function sees no single assignment of an outer variable, but what the variable holds when it is called: where
the outer function calls it, or passes it on, after which it is not known when it runs, and where that function is left.
"""

from collections.abc import Iterable
from dataclasses import field
from functools import reduce

from inheritlint.domain.alternatives import references
from inheritlint.domain.disjuncts import Disjuncts
from inheritlint.domain.joins import pieced
from inheritlint.domain.origins import Made
from inheritlint.domain.state import Cell, State, join
from inheritlint.domain.values import ObjectRef, Value
from inheritlint.findings.classes import distinct
from inheritlint.flow.blocks import Function
from inheritlint.flow.instructions import MakeFunction


@distinct
class Moments:
    """The states of `function` in which functions inside it may run, by the block: those in which it calls them or is
    left, and those in which the process ends."""

    function: Function
    ordinary: dict[int, Disjuncts] = field(default_factory=dict)
    final: dict[int, Disjuncts] = field(default_factory=dict)

    def note(self, block: int, state: State, *, final: bool = False) -> None:
        """`state` is one of them."""
        function = self.function
        if function.parent is None or not function.inner:
            return
        kept = State(platforms=state.platforms, credible=state.credible)
        kept.variables = {name: state.variables[name] for name in function.shared if name in state.variables}
        kept.heap = {cell: value for cell, value in state.heap.items() if _is_made_in(function, cell[0])}
        (self.final if final else self.ordinary).setdefault(block, Disjuncts()).add(kept)

    def after(self, inner: Function) -> list[State]:
        """Those that `function` may reach once `inner` is defined."""
        blocks = _blocks_after(self.function, inner)
        for moments in (self.ordinary, self.final):
            states = [state for block in sorted(moments.keys() & blocks) for state in moments[block].states]
            if states:
                return [state for state in states if state.credible] or states
        return []

    def is_like(self, other: "Moments") -> bool:
        """Whether both say the same."""
        return all(
            one.keys() == two.keys() and all(one[block].is_like(two[block]) for block in one)
            for one, two in ((self.ordinary, other.ordinary), (self.final, other.final))
        )


def _is_made_in(function: Function, thing: ObjectRef) -> bool:
    return isinstance(thing.origin, Made) and thing.origin.maker is function


def _blocks_after(function: Function, inner: Function) -> set[int]:
    """The blocks of `function` that run when `inner` is defined, or may run later."""
    pending = [
        block.number
        for block in function.blocks
        for each in block.instructions
        if type(each) is MakeFunction and each.function is inner
    ]
    seen = set(pending)
    while pending:
        block = function.blocks[pending.pop()]
        following = [*(block.end.targets if block.end is not None else ()), *([] if block.pad is None else [block.pad])]
        pending += [each for each in following if each not in seen]
        seen.update(following)
    return seen


@distinct
class Surroundings:
    """The moments of the functions of a file. `changed` are, by function, the variables whose contents a function
    inside it changes; None before that is known. `changed_cells` are the cells that one was seen to change."""

    changed: dict[Function, set[str]] | None = None
    changed_cells: set[Cell] = field(default_factory=set)
    _moments: dict[Function, Moments] = field(default_factory=dict)
    _found: dict[Function, tuple[dict[str, Value], dict[Cell, Value]]] = field(default_factory=dict)

    def take(self, moments: Moments) -> bool:
        """`moments` are now what is known of their function; whether that says anything new."""
        known = self._moments.get(moments.function)
        if not moments.function.inner:
            return False
        if known is None or not known.is_like(moments):
            self._moments[moments.function] = moments
            self._found.clear()
            return True
        return False

    def forget(self) -> None:
        """Something was changed: what was found has to be found again."""
        self._found.clear()

    def variable(self, owner: Function, name: str, function: Function) -> Value | None:
        """What `function`, inside of `owner`, finds in a variable of `owner`; None where that is not known."""
        inner = next((each for each in function.outward() if each.parent is owner), None)
        return None if inner is None else self._seen_from(inner)[0].get(name)

    def heap(self, function: Function) -> dict[Cell, Value]:
        """What the containers of the functions around `function` hold."""
        found: dict[Cell, Value] = {}
        for inner in reversed([each for each in function.outward() if each.parent is not None]):
            found |= self._seen_from(inner)[1]
        return found

    def _seen_from(self, inner: Function) -> tuple[dict[str, Value], dict[Cell, Value]]:
        if inner not in self._found:
            moments = self._moments.get(inner.parent) if inner.parent is not None else None
            states = [] if moments is None else moments.after(inner)
            variables = _joined(states)
            self._found[inner] = variables, self._kept(inner, states, variables)
        return self._found[inner]

    def _kept(self, inner: Function, states: list[State], variables: dict[str, Value]) -> dict[Cell, Value]:
        if not states or self.changed is None or inner.parent is None:
            return {}
        changed = [variables[name] for name in self.changed.get(inner.parent, ()) if name in variables]
        lost = {thing for value in changed for thing in references(value)}
        heap = reduce(join, states).heap
        return {cell: value for cell, value in heap.items() if cell[0] not in lost and cell not in self.changed_cells}


def _joined(states: Iterable[State]) -> dict[str, Value]:
    """What variables hold in `states`, platform by platform."""
    found: dict[str, list[tuple[frozenset[int], Value]]] = {}
    for state in states:
        for name, value in state.variables.items():
            if isinstance(name, str):
                found.setdefault(name, []).append((state.platforms, value))
    return {name: pieced(pieces) for name, pieces in found.items()}
