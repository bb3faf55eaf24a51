"""Runs one function's blocks until no new state arrives: a worklist in the order of the program."""

from inheritlint.domain.disjuncts import bounded
from inheritlint.domain.state import State
from inheritlint.flow.blocks import Block
from inheritlint.interpreter.branches import ENDS
from inheritlint.interpreter.exits import Exits
from inheritlint.interpreter.frame import Frame
from inheritlint.interpreter.steps import STEPS

#: Visits of each of a function's blocks, on average: a bound on time for code that no bound on states holds, not a
#: means of tuning.
MAX_VISITS = 40
_ANY_VISITS = 2_000  # of a small function
_FEW = 4  # states that are not worth comparing


class Solver(Frame):
    """Solves one function from one entry."""

    def solve(self, entry: State) -> Exits:
        """How the function is left from `entry`."""
        self.flow(0, entry)
        most = _ANY_VISITS + MAX_VISITS * len(self.function.blocks)
        while self.steps < most and (following := self.next_state()) is not None:
            self.steps += 1
            self._run(*following)
        return self.exits

    def _run(self, block: Block, state: State) -> None:
        self.block = block
        states = [state]
        for instruction in block.instructions:
            step = STEPS[type(instruction)]
            self.at = instruction.node
            after: list[State] = []
            for each in states:
                for way, value in step(self, instruction, each):
                    way.registers[instruction.dst] = value
                    after.append(way)
            states = after if len(after) <= max(len(states), _FEW) else bounded(after)
        end = block.end
        assert end is not None
        self.at = getattr(end, "node", self.at)
        for each in states:
            ENDS[type(end)](self, end, each)
