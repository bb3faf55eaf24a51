"""The body of a module, class or function, run in its file."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

import libcst as cst

from inheritlint.facts.lookup import Lookup, is_static
from inheritlint.facts.observation import Argument, Given, Observation
from inheritlint.facts.outcomes import Outcomes
from inheritlint.facts.outline import dotted
from inheritlint.facts.record import DeadGuard, Entry, Record, expressions_in, final, is_reset, unskipped
from inheritlint.facts.state import Mark, State
from inheritlint.facts.statements import LEFT
from inheritlint.facts.values import (
    Bits,
    Constant,
    Local,
    PerPlatform,
    Reference,
    Thing,
    Value,
    choice,
    options,
)
from inheritlint.knowledge.calls import CALLS, SPAWNER
from inheritlint.knowledge.deeds import Deed, Known
from inheritlint.knowledge.platforms import AVAILABILITY, MISSPELLINGS, PLATFORMS, POSIX, WINDOWS
from inheritlint.source.slicing import DEEPEST

_SETTING = Argument(Reference("fcntl.F_SETFD"), None)
#: What a wrapper may do in its caller's name.
_RELAYED = (Deed.COMMANDS, Deed.STARTS)


class Body(Lookup):
    """The body of a module, class or function, run in its file."""

    def __init__(
        self,
        program: Record,
        scope: cst.CSTNode,
        owner: cst.ClassDef | None,
        captured: dict[str, Value] | None = None,
        depth: int = 0,
    ) -> None:
        super().__init__(program, scope, owner, captured)
        self._depth = depth
        self.silent = False
        self.outermost: cst.Call | None = None  # the call by which this body is followed, in a body that is not

    def receiver(self) -> cst.ClassDef | None:
        """The class in whose method this runs."""
        return self.owner

    # Conditions

    def is_inert(self, statement: cst.CSTNode) -> bool:
        return self.program.relevance(self.scope).is_inert(statement)

    def step(self, states: int) -> None:
        self.program.spend(states)

    def may_lose_control(self, statement: cst.CSTNode) -> bool:
        return statement in self.program.departures.losing

    def question(self, test: cst.BaseExpression, value: Value) -> Hashable | None:
        text = self.program.text(test)
        if not self.program.is_asked_again(self.scope, text):
            return None
        return text, frozenset(_names_in(test))

    def never_true(self, comparison: cst.CSTNode, reads: str, written: Iterable[object]) -> None:
        table = MISSPELLINGS.get(reads, {})
        wrong = tuple(text for text in written if isinstance(text, str) and text in table)
        if wrong and isinstance(comparison, (cst.Comparison, cst.Call)):
            self.program.never[comparison] = DeadGuard(comparison, reads, wrong)

    def guards(self, test: cst.BaseExpression, guarded: Iterable[cst.CSTNode], state: State) -> None:
        if not self.program.never or not any(node in self.program.outline.concerned for node in guarded):
            return
        for node in expressions_in(test):
            origin: cst.CSTNode = node
            if isinstance(node, (cst.Name, cst.Attribute)):
                value = self.evaluate(node, state.fork())
                origin = value.origin if isinstance(value, PerPlatform) else node
            if isinstance(origin, (cst.Comparison, cst.Call)) and origin in self.program.never:
                self.program.dead_guards[origin] = self.program.never[origin]

    # Functions and classes of this file

    def defined(self, node: cst.FunctionDef | cst.ClassDef, state: State) -> Value:
        self._show(state)
        if isinstance(node, cst.FunctionDef):
            for parameter in [*node.params.posonly_params, *node.params.params, *node.params.kwonly_params]:
                if parameter.default is not None:
                    self.evaluate(parameter.default, state)
        platforms = state.platforms
        for decorator in node.decorators:
            platforms = unskipped(self.evaluate(decorator.decorator, state.fork()), platforms)
        if isinstance(node, cst.FunctionDef):
            self._enter(node, platforms, state)
            return Local(node)
        inner = Body(self.program, node, node, self._captured | state.env if self._is_local() else None, self._depth)
        outcomes = inner.suite(node.body, [State(platforms=platforms)])
        members = final(outcomes.normal)
        self.program.members[node] |= members
        if (mark := members.get("pytestmark")) is not None:
            for method in self.program.methods(node):
                entry = self.program.entries[method]
                entry.platforms = unskipped(mark, entry.platforms)
        return Local(node)

    def _show(self, state: State) -> None:
        """Bodies that run before the module is done see its names as they are now."""
        if self.scope is self.program.tree.module:
            self.program.live = state.env

    def _is_local(self) -> bool:
        return isinstance(self.scope, (cst.FunctionDef, cst.ClassDef))

    def _enter(self, node: cst.FunctionDef, platforms: frozenset[int], state: State) -> None:
        owner = self.scope if isinstance(self.scope, cst.ClassDef) else None
        entry = self.program.entries.setdefault(node, Entry(node, owner))
        if entry.owner is not None:
            self.program.owned[entry.owner][node] = None
        entry.platforms |= platforms
        if isinstance(self.scope, cst.FunctionDef):
            counts = self.program.outline.bound[self.scope]
            once = {name: value for name, value in state.env.items() if counts[name.partition(".")[0]] <= 1}
            entry.captured |= self._captured | once
        else:
            entry.captured |= self._captured

    def closure(self, node: cst.Lambda, state: State) -> Value:
        """A lambda: its body runs where it stands as far as guards are concerned, and leaves no mark."""
        self._show(state)
        inner = Body(self.program, node, None, self._captured | state.env, self._depth)
        way = state.fork()
        way.env = inner.parameters(node, None, state)
        inner._tries = self._tries
        inner.evaluate(node.body, way)
        self.program.exits[node] = Outcomes(normal=[way])
        return Local(node)

    def run(self, function: Local, arguments: Given, state: State) -> Value:
        node = function.node
        self._show(state)
        if isinstance(node, cst.Lambda):
            return self._run_lambda(node, arguments, state)
        if not isinstance(node, cst.FunctionDef) or not self._is_followed(node, function, arguments, state):
            self.unknown(node.name.value if isinstance(node, cst.FunctionDef) else "", arguments, state)
            return Thing((node, arguments, self.site))
        entry = self.program.entries.get(node)
        inner = Body(
            self.program, node, entry.owner if entry else None, entry.captured if entry else None, self._depth + 1
        )
        inner._tries = list(self._tries)
        inner.silent = True
        site = self.site
        inner.outermost = self.outermost or site
        start = state.fork()
        start.env = inner.parameters(node, arguments, state)
        if isinstance(function.receiver, Thing) and self.owner is not None and entry and entry.owner is not None:
            first = next(iter(start.env), None)
            if first and not is_static(node):
                start.env[first] = function.receiver
        outcomes = inner.suite(node.body, [start])
        for raised in outcomes.raised:  # the caller knows his own names, and nothing of those of the function
            raised.state.env, raised.state.assumed = {**state.env, LEFT: Thing(self._at)}, dict(state.assumed)
            self._raising.append(raised)
        ends = [*outcomes.returned, *((one, Constant(None)) for one in outcomes.normal)]
        return self._resume(node, ends, arguments, state, site)

    def _resume(
        self,
        node: cst.FunctionDef,
        ends: list[tuple[State, Value]],
        arguments: Given,
        state: State,
        site: cst.Call | None,
    ) -> Value:
        """Go on in `state` after a call at `site` that ended in `ends`."""
        if not ends:
            self.end(state)
            return Thing((node, "never returns"))
        for one, _ in ends:
            for thing, mark in one.marks.items():
                if thing not in state.marks or mark.undone is not None:
                    state.marks[thing] = self._attributed(thing, mark, arguments, state, site)
            state.deferred |= one.deferred
        streams = {one.streams for one, _ in ends}
        state.streams = streams.pop() if len(streams) == 1 else state.streams
        reached = frozenset().union(*(one.platforms for one, _ in ends))
        state.platforms &= reached or state.platforms
        return _returned(ends)

    def _attributed(self, thing: Thing, mark: Mark, arguments: Given, state: State, site: cst.Call | None) -> Mark:
        """A wrapper that marks what it is given, and starts no child, does what its caller wants: the mark is his."""
        first = self.program.glimpsed.get(mark.node)
        given = next((each for each in arguments.positional if thing in _owners(each.value)), None)
        if site is None or first is None or given is None or mark.undone is not None or mark.children:
            return mark
        self.program.forwarded[mark.node].add(site)
        self.program.wrapping.add(site)
        wanted = (_SETTING, Argument(Bits(0), None))
        rest = wanted if first.known.deed is Deed.COMMANDS else (Argument(Constant(True), None),)
        self.observe(
            replace(
                first, node=site, given=Given((given, *rest), (), False), platforms=state.platforms, forked=state.forked
            )
        )
        return replace(mark, node=site)

    def _run_lambda(self, node: cst.Lambda, arguments: Given, state: State) -> Value:
        inner = Body(self.program, node, None, self._captured | state.env, self._depth + 1)
        inner.silent = True
        if self._depth >= DEEPEST:
            return Thing(node)
        way = state.fork()
        way.env = inner.parameters(node, arguments, state)
        value = inner.evaluate(node.body, way)
        state.marks, state.deferred = way.marks, way.deferred
        return value

    def _is_followed(self, node: cst.FunctionDef, function: Local, arguments: Given, state: State) -> bool:
        if self._depth >= DEEPEST or node is self.scope or self.program.is_generator(node):
            return False
        marked = {thing.root for thing, mark in state.marks.items() if mark.undone is None}
        if marked and any(thing.root in marked for thing in arguments.things()):
            return True
        if isinstance(function.receiver, Thing) and function.receiver.root in marked:
            return True
        return self.program.is_short(node)

    def started_class(self, node: cst.ClassDef) -> str | None:
        for base in node.bases:
            for name in self.program.outline.qualified(base.value):
                known = CALLS.get(name)
                if known is not None and known.deed is Deed.STARTS and name.endswith("Popen"):
                    return name
            value = self.look_up(base.value.value, State()) if isinstance(base.value, cst.Name) else None
            if isinstance(value, Local) and isinstance(value.node, cst.ClassDef) and value.node is not node:
                return self.started_class(value.node)
        return None

    # What is seen

    def shares(self, thing: Thing) -> None:
        self.program.shared.add(thing.root)

    def exposes(self, thing: Thing) -> None:
        self.program.exposed.add(thing.root)

    def spent(self, thing: Thing, mark: Mark, state: State) -> None:
        story = (thing, mark, state)
        if all((thing, mark) != (known, other) for known, other, _ in self.program.spent[mark.node]):
            self.program.spent[mark.node].append(story)

    def spawner(self, name: str) -> Known | None:
        return SPAWNER if name in self.program.target.spawners else None

    def replaced(self, node: cst.Call, state: State) -> None:
        self.program.lost |= state.streams.private
        if not state.forked:
            self.program.replaced |= {mark.node for mark in state.marks.values() if mark.undone is None}

    def undo(self, thing: Thing, by: cst.CSTNode, state: State) -> None:
        if not self._depth:
            self.program.undone[thing.owner.root][self.scope, thing.owner] = None
            if is_reset(by):
                self.program.reset[self.scope].add(thing.owner)
        if self.program.may_mark:
            super().undo(thing, by, state)

    def defer(self, state: State, thing: Thing) -> None:
        self.program.undone[thing.owner.root][self.scope, thing.owner] = None
        super().defer(state, thing)

    def lacks_flag(self, node: cst.Attribute, module: str, state: State) -> bool:
        name = node.attr.value
        available = AVAILABILITY.get(("os" if module in ("posix", "nt") else module, name))
        if available is None or self.silent or self.catches("AttributeError"):
            return False
        if name == "O_CLOEXEC" and state.platforms and state.platforms <= WINDOWS:
            self.program.absent[node] = True
        elif available == WINDOWS and state.platforms & POSIX:
            self.program.absent[node] = False
        return node in self.program.absent

    def observe(self, observation: Observation) -> None:
        if self.silent:
            self.program.glimpsed[observation.node] = observation
            if self.outermost is not None and observation.known.deed in _RELAYED:
                self.program.relayed.append((self.outermost, observation))
            return
        seen = self.program.observations.setdefault(observation.node, [])
        if observation not in seen:
            seen.append(observation)


def _owners(value: Value) -> list[Thing]:
    return [option.owner for option in options(value) if isinstance(option, Thing)]


def _returned(ends: list[tuple[State, Value]]) -> Value:
    values = {value for _, value in ends}
    if len(values) == 1:
        return values.pop()
    pieces: list[Value] = []
    for index in range(len(PLATFORMS)):
        here = [
            value.values[index] if isinstance(value, PerPlatform) else value
            for state, value in ends
            if index in state.platforms
        ]
        pieces.append(choice(here) if here else Constant(None))
    return PerPlatform(tuple(pieces))


def _names_in(node: cst.CSTNode) -> set[str]:
    """Names, and dotted names, that `node` reads."""
    found: set[str] = set()
    for part in expressions_in(node):
        if isinstance(part, cst.Name):
            found.add(part.value)
        elif isinstance(part, cst.Attribute) and (text := dotted(part)):
            found.add(text)
    return found
