"""Descriptors that children get from their first moment, as far as the state of a path goes."""

import libcst as cst

from inheritlint.facts.effects import Effects
from inheritlint.facts.observation import Argument, Given
from inheritlint.facts.state import Mark, State
from inheritlint.facts.values import Bits, Thing, Value, as_bits, options, truth
from inheritlint.knowledge.calls import Known
from inheritlint.knowledge.flags import CONSTANTS


class Births(Effects):
    """Marks what is created, duplicated or received inheritable."""

    def created(self, node: cst.Call, name: str, known: Known, arguments: Given, state: State) -> Value:
        """What a call makes or receives; marked unless a flag keeps it from children, or cannot be read."""
        self.may_raise(state)
        thing = Thing(node, (), known.makes)
        flags = arguments.bind(known).get("flags")
        if known.flag:
            private = flags is None or not as_bits(flags.value).holds(CONSTANTS[known.flag]).is_false
        else:
            private = name.startswith("recvmsg")
        if not private:
            self._leak(thing, node, state)
        return thing

    def duplicated_onto(self, node: cst.Call, arguments: dict[str, Argument], state: State) -> Value:
        """`os.dup2(fd, fd2)`: what `fd2` was is closed, and it is marked unless told otherwise."""
        target, wanted = arguments.get("fd2"), arguments.get("inheritable")
        if target is None:
            return Thing(node)
        leaks = wanted is None or truth(wanted.value) is True
        things = [option for option in options(target.value, state.platforms) if isinstance(option, Thing)]
        if isinstance(target.value, Bits):
            things = [numbered(target.value)]
        for thing in things:
            state.undo(thing, node)
        if leaks and len(things) == 1:
            self._leak(things[0], node, state)
        return target.value

    def _leak(self, thing: Thing, node: cst.Call, state: State) -> None:
        if not state.forked:
            state.marks[thing.owner] = Mark(node)


def numbered(number: Bits) -> Thing:
    """The descriptor of that very number."""
    return Thing(("number", number.number))
