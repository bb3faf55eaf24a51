"""What has reached the landing pads of one function. Most that may raise brings nothing new: one handler stands below
many instructions, and what changes between them is seldom read there."""

from operator import is_

from inheritlint.domain.state import InFlight, State
from inheritlint.flow.blocks import Function

_MOST = 8  # states of one pad that are remembered


class Thrown:
    """Of each landing pad the last states that were thrown there, as far as they are read."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._before: dict[tuple[int, InFlight], list[list[object]]] = {}

    def is_known(self, pad: int, flying: InFlight, state: State) -> bool:
        """Whether a state in which all that is read at `pad` is the very same was there; from now on it was."""
        live, kept = self._function.live[pad], self._function.kept
        seen: list[object] = [
            state.heap, state.marks, state.facts, state.closed, state.deferred, state.platforms, state.streams,
            state.forked, state.children, state.ends, state.locks, state.swept, state.credible,
        ]  # fmt: skip
        for name, value in state.variables.items():
            if type(name) is tuple or name in live:
                seen += name, value
        for register, value in state.registers.items():
            if register in kept:
                seen += register, value
        before = self._before.setdefault((pad, flying), [])
        if any(len(each) == len(seen) and all(map(is_, each, seen)) for each in before):
            return True
        before.append(seen)
        del before[:-_MOST]
        return False
