"""Which functions of a file may run in the child of a fork(2)."""

from collections import defaultdict
from collections.abc import Iterable

from inheritlint.source.units import Function, Unit

_FORKING = frozenset(["fork", "forkpty"])


def called_after_fork(units: Iterable[Unit]) -> frozenset[str]:
    """The names of the functions and methods in which a process forks, of those that stand there, and of those that
    stand in one of these."""
    pending = [unit for unit in units if not unit.words.isdisjoint(_FORKING)]
    if not pending:
        return frozenset()
    defined: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        if isinstance(unit.node, Function):
            defined[unit.name].append(unit)
    found = {unit.name for unit in pending if isinstance(unit.node, Function)}
    while pending:
        named = pending.pop().names.all & defined.keys()
        pending += [unit for name in named - found for unit in defined[name]]
        found |= named
    return frozenset(found)
