"""What a call may do to the program around it."""

from abc import abstractmethod

import libcst as cst

from inheritlint.facts.containers import Containers
from inheritlint.facts.observation import Given, Observation
from inheritlint.facts.state import Mark, State
from inheritlint.facts.values import (
    Local,
    Thing,
    Value,
)
from inheritlint.knowledge.deeds import Kind


class Effects(Containers):
    """Evaluates expressions, and is told what the calls in them do."""

    @abstractmethod
    def run(self, function: Local, arguments: Given, state: State) -> Value:
        """Run a function of this file in place; effects happen to `state`."""

    @abstractmethod
    def undo(self, thing: Thing, by: cst.CSTNode, state: State) -> None:
        """`thing` is closed or made non-inheritable by `by`."""

    @abstractmethod
    def defer(self, state: State, thing: Thing) -> None:
        """`thing` is closed or made non-inheritable later, whatever happens."""

    @abstractmethod
    def may_raise(self, state: State) -> None:
        """Any exception can leave the expression at hand now."""

    @abstractmethod
    def catches(self, exception: str) -> bool:
        """Whether a handler around the statement at hand catches `exception`."""

    @abstractmethod
    def observe(self, observation: Observation) -> None:
        """A call that rules listen to was reached."""

    @abstractmethod
    def started_class(self, node: cst.ClassDef) -> str | None:
        """The known class that starts children from which `node` inherits."""

    @abstractmethod
    def starts_children(self) -> bool:
        """Whether the call stands in a class of this file that is a `Popen` of its own."""

    @abstractmethod
    def receiver(self) -> cst.ClassDef | None:
        """The class in whose method the call stands."""

    @abstractmethod
    def duplicated(self, node: cst.Call, arguments: Given, state: State) -> Value:
        """`fcntl.fcntl(fd, F_DUPFD, …)`."""

    @abstractmethod
    def shares(self, thing: Thing) -> None:
        """`thing` is made inheritable."""

    @abstractmethod
    def replaced(self, node: cst.Call, state: State) -> None:
        """Another program takes the place of this process at `node`, with what is marked now."""

    @abstractmethod
    def exposes(self, thing: Thing) -> None:
        """Code that is not known gets `thing`, and may make it inheritable."""

    @abstractmethod
    def spent(self, thing: Thing, mark: Mark, state: State) -> None:
        """The story of a mark on `thing` has come to its end on this path: another one begins."""

    @abstractmethod
    def landed(self, node: cst.Call, kind: Kind | None, state: State) -> Value:
        """What is created after 0, 1 or 2 was closed."""

    @abstractmethod
    def end(self, state: State) -> None:
        """Nothing after this runs on this path."""
