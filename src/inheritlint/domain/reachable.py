"""Which objects can still be reached when a function is left: what the others hold is asked no more."""

from collections.abc import Iterable, Set

from inheritlint.domain.mapping import origins_inside
from inheritlint.domain.origins import Made, Origin
from inheritlint.domain.state import Cell, State
from inheritlint.domain.values import ObjectRef, Value
from inheritlint.flow.blocks import Function


def reachable_heap(state: State, function: Function, brought: Set[Origin]) -> dict[Cell, Value]:
    """The heap of `state`, in which `function` is left, without what it made, or what calls in it have `brought`, and
    nothing leads to."""
    heap = state.heap
    made: dict[Origin, list[Cell]] = {}
    for cell in heap:
        origin = cell[0].origin
        if type(origin) is Made and (origin in brought if origin.via else origin.maker is function):
            made.setdefault(origin, []).append(cell)
    if not made:
        return heap
    own = {cell for cells in made.values() for cell in cells}
    waiting = [
        *_inside((*state.registers.values(), *state.variables.values())),
        *_inside(value for cell, value in heap.items() if cell not in own),
        *(each.origin for each in _things_of(state)),
    ]
    while waiting and made:
        cells = made.pop(waiting.pop(), ())
        waiting += _inside(heap[cell] for cell in cells)
    if not made:
        return heap
    lost = {cell for cells in made.values() for cell in cells}
    return {cell: value for cell, value in heap.items() if cell not in lost}


def _inside(values: Iterable[Value]) -> list[Origin]:
    return [
        origin
        for value in values
        for origin in ((value.origin,) if type(value) is ObjectRef else origins_inside(value))
    ]


def _things_of(state: State) -> Iterable[ObjectRef]:
    """What something has become of."""
    yield from (owner for owner, _ in state.marks)
    yield from state.closed
    yield from state.deferred
    yield from (thing for thing, _ in (*state.locks, *state.swept))
