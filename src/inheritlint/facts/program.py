"""One file as a program: its module body, its classes and its functions, each run once on every path."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePath

import libcst as cst

from inheritlint.facts.evaluation import well_known
from inheritlint.facts.observation import Given, Observation
from inheritlint.facts.outline import Outline, dotted, is_builtin
from inheritlint.facts.paths import Outcomes, Paths
from inheritlint.facts.state import State
from inheritlint.facts.target import Target
from inheritlint.facts.values import (
    Constant,
    Items,
    Local,
    PerPlatform,
    Reference,
    Table,
    Thing,
    Value,
    choice,
    options,
    true_on,
    truth,
)
from inheritlint.knowledge.calls import CALLS, Deed
from inheritlint.knowledge.platforms import EVERYWHERE, MISSPELLINGS, PLATFORMS, WINDOWS
from inheritlint.source.parsing import Tree

_DEEPEST = 3  # functions of this file that are followed into one another
_LONGEST = 12  # statements of a function that is followed for its value alone


@dataclass(slots=True)
class Entry:
    """Where a function is defined: on which platforms, seeing which names, in which class."""

    node: cst.FunctionDef
    owner: cst.ClassDef | None
    platforms: frozenset[int] = frozenset()
    captured: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeadGuard:
    """A comparison that holds nowhere and keeps what it guards from ever running."""

    node: cst.Comparison | cst.Call
    reads: str
    written: tuple[str, ...]


class Program:
    """Runs a file. Afterwards `observations`, `exits` and `dead_guards` hold what was seen."""

    def __init__(self, tree: Tree, target: Target) -> None:
        self.tree, self.target = tree, target
        self.outline = Outline()
        tree.module.visit(self.outline)
        self.outline.concern()
        self.observations: dict[cst.Call, list[Observation]] = {}
        self.exits: dict[cst.CSTNode, Outcomes] = {}
        self.entries: dict[cst.FunctionDef, Entry] = {}
        self.values: dict[str, Value] = {}
        self.members: dict[cst.ClassDef, dict[str, Value]] = defaultdict(dict)
        self.never: dict[cst.CSTNode, DeadGuard] = {}
        self.dead_guards: dict[cst.CSTNode, DeadGuard] = {}
        self.reached: dict[cst.CSTNode, frozenset[int]] = defaultdict(frozenset)
        self.replaced: set[cst.CSTNode] = set()
        self.live: dict[str, Value] = {}
        self.undone: set[tuple[cst.CSTNode, Thing]] = set()
        self.watched = {f.name.value for f in self.outline.functions if self.outline._is_private(f)}
        self._platforms = EVERYWHERE
        self._running: set[cst.CSTNode] = set()
        self._questions: dict[cst.CSTNode, Counter[str]] = {}
        self._short: dict[cst.CSTNode, bool] = {}
        self._generators: dict[cst.CSTNode, bool] = {}
        self._texts: dict[cst.CSTNode, str] = {}

    def run(self) -> None:
        """Run the module body, then every function that can concern us."""
        if self.tree.module not in self.outline.concerned:
            return
        self._module()
        for function in self.outline.functions:
            if function in self.outline.concerned:
                self.function(function)

    def _module(self) -> None:
        name = PurePath(self.tree.source.path).name
        here = WINDOWS if any(fnmatch(name, pattern) for pattern in self.target.windows_files) else EVERYWHERE
        body = Body(self, self.tree.module, None)
        outcomes = body.block(self.tree.module.body, [State(platforms=here)])
        self.exits[self.tree.module] = outcomes
        self.values, self.live = _final(outcomes.normal), {}
        for name, value in self.values.items():
            changed = isinstance(value, Table) and any(_is_changed(n, self.outline) for n in self.outline.names[name])
            if changed or name in self.outline.globals:
                self.values[name] = Thing(("global", name))
        ends = frozenset().union(*(state.platforms for state in outcomes.normal))
        self._platforms = _unskipped(self.values.get("pytestmark"), ends or here)

    def function(self, node: cst.FunctionDef) -> Outcomes | None:
        """How `node` can be left; None where its definition was never reached, or it is being run already."""
        if node in self.exits or node in self._running:
            return self.exits.get(node)
        outer = self.outline.scope_of(node)
        if isinstance(outer, cst.FunctionDef):
            self.function(outer)
        entry = self.entries.get(node)
        if entry is None:
            return None
        self._running.add(node)
        platforms = entry.platforms & self._platforms
        if node.name.value in self.watched:
            platforms &= self._called_on(node)
        if platforms:
            body = Body(self, node, entry.owner, entry.captured)
            state = State(body.parameters(node, None, State(platforms=platforms)), platforms)
            self.exits[node] = body.suite(node.body, [state])
        else:
            self.exits[node] = Outcomes()
        self._running.discard(node)
        return self.exits.get(node)

    def _called_on(self, function: cst.FunctionDef) -> frozenset[int]:
        """Platforms on which this file uses a private function; everywhere where it does not use it."""
        platforms: frozenset[int] = frozenset()
        used = False
        for use in self.outline.names[function.name.value]:
            around = self._around(use)
            if use is function.name or function in around:
                continue
            used = True
            caller = next((scope for scope in around if isinstance(scope, cst.FunctionDef)), None)
            if caller in self._running:  # a circle: at most where that function is defined
                platforms |= self.entries[caller].platforms  # type: ignore[index]
                continue
            if caller is not None:
                self.function(caller)
            platforms |= self.reached[use]
        return platforms if used else EVERYWHERE

    def _around(self, node: cst.CSTNode) -> list[cst.CSTNode]:
        found = []
        while node in self.outline.parents:
            node = self.outline.parents[node]
            found.append(node)
        return found

    def methods(self, owner: cst.ClassDef) -> list[cst.FunctionDef]:
        """The methods that the body of `owner` defines."""
        return [entry.node for entry in self.entries.values() if entry.owner is owner]

    def _kept(self, method: cst.FunctionDef, name: str) -> list[Value]:
        """What `method` leaves in `self.name`."""
        outcomes = self.function(method)
        listed = [*method.params.posonly_params, *method.params.params]
        if outcomes is None or not listed:
            return [Thing((method, name))]
        key = f"{listed[0].name.value}.{name}"
        states = [*outcomes.normal, *(state for state, _ in outcomes.returned)]
        return [state.env[key] for state in states if key in state.env]

    def text(self, node: cst.CSTNode) -> str:
        """The source of a condition, for comparison with others."""
        if node not in self._texts:
            self._texts[node] = cst.Module([]).code_for_node(node).strip()
        return self._texts[node]

    def is_short(self, function: cst.FunctionDef) -> bool:
        """Whether a function is worth following for its value alone."""
        if function not in self._short:
            parts = _expressions_in(function)
            count = sum(isinstance(part, (cst.BaseStatement, cst.BaseSmallStatement)) for part in parts)
            self._short[function] = count <= _LONGEST
            self._generators[function] = any(isinstance(part, cst.Yield) for part in parts)
        return self._short[function]

    def is_generator(self, function: cst.FunctionDef) -> bool:
        """Whether calling `function` runs nothing of it yet."""
        self.is_short(function)
        return self._generators[function]

    def times_asked(self, scope: cst.CSTNode, text: str) -> int:
        """How often `scope` asks a condition that reads `text`."""
        if scope not in self._questions:
            self._questions[scope] = Counter(self.text(node) for node in self.outline.questions[scope])
        return self._questions[scope][text]

    def attribute(self, owner: cst.ClassDef, name: str) -> Value | None:
        """What `self.name` is known to be in any method of `owner`."""
        known = self.members[owner].get(name)
        values = [] if known is None else [known]
        for node in self.outline.names.get(name, ()):
            store = self.outline.parents[node]
            if not isinstance(store, cst.Attribute) or store.attr is not node or not _is_target(store, self.outline):
                continue
            method = self.outline.scope_of(node)
            entry = self.entries.get(method) if isinstance(method, cst.FunctionDef) else None
            if entry is None or entry.owner is not owner:
                continue
            if method in self._running:
                return None
            values += self._kept(method, name)
        if not values or any(isinstance(option, Thing) for value in values for option in options(value)):
            return None
        return choice(values)


def _is_changed(node: cst.CSTNode, outline: Outline) -> bool:
    """Whether a function changes the container that the name `node` stands for."""
    parent = outline.parents[node]
    if isinstance(outline.scope_of(node), cst.Module):
        return False
    if isinstance(parent, cst.Subscript) and parent.value is node:
        return _is_target(parent, outline) or isinstance(outline.parents[parent], cst.Del)
    return isinstance(parent, cst.Attribute) and parent.attr.value in ("update", "pop", "setdefault", "clear", "popitem")


def _is_target(node: cst.CSTNode, outline: Outline) -> bool:
    parent = outline.parents[node]
    return isinstance(parent, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign)) and parent.target is node


def _final(states: list[State]) -> dict[str, Value]:
    """The value of each name over all ways to the end, piece by piece of the platforms."""
    found: dict[str, Value] = {}
    for name in set().union(*(state.env for state in states)) if states else ():
        pieces = [(state.platforms, state.env[name]) for state in states if name in state.env]
        if len({value for _, value in pieces}) == 1:
            found[name] = pieces[0][1]
            continue
        values = []
        for index in range(len(PLATFORMS)):
            here = [value for platforms, value in pieces if index in platforms]
            values.append(choice(here) if here else Thing(("unset", name)))
        alike = set(values)
        found[name] = alike.pop() if len(alike) == 1 else PerPlatform(tuple(values))
    return found


def _unskipped(mark: Value | None, platforms: frozenset[int]) -> frozenset[int]:
    """What a skip decorator, or a list of them, leaves of `platforms`."""
    marks = mark.items if isinstance(mark, Items) else (mark,)
    for one in marks:
        if isinstance(one, Table) and (condition := one.get("skip")) is not None:
            wanted = one.get("when") == Constant(True)
            skipped = true_on(condition, platforms)
            if skipped is not None:
                platforms = platforms - skipped if wanted else platforms & skipped
            elif isinstance(condition, PerPlatform):
                platforms = frozenset(i for i in platforms if truth(condition.values[i]) is not wanted)
            elif truth(condition) is wanted:
                platforms = frozenset()
        elif isinstance(one, (Reference, Thing)):
            name = one.name if isinstance(one, Reference) else "".join(one.path)
            platforms = platforms & WINDOWS if _only_windows(name) else platforms
    return platforms


def _only_windows(decorator: str) -> bool:
    last = decorator.rpartition(".")[2].lower().strip("_")
    words = set(last.split("_"))
    if {"not", "non", "except", "no", "skip", "xfail"} & words and "unless" not in words:
        return False
    return bool(words & {"windows", "win32"}) and ("mark." in decorator or bool(words & {"only", "requires", "require", "needs", "unless"}))


class Body(Paths):
    """The body of a module, class or function, run in its file."""

    def __init__(
        self,
        program: Program,
        scope: cst.CSTNode,
        owner: cst.ClassDef | None,
        captured: dict[str, Value] | None = None,
        depth: int = 0,
    ) -> None:
        super().__init__()
        self.program, self.scope, self.owner = program, scope, owner
        self._captured = captured or {}
        self._depth = depth

    # Names

    def evaluate(self, node: cst.BaseExpression, state: State) -> Value:
        if isinstance(node, (cst.Name, cst.Attribute)):
            last = node if isinstance(node, cst.Name) else node.attr
            if last.value in self.program.watched:
                self.program.reached[last] |= state.platforms
            if isinstance(node, cst.Name) and node.value in self.program.outline.nonlocals:
                return Thing(("nonlocal", node.value))
        return super().evaluate(node, state)

    def look_up(self, name: str, state: State) -> Value:
        outline = self.program.outline
        scope = self.scope
        while scope is not self.program.tree.module:
            bound = name in outline.bound[scope] and name not in outline.outer[scope]
            if bound and (scope is self.scope or not isinstance(scope, cst.ClassDef)):
                captured = self._captured.get(name) if scope is not self.scope else None
                return captured if captured is not None else Thing(("local", scope, name))
            if name in self._captured and scope is not self.scope:
                return self._captured[name]
            scope = outline.scope_of(scope)
        return self._global(name)

    def _global(self, name: str) -> Value:
        outline = self.program.outline
        known = self.program.values.get(name) or self.program.live.get(name)
        if known is not None:
            return known
        if name in outline.bound[self.program.tree.module]:
            return well_known(name) or Thing(("global", name))
        starred = [f"{module}.{name}" for module in outline.stars if f"{module}.{name}" in CALLS]
        if starred:
            return Reference(starred[0])
        if name in ("os", "_os") and name not in outline.globals:
            return Reference("os")
        if is_builtin(name):
            return self.qualified(f"builtins.{name}", State())
        return well_known(name) or Thing(("global", name))

    def parameters(self, node: cst.FunctionDef | cst.Lambda, arguments: Given | None, state: State) -> dict[str, Value]:
        """What the parameters of `node` stand for; `arguments` are those of a call that is followed."""
        env: dict[str, Value] = {}
        listed = [*node.params.posonly_params, *node.params.params]
        given = list(arguments.positional) if arguments else []
        named = dict(arguments.named) if arguments else {}
        if self.owner is not None and listed and not _is_static(node):
            env[listed.pop(0).name.value] = Thing(("self", self.owner))
        for parameter in [*listed, *node.params.kwonly_params]:
            name = parameter.name.value
            if given and parameter in listed:
                env[name] = given.pop(0).value
            elif name in named:
                env[name] = named[name].value
            elif arguments is not None and parameter.default is not None and not arguments.open_ended:
                env[name] = self.evaluate(parameter.default, state.fork())
            else:
                env[name] = well_known(name) or Thing(("parameter", node, name))
        if isinstance(node.params.star_arg, cst.Param):
            env[node.params.star_arg.name.value] = Thing(("parameter", node, node.params.star_arg.name.value))
        if node.params.star_kwarg is not None:
            env[node.params.star_kwarg.name.value] = Table((), whole=False)
        return env

    def attribute_of(self, instance: Value, name: str) -> Value | None:
        match instance:
            case Thing(root=("self", cst.ClassDef() as owner), path=()):
                pass
            case Thing(root=("instance", _, cst.ClassDef() as owner), path=()):
                pass
            case Local(cst.ClassDef() as owner):
                pass
            case _:
                return None
        if self.scope is owner and isinstance(instance, Local):
            return None
        for method in self.program.methods(owner):
            if method.name.value == name:
                decorators = {dotted(d.decorator) or "" for d in method.decorators}
                if decorators & {"property", "cached_property", "functools.cached_property"}:
                    return self.run(Local(method, instance), Given((), (), False), State())
                return Local(method, instance)
        return self.program.attribute(owner, name)

    def receiver(self) -> cst.ClassDef | None:
        """The class in whose method this runs."""
        return self.owner

    # Conditions

    def question(self, test: cst.BaseExpression, value: Value) -> Hashable | None:
        text = self.program.text(test)
        if self.program.times_asked(self.scope, text) < 2:
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
        for node in _expressions_in(test):
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
            platforms = _unskipped(self.evaluate(decorator.decorator, state.fork()), platforms)
        if isinstance(node, cst.FunctionDef):
            self._enter(node, platforms, state)
            return Local(node)
        inner = Body(self.program, node, node, self._captured | state.env if self._is_local() else None, self._depth)
        outcomes = inner.suite(node.body, [State(platforms=platforms)])
        members = _final(outcomes.normal)
        self.program.members[node] |= members
        if (mark := members.get("pytestmark")) is not None:
            for method in self.program.methods(node):
                entry = self.program.entries[method]
                entry.platforms = _unskipped(mark, entry.platforms)
        return Local(node)

    def _show(self, state: State) -> None:
        """Bodies that run before the module is done see its names as they are now."""
        if self.scope is self.program.tree.module:
            self.program.live = state.env

    def _is_local(self) -> bool:
        return isinstance(self.scope, (cst.FunctionDef, cst.ClassDef)) and self.program.tree.module is not self.scope

    def _enter(self, node: cst.FunctionDef, platforms: frozenset[int], state: State) -> None:
        owner = self.scope if isinstance(self.scope, cst.ClassDef) else None
        entry = self.program.entries.setdefault(node, Entry(node, owner))
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
            self._unknown(node.name.value if isinstance(node, cst.FunctionDef) else "", arguments, state)
            return Thing((node, arguments))
        entry = self.program.entries.get(node)
        inner = Body(self.program, node, entry.owner if entry else None, entry.captured if entry else None, self._depth + 1)
        inner._tries = list(self._tries)
        inner.observe = lambda observation: None  # type: ignore[method-assign]
        start = state.fork()
        start.env = inner.parameters(node, arguments, state)
        if isinstance(function.receiver, Thing) and self.owner is not None and entry and entry.owner is not None:
            first = next(iter(start.env), None)
            if first and not _is_static(node):
                start.env[first] = function.receiver
        outcomes = inner.suite(node.body, [start])
        self._raising += outcomes.raised
        ends = [*outcomes.returned, *((one, Constant(None)) for one in outcomes.normal)]
        return self._resume(node, ends, state)

    def _resume(self, node: cst.FunctionDef, ends: list[tuple[State, Value]], state: State) -> Value:
        """Go on in `state` after a call that ended in `ends`."""
        if not ends:
            self.end(state)
            return Thing((node, "never returns"))
        for one, _ in ends:
            state.marks |= {
                thing: mark for thing, mark in one.marks.items() if thing not in state.marks or mark.undone is not None
            }
            state.deferred |= one.deferred
        reached = frozenset().union(*(one.platforms for one, _ in ends))
        state.platforms &= reached or state.platforms
        return _returned(ends)

    def _run_lambda(self, node: cst.Lambda, arguments: Given, state: State) -> Value:
        inner = Body(self.program, node, None, self._captured | state.env, self._depth + 1)
        inner.observe = lambda observation: None  # type: ignore[method-assign]
        if self._depth >= _DEEPEST:
            return Thing(node)
        way = state.fork()
        way.env = inner.parameters(node, arguments, state)
        value = inner.evaluate(node.body, way)
        state.marks, state.deferred = way.marks, way.deferred
        return value

    def _is_followed(self, node: cst.FunctionDef, function: Local, arguments: Given, state: State) -> bool:
        if self._depth >= _DEEPEST or node is self.scope or self.program.is_generator(node):
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

    def replaced(self, state: State) -> None:
        if not state.forked:
            self.program.replaced |= {mark.node for mark in state.marks.values() if mark.undone is None}

    def undo(self, thing: Thing, by: cst.CSTNode, state: State) -> None:
        if not self._depth:
            self.program.undone.add((self.scope, thing.owner))
        super().undo(thing, by, state)

    def defer(self, state: State, thing: Thing) -> None:
        self.program.undone.add((self.scope, thing.owner))
        super().defer(state, thing)

    def observe(self, observation: Observation) -> None:
        seen = self.program.observations.setdefault(observation.node, [])
        if observation not in seen:
            seen.append(observation)


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


def _is_static(node: cst.FunctionDef | cst.Lambda) -> bool:
    return isinstance(node, cst.Lambda) or any(dotted(d.decorator) == "staticmethod" for d in node.decorators)


def _names_in(node: cst.CSTNode) -> set[str]:
    """Names, and dotted names, that `node` reads."""
    found: set[str] = set()
    for part in _expressions_in(node):
        if isinstance(part, cst.Name):
            found.add(part.value)
        elif isinstance(part, cst.Attribute) and (text := dotted(part)):
            found.add(text)
    return found


def _expressions_in(node: cst.CSTNode) -> list[cst.CSTNode]:
    found, pending = [], [node]
    while pending:
        part = pending.pop()
        found.append(part)
        pending.extend(part.children)
    return found


__all__ = ["Program", "Reference"]
