"""Every path through a body of statements, each with what is known on it."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

import libcst as cst

from inheritlint.facts.conduct import Conduct
from inheritlint.facts.evaluation import combine, speaks_of_windows
from inheritlint.facts.outline import dotted, imported
from inheritlint.facts.state import State, distinct
from inheritlint.facts.values import (
    Bits,
    Constant,
    Items,
    Local,
    PerPlatform,
    Reference,
    Thing,
    Value,
    choice,
    options,
    to_python,
)
from inheritlint.knowledge.platforms import POSIX, POSIX_MODULES, WINDOWS, WINDOWS_MODULES

#: The key under which a path keeps the statement by which it leaves the function.
LEFT = "<left>"

#: What handlers of these names catch, besides themselves.
_CATCH_ALL = frozenset(["", "Exception", "BaseException"])
_CATCH_CALLS = _CATCH_ALL | {"OSError", "EnvironmentError", "IOError", "RuntimeError", "ValueError", "SubprocessError"}
_ALSO = {"ModuleNotFoundError": frozenset(["ImportError"]), "ImportError": frozenset(["ModuleNotFoundError"])}


@dataclass(frozen=True, slots=True)
class Raised:
    """A path that an exception takes: any exception where `name` is empty."""

    state: State
    name: str = ""


@dataclass(slots=True)
class Outcomes:
    """How a statement can be left, and in which states."""

    normal: list[State] = field(default_factory=list)
    returned: list[tuple[State, Value]] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)
    broke: list[State] = field(default_factory=list)
    continued: list[State] = field(default_factory=list)

    def take(self, other: "Outcomes", *, normal: bool = False) -> None:
        """Add what leaves the surroundings of `other` too."""
        self.returned += other.returned
        self.raised += other.raised
        self.broke += other.broke
        self.continued += other.continued
        if normal:
            self.normal += other.normal

    def settle(self) -> "Outcomes":
        """The same without repetitions."""
        self.normal = distinct(self.normal)
        self.broke, self.continued = distinct(self.broke), distinct(self.continued)
        if len(self.raised) > 8:
            names = sorted({raised.name for raised in self.raised})
            groups = {name: distinct(r.state for r in self.raised if r.name == name) for name in names}
            self.raised = [Raised(state, name) for name in names for state in groups[name]]
        if len(self.returned) > 16:
            seen = {(state.key(), value): (state, value) for state, value in self.returned}
            self.returned = list(seen.values())[:96]
        return self


class Paths(Conduct):
    """Runs statements. What it needs of the file around them is left to `Body`."""

    def __init__(self) -> None:
        self._raising: list[Raised] = []
        self._tries: list[frozenset[str]] = []
        self._importing = False
        self._at: cst.CSTNode | None = None

    # What the layers below ask

    def may_raise(self, state: State) -> None:
        if self._tries or any(mark.undone is None for mark in state.marks.values()):
            way = state.fork()
            way.env[LEFT] = Thing(self._at)
            self._raising.append(Raised(way))

    def suspended(self, state: State) -> None:
        self.may_raise(state)

    def catches(self, exception: str) -> bool:
        return any(_catch(names, exception) for names in self._tries)

    def missing(self, state: State, platforms: frozenset[int], exception: str) -> None:
        exception = "ImportError" if self._importing else exception
        without = state.platforms - platforms
        if without and self.catches(exception):
            self._raising.append(Raised(state.on(without), exception))
        if state.platforms & platforms:
            state.platforms &= platforms
        elif self.catches(exception):
            self.end(state)

    def undo(self, thing: Thing, by: cst.CSTNode, state: State) -> None:
        state.undo(thing, by)

    def defer(self, state: State, thing: Thing) -> None:
        state.defer(thing)

    def end(self, state: State) -> None:
        state.env["<ended>"] = Constant(True)

    def guards(self, test: cst.BaseExpression, guarded: Iterable[cst.CSTNode], state: State) -> None:
        """`test` never lets a path of `state` through to `guarded`."""

    # Blocks

    def block(self, statements: Iterable[cst.CSTNode], states: list[State]) -> Outcomes:
        """Run `statements` one after the other from each of `states`."""
        outcomes = Outcomes()
        body = list(statements)
        for position, statement in enumerate(body):
            if not states:
                break
            step = self.statement(statement, states)
            if not step.normal and isinstance(statement, cst.If):
                self.guards(statement.test, body[position + 1 :], states[0])
            outcomes.take(step)
            states = distinct(step.normal)
        outcomes.normal = states
        return outcomes.settle()

    def suite(self, suite: cst.BaseSuite, states: list[State]) -> Outcomes:
        """Run the body of a compound statement."""
        return self.block(suite.body, states)

    def statement(self, node: cst.CSTNode, states: list[State]) -> Outcomes:
        """Run one statement from each of `states`."""
        if isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite)):
            return self.block(node.body, states)
        outcomes = Outcomes()
        runner = _STATEMENTS.get(type(node))
        if runner is None:
            outcomes.normal = states
            return outcomes
        self._at = node
        for state in states:
            before, self._raising = self._raising, []
            step = runner(self, node, state.fork())
            step.raised += self._raising
            self._raising = before
            step.normal = [one for one in step.normal if "<ended>" not in one.env]
            outcomes.take(step, normal=True)
        return outcomes.settle()

    # Simple statements

    def _expression(self, node: cst.Expr, state: State) -> Outcomes:
        if isinstance(node.value, (cst.BooleanOperation, cst.IfExp)):
            return Outcomes(normal=self._branching(node.value, state))
        self.evaluate(node.value, state)
        return Outcomes(normal=[state])

    def _branching(self, node: cst.BaseExpression, state: State) -> list[State]:
        """An expression used as a statement: `guard and deed()`."""
        if isinstance(node, cst.IfExp):
            sides = ((True, node.body), (False, node.orelse))
            test = node.test
        elif isinstance(node, cst.BooleanOperation):
            both = isinstance(node.operator, cst.And)
            rest = [way for one in self.assume(node.left, state.fork(), both) for way in self._branching(node.right, one)]
            return [*rest, *self.assume(node.left, state.fork(), not both)]
        else:
            self.evaluate(node, state)
            return [state]
        return [way for side, body in sides for one in self.assume(test, state.fork(), side) for way in self._branching(body, one)]

    def _assign(self, node: cst.Assign, state: State) -> Outcomes:
        value = self.evaluate(node.value, state)
        for target in node.targets:
            self.bind(target.target, value, state)
        return Outcomes(normal=[state])

    def _annotated(self, node: cst.AnnAssign, state: State) -> Outcomes:
        if node.value is not None:
            value = self.evaluate(node.value, state)
            self.bind(node.target, value, state)
        return Outcomes(normal=[state])

    def _augmented(self, node: cst.AugAssign, state: State) -> Outcomes:
        left, right = self.evaluate(node.target, state), self.evaluate(node.value, state)
        value = choice(combine(node.operator, one, two) for one in options(left) for two in options(right))
        self.bind(node.target, value, state)
        return Outcomes(normal=[state])

    def _return(self, node: cst.Return, state: State) -> Outcomes:
        value = self.evaluate(node.value, state) if node.value else Constant(None)
        state.env[LEFT] = Thing(node)
        return Outcomes(returned=[(state, value)] if "<ended>" not in state.env else [])

    def _raise(self, node: cst.Raise, state: State) -> Outcomes:
        name = ""
        if node.exc is not None:
            self.evaluate(node.exc, state)
            called = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
            name = (dotted(called) or "").rpartition(".")[2]
        if name in ("SystemExit", "KeyboardInterrupt"):
            return Outcomes()
        state.env[LEFT] = Thing(node)
        return Outcomes(raised=[Raised(state, name if name[:1].isupper() else "")])

    def _assert(self, node: cst.Assert, state: State) -> Outcomes:
        failed = self.assume(node.test, state.fork(), False)
        for way in failed:
            way.env[LEFT] = Thing(node)
        return Outcomes(
            normal=self.assume(node.test, state, True), raised=[Raised(way, "AssertionError") for way in failed]
        )

    def _delete(self, node: cst.Del, state: State) -> Outcomes:
        if text := dotted(node.target):
            state.forget(text)
        elif isinstance(node.target, cst.Subscript) and (text := dotted(node.target.value)) in state.env:
            state.env[str(text)] = Thing((node, "shorter"))
        return Outcomes(normal=[state])

    def _import(self, node: cst.Import | cst.ImportFrom, state: State) -> Outcomes:
        for name, qualified in imported(node):
            root = qualified.partition(".")[0]
            if root in WINDOWS_MODULES or root in POSIX_MODULES:
                self.missing(state, WINDOWS if root in WINDOWS_MODULES else POSIX, "ModuleNotFoundError")
            elif self._tries and root not in sys.stdlib_module_names:
                self._raising.append(Raised(state.fork(), "ModuleNotFoundError"))
            if name == "*" or "<ended>" in state.env:
                continue
            state.forget(name)
            module, _, last = qualified.rpartition(".")
            self._importing = True
            probed = self.qualified(qualified, state) if module in _PROBED else None
            self._importing = False
            state.env[name] = probed or (self.foreign(last, qualified) if module else Reference(qualified))
        return Outcomes(normal=[state])

    def foreign(self, name: str, qualified: str) -> Value:
        """A name imported from another module."""
        return self.qualified(qualified, State())

    def _stop(self, node: cst.CSTNode, state: State) -> Outcomes:
        return Outcomes(broke=[state]) if isinstance(node, cst.Break) else Outcomes(continued=[state])

    # Branches

    def _if(self, node: cst.If, state: State) -> Outcomes:
        outcomes = Outcomes()
        let_in = self.assume(node.test, state.fork(), True)
        passed = self.assume(node.test, state.fork(), False)
        if not let_in:
            self.guards(node.test, [node.body], state)
        outcomes.take(self.suite(node.body, distinct(let_in)), normal=True)
        if isinstance(node.orelse, cst.Else):
            if not passed:
                self.guards(node.test, [node.orelse], state)
            outcomes.take(self.suite(node.orelse.body, distinct(passed)), normal=True)
        elif isinstance(node.orelse, cst.If):
            for way in passed:
                outcomes.take(self._if(node.orelse, way), normal=True)
        else:
            outcomes.normal += passed
        return outcomes.settle()

    def _match(self, node: cst.Match, state: State) -> Outcomes:
        outcomes = Outcomes()
        subject = self.evaluate(node.subject, state)
        left = [state]
        for case in node.cases:
            entered = [way for one in left for way in self._matched(case.pattern, subject, one, True)]
            if case.guard is not None:
                entered = [way for one in entered for way in self.assume(case.guard, one, True)]
            outcomes.take(self.suite(case.body, distinct(entered)), normal=True)
            if case.guard is None:
                left = [way for one in left for way in self._matched(case.pattern, subject, one, False)]
        outcomes.normal += left
        return outcomes.settle()

    def _matched(self, pattern: cst.MatchPattern, subject: Value, state: State, outcome: bool) -> list[State]:
        """The states in which `pattern` fits `subject`, or does not."""
        on, sure = self._fitting(pattern, subject, state)
        if outcome:
            return [state.on(state.platforms & on)] if state.platforms & on else []
        rest = state.platforms - on if sure else state.platforms
        return [state.on(rest)] if rest else []

    def _fitting(self, pattern: cst.MatchPattern, subject: Value, state: State) -> tuple[frozenset[int], bool]:
        """Platforms on which `pattern` can fit, and whether it surely fits there."""
        match pattern:
            case cst.MatchAs(pattern=None):
                return state.platforms, True
            case cst.MatchAs():
                return self._fitting(pattern.pattern, subject, state)  # type: ignore[arg-type]
            case cst.MatchOr():
                parts = [self._fitting(element.pattern, subject, state) for element in pattern.patterns]
                return frozenset().union(*(on for on, _ in parts)), all(sure for _, sure in parts)
            case cst.MatchValue():
                return self._equal_to(pattern.value, subject, state)
        return state.platforms, False

    def _equal_to(self, node: cst.BaseExpression, subject: Value, state: State) -> tuple[frozenset[int], bool]:
        if speaks_of_windows((dotted(node) or "").rpartition(".")[2]):
            return state.platforms & WINDOWS, False
        if isinstance(subject, PerPlatform):
            try:
                wanted = to_python(self.evaluate(node, state))
                return frozenset(i for i in state.platforms if to_python(subject.values[i]) == wanted), True
            except ValueError:
                pass
        return state.platforms, False

    # Loops

    def _for(self, node: cst.For, state: State) -> Outcomes:
        source = self.evaluate(node.iter, state)
        if isinstance(source, Items) and len(source.items) <= 8:
            return self._unrolled(node, source, state)
        key = self.question(node.iter, source)
        first = state.fork()
        if key is None:
            around = [state]
        else:
            key = ("any", *key) if isinstance(key, tuple) else key
            around = [] if state.assumed.get(key) is True else [state]
            first.assumed[key] = True
            if key in state.assumed:
                around, entered = ([], [first]) if state.assumed[key] else ([state], [])
                return self._looped(node, entered, around, lambda one: self.each(node.target, source, one))
            state.assumed[key] = False
        return self._looped(node, [first], around, lambda one: self.each(node.target, source, one))

    def _unrolled(self, node: cst.For, source: Items, state: State) -> Outcomes:
        outcomes = Outcomes()
        current, left = [state], []
        for item in source.items:
            for one in current:
                self.bind(node.target, item, one)
            step = self.suite(node.body, current)
            outcomes.returned += step.returned
            outcomes.raised += step.raised
            left += step.broke
            current = distinct([*step.normal, *step.continued])
        return self._after_loop(node, outcomes, current, left)

    def _while(self, node: cst.While, state: State) -> Outcomes:
        if not self.assume(node.test, state.fork(), True):
            self.guards(node.test, [node.body], state)
        return self._looped(node, [state], [], lambda one: self.assume(node.test, one, True))

    def _looped(
        self, node: cst.For | cst.While, states: list[State], around: list[State], enter: Callable[[State], list[State]]
    ) -> Outcomes:
        """Two rounds show whatever a loop can carry over."""
        outcomes, left = Outcomes(), []
        ended = list(around)
        test = node.test if isinstance(node, cst.While) else None
        current = states
        for _ in range(2):
            ended += self._leaving(test, current) if test is not None else []
            inside = distinct(way for one in current for way in enter(one.fork()))
            step = self.suite(node.body, inside)
            outcomes.returned += step.returned
            outcomes.raised += step.raised
            left += step.broke
            current = distinct([*step.normal, *step.continued])
            ended += current if test is None else []
        ended += self._leaving(test, current) if test is not None else []
        return self._after_loop(node, outcomes, ended, left)

    def _leaving(self, test: cst.BaseExpression, states: list[State]) -> list[State]:
        return [way for one in states for way in self.assume(test, one.fork(), False)]

    def _after_loop(
        self, node: cst.For | cst.While, outcomes: Outcomes, ended: list[State], left: list[State]
    ) -> Outcomes:
        if node.orelse is not None:
            outcomes.take(step := self.suite(node.orelse.body, distinct(ended)))
            ended = step.normal
        outcomes.normal = [*ended, *left]
        return outcomes.settle()

    # Exceptions

    def _try(self, node: cst.Try | cst.TryStar, state: State) -> Outcomes:
        handlers = [(_names(handler), handler) for handler in node.handlers]
        caught = frozenset().union(*(names for names, _ in handlers)) if handlers else frozenset()
        self._tries.append(caught)
        inner = self.suite(node.body, [state])
        self._tries.pop()
        outcomes = Outcomes(returned=inner.returned, broke=inner.broke, continued=inner.continued)
        for raised in inner.raised:
            outcomes.raised += self._escaping(raised, caught)
        for names, handler in handlers:
            entered = [
                r.state
                for r in inner.raised
                if (r.name and (_catch(names, r.name) or r.name not in _BUILTIN_TAGS)) or not r.name
            ]
            outcomes.take(self._handled(handler, distinct(entered)), normal=True)
        if node.orelse is not None:
            outcomes.take(self.suite(node.orelse.body, inner.normal), normal=True)
        else:
            outcomes.normal += inner.normal
        return self._finally(node.finalbody, outcomes.settle()) if node.finalbody else outcomes.settle()

    def _handled(self, handler: cst.ExceptHandler | cst.ExceptStarHandler, states: list[State]) -> Outcomes:
        if handler.name is not None and isinstance(handler.name.name, cst.Name):
            for state in states:
                state.forget(handler.name.name.value)
        return self.suite(handler.body, states)

    def _escaping(self, raised: Raised, caught: frozenset[str]) -> list[Raised]:
        """What passes all handlers. Calls raise what handlers for errors of the system are there to catch."""
        if raised.name:
            return [] if _catch(caught, raised.name) else [raised]
        return [] if caught & _CATCH_CALLS else [raised]

    def _finally(self, final: cst.Finally, outcomes: Outcomes) -> Outcomes:
        """The clean-up runs on every way out."""
        after = Outcomes()
        run = partial(self.suite, final.body)

        def through(state: State) -> list[State]:
            step = run([state.fork()])
            after.take(step)
            return step.normal

        after.normal = [one for state in outcomes.normal for one in through(state)]
        after.broke += [one for state in outcomes.broke for one in through(state)]
        after.continued += [one for state in outcomes.continued for one in through(state)]
        after.returned += [(one, value) for state, value in outcomes.returned for one in through(state)]
        after.raised += [Raised(one, raised.name) for raised in outcomes.raised for one in through(raised.state)]
        return after.settle()

    def _with(self, node: cst.With, state: State) -> Outcomes:
        closing: list[Thing] = []
        swallowed: frozenset[str] | None = None
        expected = False
        for item in node.items:
            value = self.evaluate(item.item, state)
            closing += [value] if isinstance(value, Thing) else []
            if item.asname is not None:
                self.bind(item.asname.name, value, state)
            names, expecting = _swallowing(item.item)
            swallowed = names if names is not None else swallowed
            expected |= expecting
        if swallowed is not None:
            self._tries.append(swallowed)
        outcomes = self.suite(node.body, [state])
        if swallowed is not None:
            self._tries.pop()
            stopped = [r.state for r in outcomes.raised if not r.name or _catch(swallowed, r.name)]
            outcomes.raised = [r for r in outcomes.raised for r in self._escaping(r, swallowed)]
            outcomes.normal = [*stopped, *([] if expected and stopped else outcomes.normal)]
        left = (*outcomes.normal, *outcomes.broke, *outcomes.continued, *(s for s, _ in outcomes.returned))
        for one in (*left, *(raised.state for raised in outcomes.raised)):
            for thing in closing:
                self.undo(thing, node, one)
        return outcomes.settle()

    # Definitions

    def _define(self, node: cst.FunctionDef | cst.ClassDef, state: State) -> Outcomes:
        state.forget(node.name.value)
        state.env[node.name.value] = self.defined(node, state)
        return Outcomes(normal=[state])

    def defined(self, node: cst.FunctionDef | cst.ClassDef, state: State) -> Value:
        """A function or class defined here."""
        return Local(node)


#: Modules of which it is known which names a platform lacks.
_PROBED = frozenset(["os", "posix", "nt", "ctypes", "sys", "signal", "socket", "select", "time"])
_BUILTIN_TAGS = frozenset(["AttributeError", "ImportError", "ModuleNotFoundError"])


def _names(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> frozenset[str]:
    """The last names of what a handler catches; the empty name for a bare one, `?` for what cannot be read."""
    if handler.type is None:
        return frozenset([""])
    return _exceptions([handler.type])


def _exceptions(nodes: Iterable[cst.BaseExpression]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, cst.Tuple):
            found |= _exceptions(element.value for element in node.elements)
        else:
            found.add((dotted(node) or "?").rpartition(".")[2])
    return frozenset(found)


def _catch(names: frozenset[str], exception: str) -> bool:
    return not names.isdisjoint(_CATCH_ALL | {exception} | _ALSO.get(exception, frozenset()))


def _swallowing(node: cst.BaseExpression) -> tuple[frozenset[str] | None, bool]:
    """What a `with` item keeps from leaving its body, and whether the body is expected to raise."""
    if not isinstance(node, cst.Call):
        return None, False
    name = (dotted(node.func) or "").rpartition(".")[2]
    if name not in ("suppress", "raises", "assertRaises", "assertRaisesRegex"):
        return None, False
    kept = node.args if name == "suppress" else node.args[:1]
    return _exceptions(argument.value for argument in kept), name != "suppress"


_STATEMENTS: dict[type[cst.CSTNode], Callable[..., Outcomes]] = {
    cst.Expr: Paths._expression,
    cst.Assign: Paths._assign,
    cst.AnnAssign: Paths._annotated,
    cst.AugAssign: Paths._augmented,
    cst.Return: Paths._return,
    cst.Raise: Paths._raise,
    cst.Assert: Paths._assert,
    cst.Del: Paths._delete,
    cst.Import: Paths._import,
    cst.ImportFrom: Paths._import,
    cst.Break: Paths._stop,
    cst.Continue: Paths._stop,
    cst.If: Paths._if,
    cst.Match: Paths._match,
    cst.For: Paths._for,
    cst.While: Paths._while,
    cst.Try: Paths._try,
    cst.TryStar: Paths._try,
    cst.With: Paths._with,
    cst.FunctionDef: Paths._define,
    cst.ClassDef: Paths._define,
}
__all__ = ["Bits", "Outcomes", "Paths"]
