"""What is known at one point of one path through a function."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace

import libcst as cst

from inheritlint.facts.streams import UNTOUCHED, Streams
from inheritlint.facts.values import Choice, Thing, Value, choice
from inheritlint.knowledge.platforms import EVERYWHERE

#: Paths kept apart at one point of a function; beyond this they are joined and differences become unknown.
MOST_STATES = 24
_FEW = 12  # states that are sooner compared than counted by their content


@dataclass(frozen=True, slots=True)
class Mark:
    """A descriptor was made inheritable by `node`; `undone` is what took that back, `forked` says that only a
    forked child did it, `again` that it was closed to children on purpose before; `children` is what was started
    meanwhile."""

    node: cst.CSTNode
    undone: cst.CSTNode | None = None
    forked: bool = False
    again: bool = False
    children: tuple[cst.CSTNode, ...] = ()


@dataclass(slots=True)
class State:
    """One path so far. `env` holds local names and attributes as text, `assumed` the outcome of conditions that
    are asked more than once, `marks` what was made inheritable, `deferred` what is closed or reset later for sure,
    `streams` what became of 0, 1 and 2, `taken_back` what was made non-inheritable on purpose.
    `most` is the number of paths that are kept apart."""

    env: dict[str, Value] = field(default_factory=dict)
    platforms: frozenset[int] = EVERYWHERE
    assumed: dict[Hashable, bool] = field(default_factory=dict)
    marks: dict[Thing, Mark] = field(default_factory=dict)
    deferred: frozenset[Thing] = frozenset()
    forked: bool = False
    streams: Streams = UNTOUCHED
    taken_back: frozenset[Thing] = frozenset()
    most: int = MOST_STATES

    def fork(self) -> "State":
        """The same, to go another way."""
        return State(
            dict(self.env),
            self.platforms,
            dict(self.assumed),
            dict(self.marks),
            self.deferred,
            self.forked,
            self.streams,
            self.taken_back,
            self.most,
        )

    def on(self, platforms: frozenset[int]) -> "State":
        """A fork that runs on `platforms` only."""
        other = self.fork()
        other.platforms = platforms
        return other

    def forget(self, name: str) -> None:
        """`name` is bound anew: what was known of it, of its attributes and of conditions on it no longer holds."""
        self.env.pop(name, None)
        prefix = name + "."
        if prefix in ".".join(self.env):  # a search of one text is far quicker than one of thousands of names
            for known in [key for key in self.env if key.startswith(prefix)]:
                del self.env[known]
        for asked in [
            key for key in self.assumed if isinstance(key, tuple) and isinstance(key[-1], frozenset) and name in key[-1]
        ]:
            del self.assumed[asked]

    def undo(self, thing: Thing, by: cst.CSTNode) -> None:
        """`thing` is closed or reset by `by`; so is everything that it holds, and whichever element it may be."""
        owner = thing.owner
        for marked, mark in self.marks.items():
            if mark.undone is None and same_or_inside(marked, owner):
                self.marks[marked] = replace(mark, undone=by)

    def take_back(self, thing: Thing) -> None:
        """`thing` is closed or made non-inheritable on purpose: it may be made inheritable again."""
        self.taken_back |= {thing.owner}

    def defer(self, thing: Thing) -> None:
        """`thing` will be closed or reset whatever happens."""
        self.deferred |= {thing.owner}

    @property
    def inheritable(self) -> frozenset[Thing]:
        """What a program that is started now would get, if nothing closes it."""
        return frozenset(thing for thing, mark in self.marks.items() if mark.undone is None)

    def started(self, child: cst.CSTNode) -> None:
        """A child starts now: it may get what is marked."""
        for marked, mark in self.marks.items():
            if mark.undone is None and child not in mark.children:
                self.marks[marked] = replace(mark, children=(*mark.children, child))

    def is_like(self, other: "State") -> bool:
        """Whether both will behave alike."""
        return (
            self.platforms == other.platforms
            and self.forked == other.forked
            and self.env == other.env
            and self.assumed == other.assumed
            and self.marks == other.marks
            and self.deferred == other.deferred
            and self.streams == other.streams
            and self.taken_back == other.taken_back
        )

    def key(self) -> Hashable:
        """Equal for states that are alike."""
        return (
            frozenset(self.env.items()),
            self.platforms,
            frozenset(self.assumed.items()),
            frozenset(self.marks.items()),
            self.deferred,
            self.forked,
            self.streams,
            self.taken_back,
        )


def same_or_inside(marked: Thing, owner: Thing) -> bool:
    """Whether closing `owner` closes `marked`: the same thing, an element of it, or one of its elements."""
    if marked == owner:
        return True
    if marked.root != owner.root:
        return False
    shorter = min(len(marked.path), len(owner.path))
    if any(not _alike(a, b) for a, b in zip(marked.path[:shorter], owner.path[:shorter], strict=True)):
        return False
    rest = marked.path[shorter:] or owner.path[shorter:]
    return len(marked.path) >= len(owner.path) or all(step.startswith("[") for step in rest)


def _alike(one: str, other: str) -> bool:
    return one == other or (one.startswith("[") and other.startswith("[") and "[*]" in (one, other))


def distinct(states: Iterable[State]) -> list[State]:
    """`states` without repetitions, and joined where there are too many to keep apart."""
    listed = list(states)
    if len(listed) <= 1:
        return listed
    if len(listed) <= _FEW:
        kept = _by_comparison(listed)
    else:
        found: dict[Hashable, State] = {}
        for state in listed:
            found.setdefault(state.key(), state)
        kept = list(found.values())
    return kept if len(kept) <= listed[0].most else _joined(kept)


def _by_comparison(states: list[State]) -> list[State]:
    """`states` without repetitions. Paths share most of their values, and what is identical is quickly compared."""
    kept: list[State] = []
    for state in states:
        if not any(state.is_like(other) for other in kept):
            kept.append(state)
    return kept


def _joined(states: list[State]) -> list[State]:
    """One state for each set of marks: values become choices, conditions are forgotten."""
    groups: dict[Hashable, list[State]] = {}
    for state in states:
        key = (frozenset(state.marks.items()), state.deferred, state.forked, state.streams)
        groups.setdefault(key, []).append(state)
    joined = []
    for group in groups.values():
        first = group[0].fork()
        names = set().union(*(state.env for state in group))
        first.env = {name: _limited(name, choice(_of_each(group, name))) for name in names}
        first.platforms = frozenset().union(*(state.platforms for state in group))
        first.assumed = {}
        joined.append(first)
    return joined[: states[0].most]


def _of_each(states: list[State], name: str) -> list[Value]:
    """What `name` stands for in each of `states`."""
    found = [state.env.get(name) for state in states]
    return [Thing(("unset", name)) if value is None else value for value in found]


def _limited(name: str, value: Value) -> Value:
    things = sum(isinstance(option, Thing) for option in value.options) if isinstance(value, Choice) else 0
    return Thing(("joined", name)) if things > 1 else value
