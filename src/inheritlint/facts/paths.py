"""Every path through a body of statements, each with what is known on it."""

from collections.abc import Callable
from functools import partial

import libcst as cst

from inheritlint.facts.outcomes import CATCH_CALLS, NAME_ERRORS, Outcomes, Raised, catch, caught_by, swallowing
from inheritlint.facts.outline import dotted
from inheritlint.facts.platform_names import speaks_of_windows
from inheritlint.facts.state import State, distinct
from inheritlint.facts.statements import LEFT, Statements
from inheritlint.facts.values import (
    Items,
    PerPlatform,
    Thing,
    Value,
    to_python,
)
from inheritlint.knowledge.platforms import WINDOWS


class Paths(Statements):
    """Runs the statements that branch, repeat, catch and clean up."""

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
        if isinstance(source, Thing):  # without elements there is nothing that could be inheritable
            state.undo(source, node)
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
        handlers = [(caught_by(handler), handler) for handler in node.handlers]
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
                if (r.name and (catch(names, r.name) or r.name not in NAME_ERRORS)) or not r.name
            ]
            entered = [state.fork() for state in entered]
            for state in entered:  # they have not left the function after all
                state.env.pop(LEFT, None)
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
            return [] if catch(caught, raised.name) else [raised]
        return [] if caught & CATCH_CALLS else [raised]

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
            names, expecting = swallowing(item.item)
            swallowed = names if names is not None else swallowed
            expected |= expecting
        if swallowed is not None:
            self._tries.append(swallowed)
        self.expecting += expected
        outcomes = self.suite(node.body, [state])
        self.expecting -= expected
        if swallowed is not None:
            self._tries.pop()
            stopped = [r.state for r in outcomes.raised if not r.name or catch(swallowed, r.name)]
            outcomes.raised = [r for r in outcomes.raised for r in self._escaping(r, swallowed)]
            outcomes.normal = [*stopped, *([] if expected and stopped else outcomes.normal)]
        left = (*outcomes.normal, *outcomes.broke, *outcomes.continued, *(s for s, _ in outcomes.returned))
        for one in (*left, *(raised.state for raised in outcomes.raised)):
            for thing in closing:
                self.undo(thing, node, one)
        return outcomes.settle()

    # Definitions


RUNNERS: dict[type[cst.CSTNode], Callable[..., Outcomes]] = {
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
Paths.runners = RUNNERS
