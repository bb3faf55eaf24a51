"""What one path saw at one call: which function it is, with which arguments, where it can run."""

from dataclasses import dataclass, field

import libcst as cst

from inheritlint.facts.streams import UNTOUCHED, Streams
from inheritlint.facts.values import Choice, Items, Mixed, PerPlatform, Table, Thing, Value, options
from inheritlint.knowledge.deeds import Known


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its value, and its node where it is written in this call."""

    value: Value
    node: cst.Arg | None


@dataclass(frozen=True, slots=True)
class Given:
    """All arguments of a call. `open_ended` is true where `*args` or `**kwargs` may hold more than is known,
    `open_named` where the latter may."""

    positional: tuple[Argument, ...]
    named: tuple[tuple[str, Argument], ...]
    open_ended: bool
    open_named: bool = False

    def bind(self, known: Known) -> "dict[str, Argument]":
        """Arguments by parameter name; those past the last parameter are left out."""
        bound = dict(zip(known.parameters, self.positional, strict=False))
        return bound | dict(self.named)

    def things(self) -> list[Thing]:
        """Every thing among the arguments, one level into displays."""
        found: list[Thing] = []
        for argument in (*self.positional, *(argument for _, argument in self.named)):
            found.extend(things_in(argument.value))
        return found


@dataclass(frozen=True, slots=True)
class Observation:
    """A call of `known` under the qualified name `name`, on one path. `caught` says that the path survives where
    the function does not exist; `forked` that only a forked child runs it; `streams` what became of 0, 1 and 2 before,
    `inheritable` what children would get now; `environment` what is known of the environment of the child it starts,
    `names` what the names of things are there."""

    node: cst.Call
    name: str
    known: Known
    given: Given
    platforms: frozenset[int]
    caught: bool
    forked: bool
    streams: Streams = UNTOUCHED
    inheritable: frozenset[Thing] = frozenset()
    environment: tuple[tuple[str, Value], ...] = ()
    names: tuple[tuple[str, Thing], ...] = field(default=(), compare=False)

    def spelled(self, thing: Thing) -> str | None:
        """How `thing` is written where the call stands: the shortest expression for it; None where it has no name."""
        found = []
        for name, value in self.names:
            if value == thing:
                found.append(name)
            elif thing.path[-1:] == (".fileno",) and value == thing.owner:
                found.append(f"{name}.fileno()")
            elif thing.path and thing.path[-1][1:-1].isdigit() and value == Thing(thing.root, thing.path[:-1]):
                found.append(f"{name}{thing.path[-1]}")
        return min(found, key=len, default=None)

    @property
    def may_hold_more(self) -> bool:
        """Whether a parameter may be given that is not known: in `**kwargs`, or in `*args` where that can hold it."""
        return self.given.open_named or (self.given.open_ended and len(self.known.parameters) > 2)

    @property
    def arguments(self) -> dict[str, Argument]:
        return self.given.bind(self.known)

    def value(self, parameter: str) -> Value | None:
        """The value given for `parameter`, None where it is left out."""
        argument = self.arguments.get(parameter)
        return argument.value if argument else None


def given(arguments: list[tuple[str | None, str, Value, cst.Arg | None]]) -> Given:
    """Arguments as they stand: (keyword, star, value, node) each."""
    positional: list[Argument] = []
    named: dict[str, Argument] = {}
    open_ended = open_named = False
    for keyword, star, value, node in arguments:
        if star == "*":
            if isinstance(value, (Items, Mixed)):
                positional.extend(Argument(item, None) for item in value.items)
            open_ended |= not isinstance(value, Items)
        elif star == "**":
            tables = list(options(value))
            if len(tables) == 1 and isinstance(tables[0], Table):
                named |= {str(key): Argument(item, None) for key, item in tables[0].entries}
                open_named |= not tables[0].whole
            else:
                open_named = True
        elif keyword is not None:
            named[keyword] = Argument(value, node)
        else:
            positional.append(Argument(value, node))
    return Given(tuple(positional), tuple(named.items()), open_ended or open_named, open_named)


def things_in(value: Value) -> list[Thing]:
    """The things that `value` is or shows: itself, its options, its elements."""
    match value:
        case Thing():
            return [value]
        case Items(items) | Mixed(items):
            return [thing for item in items for thing in things_in(item)]
        case Table(entries):
            return [thing for _, item in entries for thing in things_in(item)]
        case Choice() | PerPlatform():
            return [option for option in options(value) if isinstance(option, Thing)]
    return []
