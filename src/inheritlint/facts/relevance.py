"""Which statements of a body cannot change an answer: they are stepped over, not run."""

from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from inheritlint.facts.departures import Departures
from inheritlint.facts.outline import Outline
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.deeds import Deed
from inheritlint.knowledge.triggers import TELLING

#: What starts a child: it may get what is inheritable then.
_STARTING = frozenset(
    name.rpartition(".")[2] for name, call in CALLS.items() if call.deed in (Deed.STARTS, Deed.SPAWNS)
) - {"__init__"}
_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)
_BINDING = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.WithItem)


def is_os_name(node: cst.CSTNode) -> bool:
    """Whether `node` is `os.name`; other things have names, too."""
    return (
        isinstance(node, cst.Attribute)
        and node.attr.value == "name"
        and isinstance(node.value, cst.Name)
        and node.value.value in ("os", "_os")
    )


class Relevance:
    """Answers for the statements of one scope. `outline` knows what concerns us, `departures` what leads away, `names`
    fills with the names in each statement of the file."""

    def __init__(
        self,
        scope: cst.CSTNode,
        outline: Outline,
        departures: Departures,
        telling: frozenset[str],
        names: dict[cst.CSTNode, frozenset[str]],
    ) -> None:
        self._outline, self._departures = outline, departures
        self._telling = TELLING | telling
        self._inert: dict[cst.CSTNode, bool] = {}
        self._names = names
        # A body that does not concern us is run for what it does to others: all of it matters.
        self._relevant = self._closure(scope) if scope in outline.concerned else None
        self._met = (self._relevant or frozenset()) | _STARTING

    def is_inert(self, statement: cst.CSTNode) -> bool:
        """Whether `statement` leaves every answer as it is: it may only raise."""
        if self._relevant is None:
            return False
        if statement not in self._inert:
            self._inert[statement] = (
                statement not in self._outline.concerned
                and not self._is_moving(statement)
                and self._mentioned(statement).isdisjoint(self._met)
            )
        return self._inert[statement]

    def _is_moving(self, statement: cst.CSTNode) -> bool:
        """Whether `statement` holds one that leads away."""
        return statement in self._departures.moving

    def _mentioned(self, statement: cst.CSTNode) -> frozenset[str]:
        """All names in `statement`, attributes included."""
        known = self._names.get(statement)
        if known is None:
            names: set[str] = set()
            pending = [statement]
            while pending:
                part = pending.pop()
                kind = type(part)
                if kind is cst.Name:
                    names.add(part.value)  # type: ignore[attr-defined]
                    continue
                if part is not statement and issubclass(kind, _STATEMENTS):
                    names |= self._mentioned(part)
                    continue
                if kind is cst.Attribute and is_os_name(part):
                    names.add("os.name")
                pending += self._outline.inside.get(part, ())
            known = self._names[statement] = frozenset(names)
        return known

    def _closure(self, scope: cst.CSTNode) -> frozenset[str]:
        """Names that what concerns us is built from, or that are built from those."""
        relevant = set(self._telling)
        bindings: list[frozenset[str]] = []
        for part, holder in self._parts(scope):
            names = self._mentioned(part)
            if part in self._outline.concerned or self._steers(part, holder):
                relevant |= names
            elif isinstance(part, _BINDING) or not names.isdisjoint(self._telling):
                bindings.append(names)
        holding: dict[str, list[frozenset[str]]] = defaultdict(list)
        for names in bindings:
            for name in names:
                holding[name].append(names)
        pending = list(relevant & holding.keys())
        while pending:
            for names in holding.pop(pending.pop(), ()):
                pending += names - relevant
                relevant |= names
        return frozenset(relevant)

    def _steers(self, part: cst.CSTNode, holder: cst.CSTNode) -> bool:
        """Whether `part` is the header of a statement that decides whether something that concerns us is reached."""
        if not isinstance(part, cst.BaseExpression) or not isinstance(holder, cst.BaseCompoundStatement):
            return False
        return holder in self._outline.concerned or self._is_moving(holder)

    def _parts(self, scope: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """Small statements, and the expressions in headers of compound ones, below `scope`, each with its holder."""
        pending = [scope]
        while pending:
            node = pending.pop()
            for child in self._outline.inside.get(node, ()):
                if isinstance(child, (cst.BaseSmallStatement, cst.BaseExpression, cst.WithItem, cst.Decorator)):
                    yield child, node
                else:
                    pending.append(child)
