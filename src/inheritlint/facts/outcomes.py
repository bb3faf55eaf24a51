"""How a statement can be left, and what stops an exception."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from inheritlint.facts.outline import dotted
from inheritlint.facts.state import State, distinct
from inheritlint.facts.values import (
    Value,
)

#: What handlers of these names catch, besides themselves.
CATCH_ALL = frozenset(["", "Exception", "BaseException"])
CATCH_CALLS = CATCH_ALL | {"OSError", "EnvironmentError", "IOError", "RuntimeError", "ValueError", "SubprocessError"}
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
        if len(self.normal) > 1:
            self.normal = distinct(self.normal)
        if self.broke or self.continued:
            self.broke, self.continued = distinct(self.broke), distinct(self.continued)
        if len(self.raised) > 8:
            names = sorted({raised.name for raised in self.raised})
            groups = {name: distinct(r.state for r in self.raised if r.name == name) for name in names}
            self.raised = [Raised(state, name) for name in names for state in groups[name]]
        if len(self.returned) > 16:
            seen = {(state.key(), value): (state, value) for state, value in self.returned}
            self.returned = list(seen.values())[: 4 * self.returned[0][0].most]
        return self


NAME_ERRORS = frozenset(["AttributeError", "ImportError", "ModuleNotFoundError"])


def caught_by(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> frozenset[str]:
    """The last names of what a handler catches; the empty name for a bare one, `?` for what cannot be read."""
    if handler.type is None:
        return frozenset([""])
    return exceptions([handler.type])


def exceptions(nodes: Iterable[cst.BaseExpression]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, cst.Tuple):
            found |= exceptions(element.value for element in node.elements)
        else:
            found.add((dotted(node) or "?").rpartition(".")[2])
    return frozenset(found)


def catch(names: frozenset[str], exception: str) -> bool:
    return not names.isdisjoint(CATCH_ALL | {exception} | _ALSO.get(exception, frozenset()))


def swallowing(node: cst.BaseExpression) -> tuple[frozenset[str] | None, bool]:
    """What a `with` item keeps from leaving its body, and whether the body is expected to raise."""
    if not isinstance(node, cst.Call):
        return None, False
    name = (dotted(node.func) or "").rpartition(".")[2]
    if name not in ("suppress", "raises", "assertRaises", "assertRaisesRegex"):
        return None, False
    kept = node.args if name == "suppress" else node.args[:1]
    return exceptions(argument.value for argument in kept), name != "suppress"
