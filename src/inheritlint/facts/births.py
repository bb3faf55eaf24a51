"""Descriptors as they come into being: inheritable or not, and on which number, as far as the state of a path goes."""

import libcst as cst

from inheritlint.facts.effects import Effects
from inheritlint.facts.observation import Argument, Given
from inheritlint.facts.state import Mark, State
from inheritlint.facts.streams import STREAMS, closed_by_range, number_of
from inheritlint.facts.values import Bits, Reference, Thing, Value, as_bits, options, truth
from inheritlint.knowledge.deeds import Deed, Kind, Known
from inheritlint.knowledge.flags import CONSTANTS, FD_CLOEXEC

#: What lands on the lowest free number.
LANDING = (Kind.DESCRIPTOR, Kind.FILE, Kind.SOCKET)


class Births(Effects):
    """Marks what is created, duplicated or received inheritable, and follows 0, 1 and 2."""

    def created(self, node: cst.Call, name: str, known: Known, arguments: Given, state: State) -> Value:
        """What a call makes or receives; marked unless a flag keeps it from children, or cannot be read."""
        if known.deed is not Deed.FOREIGN:  # the C library raises nothing
            self.may_raise(state)
        thing = Thing(node, (), known.makes)
        flags = arguments.bind(known).get("flags")
        if known.flag in CONSTANTS:
            private = flags is None or not as_bits(flags.value).holds(CONSTANTS[known.flag]).is_false
        else:
            private = name.startswith("recvmsg") or (known.makes is None and known.deed is Deed.FOREIGN)
        if not private:
            self.leak(thing, node, state)
        return thing

    def duplicated_onto(self, node: cst.Call, arguments: dict[str, Argument], state: State) -> Value:
        """`os.dup2(fd, fd2)`: what `fd2` was is closed, and it is marked unless told otherwise."""
        source, target, wanted = (arguments.get(name) for name in ("fd", "fd2", "inheritable"))
        if target is None:
            return Thing(node)
        if source is not None and source.value == target.value:
            return target.value
        leaks = wanted is None or truth(wanted.value) is True
        self._onto_stream(node, source, target.value, leaks, state)
        things = [option for option in options(target.value, state.platforms) if isinstance(option, Thing)]
        if isinstance(target.value, Bits):
            things = [numbered(target.value)]
        for thing in things:
            state.take_back(thing)
            state.undo(thing, node)
        if leaks and len(things) == 1:
            self.leak(things[0], node, state)
        return target.value

    def _onto_stream(self, node: cst.Call, source: Argument | None, target: Value, leaks: bool, state: State) -> None:
        number = number_of(target)
        if number not in STREAMS or (source is not None and number_of(source.value) == number):
            return
        state.streams = state.streams.replaced(number) if leaks else state.streams.shut(number, node)

    def landed(self, node: cst.Call, kind: Kind | None, state: State) -> Value:
        """What is created after 0, 1 or 2 was closed has the lowest free number."""
        state.streams, number = state.streams.landing(node)
        if kind is Kind.DESCRIPTOR:
            return Bits(number)
        return Thing(("number", number), (), kind)

    def closed_range(self, node: cst.Call, arguments: dict[str, Argument], state: State) -> None:
        """`os.closerange(low, high)`: every number from `low` to before `high` is closed."""
        low, high = arguments.get("fd_low"), arguments.get("fd_high")
        closed = closed_by_range(low.value if low else None, high.value if high else None)
        state.streams = state.streams.closing(closed, node)

    def forked_terminal(self, node: cst.Call, state: State) -> Value:
        """`pty.fork()`: a child on a new terminal; its master, the second of the pair, is inheritable (gh-139184)."""
        self.may_raise(state)
        pair = Thing(("fork", node))
        self.leak(pair.step("[1]"), node, state)
        return pair

    def commanded(self, node: cst.Call, arguments: Given, state: State) -> Value:
        """`fcntl.fcntl(fd, cmd, arg)`."""
        command = arguments.positional[1].value if len(arguments.positional) > 1 else None
        name = command.name if isinstance(command, Reference) else ""
        if name == "fcntl.F_DUPFD":
            return self.duplicated(node, arguments, state)
        if name == "fcntl.F_SETFD":
            self._set_flags(node, arguments, state)
        elif "CLOEXEC" in name:
            for thing in arguments.things()[:1]:
                self.undo(thing, node, state)
        elif name not in ("fcntl.F_GETFD", "fcntl.F_GETFL"):
            self.may_raise(state)
        return Thing(node, (), Kind.DESCRIPTOR if name == "fcntl.F_DUPFD_CLOEXEC" else None)

    def _set_flags(self, node: cst.Call, arguments: Given, state: State) -> None:
        """F_SETFD: one bit counts; without it children get the descriptor (fcntl(2))."""
        flags = arguments.positional[2].value if len(arguments.positional) > 2 else Bits(0)
        held = as_bits(flags).holds(FD_CLOEXEC)
        number = number_of(arguments.positional[0].value)
        if number in STREAMS:
            state.streams = state.streams.opened(number) if held.is_false else state.streams.shut(number, node)
        for thing in arguments.things()[:1]:
            if held.is_false:
                self.shares(thing)
                self.leak(thing, node, state)
            else:
                self.undo(thing, node, state)

    def leak(self, thing: Thing, node: cst.Call, state: State) -> None:
        """Children can get `thing` from now on, by `node`; who did it first is kept."""
        known = state.marks.get(thing.owner)
        if known is not None and known.undone is not None and known.node is not node:
            self.spent(thing.owner, known, state)
        if known is None or known.undone is not None or known.forked:
            again = thing.owner in state.taken_back
            before = known.children if known is not None and known.node is node else ()  # a loop marks it again
            state.marks[thing.owner] = Mark(node, forked=state.forked, again=again, children=before)


def numbered(number: Bits) -> Thing:
    """The descriptor of that very number."""
    return Thing(("number", number.number))
