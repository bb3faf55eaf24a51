"""Blocks, and the statements that hold no others."""

import sys
from collections.abc import Callable, Iterable
from typing import ClassVar

import libcst as cst

from inheritlint.facts.conduct import Conduct
from inheritlint.facts.operations import combine
from inheritlint.facts.outcomes import Outcomes, Raised, catch
from inheritlint.facts.outline import dotted, imported
from inheritlint.facts.state import State, distinct
from inheritlint.facts.values import (
    Constant,
    Local,
    Reference,
    Thing,
    Value,
    choice,
    options,
)
from inheritlint.knowledge.platforms import POSIX, POSIX_MODULES, WINDOWS, WINDOWS_MODULES

#: The key under which a path keeps the statement by which it leaves the function.
LEFT = "<left>"

#: Modules of which it is known which names a platform lacks.
_PROBED = frozenset(["os", "posix", "nt", "ctypes", "sys", "signal", "socket", "select", "time"])


class Statements(Conduct):
    """Runs blocks of statements, and the simple ones. What it needs of the file around them is left to `Body`."""

    runners: ClassVar[dict[type[cst.CSTNode], Callable[..., Outcomes]]]

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
        return any(catch(names, exception) for names in self._tries)

    def missing(self, state: State, platforms: frozenset[int], exception: str) -> None:
        exception = "ImportError" if self._importing else exception
        without = state.platforms - platforms
        if without and self.catches(exception):
            self._raising.append(Raised(state.on(without), exception))
        if state.platforms & platforms:
            state.platforms &= platforms
        elif self.catches(exception):
            self.end(state)

    def tolerates_absence(self) -> bool:
        return self.catches("ImportError" if self._importing else "AttributeError")

    def undo(self, thing: Thing, by: cst.CSTNode, state: State) -> None:
        state.take_back(thing)
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
            if self.is_inert(statement):
                self._step_over(statement, states, outcomes)
                continue
            step = self.statement(statement, states)
            if not step.normal and isinstance(statement, cst.If):
                self.guards(statement.test, body[position + 1 :], states[0])
            outcomes.take(step)
            states = distinct(step.normal) if len(step.normal) > 1 else step.normal
        outcomes.normal = states
        return outcomes.settle()

    def step(self, states: int) -> None:
        """A statement is about to be run from so many states."""

    def may_lose_control(self, statement: cst.CSTNode) -> bool:
        """Whether `statement` holds a call, or anything else that may raise in the use that programs make of it."""
        return True

    def is_inert(self, statement: cst.CSTNode) -> bool:
        """Whether `statement` can change nothing that is asked."""
        return False

    def _step_over(self, statement: cst.CSTNode, states: list[State], outcomes: Outcomes) -> None:
        if not self.may_lose_control(statement):
            return
        before, self._raising, self._at = self._raising, [], statement
        for state in states:
            self.may_raise(state)
        outcomes.raised += self._raising
        self._raising = before

    def suite(self, suite: cst.BaseSuite, states: list[State]) -> Outcomes:
        """Run the body of a compound statement."""
        return self.block(suite.body, states)

    def statement(self, node: cst.CSTNode, states: list[State]) -> Outcomes:
        """Run one statement from each of `states`."""
        kind = type(node)
        if kind is cst.SimpleStatementLine or kind is cst.SimpleStatementSuite:
            return self.block(node.body, states)  # type: ignore[attr-defined]
        outcomes = Outcomes()
        runner = self.runners.get(kind)
        if runner is None:
            outcomes.normal = states
            return outcomes
        self._at = node
        self.step(len(states))
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
            rest = [
                way for one in self.assume(node.left, state.fork(), both) for way in self._branching(node.right, one)
            ]
            return [*rest, *self.assume(node.left, state.fork(), not both)]
        else:
            self.evaluate(node, state)
            return [state]
        return [
            way
            for side, body in sides
            for one in self.assume(test, state.fork(), side)
            for way in self._branching(body, one)
        ]

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

    def _define(self, node: cst.FunctionDef | cst.ClassDef, state: State) -> Outcomes:
        state.forget(node.name.value)
        state.env[node.name.value] = self.defined(node, state)
        return Outcomes(normal=[state])

    def defined(self, node: cst.FunctionDef | cst.ClassDef, state: State) -> Value:
        """A function or class defined here."""
        return Local(node)
