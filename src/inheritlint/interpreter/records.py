"""What one path saw at one call: which function it is, with which arguments, where it can run."""

from collections.abc import Callable, Iterable
from dataclasses import field, replace

import libcst as cst

from inheritlint.domain.alternatives import alternatives, things_in
from inheritlint.domain.ends import Ends
from inheritlint.domain.standard_streams import UNTOUCHED, StandardStreams
from inheritlint.domain.values import DictValue, ObjectRef, PartialSequence, QualifiedName, SequenceValue, Value
from inheritlint.findings.classes import frozen
from inheritlint.knowledge.effects import CallSpec, Kind

#: The parameter, by whatever name, for what a start does not close: children get it only if it is inheritable.
LEFT_OPEN = "<left open>"


@frozen
class Argument:
    """One argument: its value, and its node where it is written in this call."""

    value: Value
    node: cst.Arg | None = None


@frozen
class Arguments:
    """All arguments of a call. `has_unpacking` is true where `*args` or `**kwargs` may hold more than is known,
    `has_named_unpacking` where the latter may."""

    positional: tuple[Argument, ...] = ()
    named: tuple[tuple[str, Argument], ...] = ()
    has_unpacking: bool = False
    has_named_unpacking: bool = False

    def bind(self, spec: CallSpec) -> dict[str, Argument]:
        """Arguments by parameter name, those of a start as `subprocess` calls them; those past the last parameter are
        left out, and those that are listed one by one are one sequence."""
        taken = spec.taking(len(self.positional))
        bound = dict(zip(taken, self.positional, strict=False))
        if len(bound) < len(taken):
            listed = (each.value for name, each in zip(taken, self.positional, strict=False) if name == "args")
            bound["args"] = Argument(SequenceValue(tuple(listed)))
        bound |= dict(self.named)
        if spec.closes != "close_fds" and spec.closes in bound:
            bound["close_fds"] = bound.pop(spec.closes)
        if spec.allows in bound:
            bound[LEFT_OPEN if spec.needs_mark else "pass_fds"] = bound.pop(spec.allows)
        return bound

    def value(self, position: int, name: str) -> Value | None:
        """What is given for the parameter `name` at `position`, None where it is left out."""
        argument = self.argument(position, name)
        return argument.value if argument is not None else None

    def argument(self, position: int, name: str) -> Argument | None:
        """The same with the place where it is written."""
        for keyword, argument in self.named:
            if keyword == name:
                return argument
        return self.positional[position] if 0 <= position < len(self.positional) else None

    @property
    def given(self) -> tuple[Argument, ...]:
        """All of them: the positional ones first."""
        return (*self.positional, *(argument for _, argument in self.named))

    def things(self) -> list[ObjectRef]:
        """Every object among the arguments, with those inside displays."""
        return [thing for argument in self.given for thing in things_in(argument.value)]

    def after(self, count: int, *names: str) -> "Arguments":
        """Those behind the first `count` positional ones, without those of `names`."""
        named = tuple((name, argument) for name, argument in self.named if name not in names)
        return replace(self, positional=self.positional[count:], named=named)

    def mapped(self, change: Callable[[Value], Value]) -> "Arguments":
        """The same with `change` applied to each value."""
        return replace(
            self,
            positional=tuple(replace(each, value=change(each.value)) for each in self.positional),
            named=tuple((name, replace(each, value=change(each.value))) for name, each in self.named),
        )


def collect(written: Iterable[tuple[str | None, str, Value, cst.Arg | None]]) -> Arguments:
    """Arguments as they stand: (keyword, star, value, node) each."""
    positional: list[Argument] = []
    named: dict[str, Argument] = {}
    unpacked = unpacked_named = False
    for keyword, star, value, node in written:
        if star == "*":
            if isinstance(value, (SequenceValue, PartialSequence)):
                positional.extend(Argument(item) for item in value.items)
            unpacked |= not isinstance(value, SequenceValue)
        elif star == "**":
            for table in alternatives(value):
                if isinstance(table, DictValue):
                    named |= {key: Argument(item) for key, item in table.entries if isinstance(key, str)}
                unpacked_named |= not (isinstance(table, DictValue) and table.whole)
        elif keyword is not None:
            named[keyword] = Argument(value, node)
        else:
            positional.append(Argument(value, node))
    return Arguments(tuple(positional), tuple(named.items()), unpacked or unpacked_named, unpacked_named)


@frozen
class CallRecord:
    """A call that does what `spec` says, under the qualified name `name`, on one path. `caught` says that the path
    survives where the function does not exist, `forked` in the child of which forks it runs; `streams` what became of
    0, 1 and 2 before, `inheritable` what children would get now; `environment` what is known of the environment of the
    child it starts, `names` what the names of objects are there.

    A record that a caller hands on to a function of the file stands at that call; `given` are the parameters whose
    values the caller chose, `inner` the call that was made in the end. `handle_list` are the handles that a child is
    given on Windows, `NONE` where there is no list of them; `is_trial` says that only `functools.partial` is called
    here; `locks` are what is locked, each with the call that did it, `closed` what was closed before another program
    takes this one's place. `has_our_environment` says that the child it
    starts finds what this process has in its environment, in which there may be more.
    """

    node: cst.Call
    name: str
    spec: CallSpec
    arguments: Arguments
    platforms: frozenset[int]
    caught: bool = False
    forked: frozenset[cst.CSTNode] = frozenset()
    streams: StandardStreams = UNTOUCHED
    inheritable: frozenset[ObjectRef] = frozenset()
    environment: tuple[tuple[str, Value], ...] = ()
    names: tuple[tuple[str, ObjectRef], ...] = field(default=(), compare=False)
    credible: bool = True
    given: frozenset[str] | None = None
    inner: cst.Call | None = None
    handle_list: Value | None = None
    is_trial: bool = False
    locks: frozenset[tuple[ObjectRef, cst.CSTNode]] = frozenset()
    closed: frozenset[ObjectRef] = frozenset()
    has_our_environment: bool = False

    @property
    def bound(self) -> dict[str, Argument]:
        """The arguments by parameter name."""
        return self.arguments.bind(self.spec)

    def value(self, parameter: str) -> Value | None:
        """The value given for `parameter`, None where it is left out."""
        argument = self.bound.get(parameter)
        return argument.value if argument else None

    @property
    def may_have_more_arguments(self) -> bool:
        """Whether a parameter may be given that is not known: in `**kwargs`, or in `*args` where that can hold it."""
        unpacked = self.arguments.has_unpacking and len(self.spec.parameters) > 2
        return self.arguments.has_named_unpacking or unpacked

    @property
    def copies(self) -> bool:
        """Whether it makes a second descriptor that exec does not close."""
        return self.name.endswith((".dup2", ".F_DUPFD")) or self.value("cmd") == QualifiedName("fcntl.F_DUPFD")

    def source_name_of(self, thing: ObjectRef) -> str | None:
        """How `thing` is written where the call stands: the shortest expression for it; None where it has no name."""
        found = [name for name, value in self.names if value == thing]
        if thing.path:
            step, owner = thing.path[-1], ObjectRef(thing.origin, thing.path[:-1], thing.kind, thing.old)
            if step == ".fileno" and thing.kind is not Kind.HANDLE and (name := self.source_name_of(thing.base)):
                found.append(f"{name}.fileno()")
            elif _is_written(step) and (name := self.source_name_of(owner)):
                found.append(f"{name}{step}")
        return min(found, key=len, default=None)


def _is_written(step: str) -> bool:
    """Whether a step stands in a program as it does in a path: `[0]`, `.writer`."""
    return step[1:-1].isdigit() or (step.startswith(".") and step != ".fileno")


@frozen
class Wait:
    """`read` reads `thing` to its end; `node` is where the function at hand does, or calls what does.

    `is_certain` says that nothing but the end of file ends it. `is_apart` that it happens in a thread, or whenever
    it is asked for, so that the order of things is not known. `worker` is the start of a process that is forked
    and does the reading there.
    """

    node: cst.CSTNode
    read: cst.CSTNode
    thing: ObjectRef
    ends: Ends
    forked: frozenset[cst.CSTNode]
    credible: bool
    is_certain: bool
    is_apart: bool = False
    worker: cst.CSTNode | None = None
