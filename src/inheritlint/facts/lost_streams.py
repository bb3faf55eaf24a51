"""0, 1 or 2 is closed on exec in the end: children start without it."""

from collections.abc import Iterator
from dataclasses import dataclass

import libcst as cst

from inheritlint.facts.events import Call, Event
from inheritlint.facts.program import Program
from inheritlint.facts.record import expressions_in
from inheritlint.facts.streams import STREAMS

_NAMES = ("stdin", "stdout", "stderr")


@dataclass(frozen=True)
class StreamLost(Call):
    """A standard stream is left closed on exec. `recreated` says that it was closed and the next descriptor landed on
    its number; else it was made non-inheritable. `closed_by` is the call that closed it, where that is known."""

    numbers: tuple[int, ...]
    recreated: bool
    closed_by: cst.CSTNode | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams by name."""
        return tuple(_NAMES[number] for number in self.numbers)


def lost_streams(program: Program) -> Iterator[Event]:
    """One event for each call by which some ordinary way to an end leaves a stream closed on exec."""
    found: dict[cst.CSTNode, set[int]] = {}
    closed: dict[cst.CSTNode, cst.CSTNode | None] = {}
    for scope, outcomes in program.exits.items():
        states = [*outcomes.normal, *(state for state, _ in outcomes.returned)]
        private = {each: None for state in states for each in state.streams.private}
        for number, node, closed_by in private:
            if _stands_in(program, node, scope):
                found.setdefault(node, set()).add(number)
                closed.setdefault(node, closed_by)
    for number, node, closed_by in program.lost:
        found.setdefault(node, set()).add(number)
        closed.setdefault(node, closed_by)
    for node, numbers in found.items():
        if isinstance(node, cst.Call):
            name = node.func.attr.value if isinstance(node.func, cst.Attribute) else program.tree.text(node.func)
            recreated = name not in ("set_inheritable", "fcntl", "dup2", "set_handle_inheritable")
            if name == "set_handle_inheritable":
                continue  # a descriptor in the place of a handle: that is the mistake
            if recreated or not _replaces_later(program, node):
                here = (program.tree.span(node), node, program, program.target.everywhere)
                yield StreamLost(*here, tuple(sorted(numbers)), recreated, closed[node])
    yield from _reclaimed(program, set(found))


def _stands_in(program: Program, node: cst.CSTNode, scope: cst.CSTNode) -> bool:
    return node in program.outline.parents and program.outline.scope_of(node) is scope


def _replaces_later(program: Program, node: cst.Call) -> bool:
    """Whether the function that closes a stream to children also gives them another one."""
    scope = program.outline.scope_of(node)
    return any(
        isinstance(part, cst.Name) and part.value in ("dup2", "execv", "execve", "execvp")
        for part in expressions_in(scope)
        if not isinstance(scope, cst.Module) and node not in program.around(part)
    )


def _reclaimed(program: Program, known: set[cst.CSTNode]) -> Iterator[Event]:
    """An `os.open` that nobody keeps, with `os.dup2(0, …)` right after it: it lands on 0."""
    for node, seen in program.observations.items():
        line = program.outline.parents[program.outline.parents[node]] if _is_discarded(program, node) else None
        if line is None or node in known or seen[0].name != "os.open":
            continue
        block = program.outline.parents[line]
        body: list[cst.CSTNode] = list(block.body) if isinstance(block, (cst.IndentedBlock, cst.Module)) else []
        place = body.index(line) + 1 if line in body else len(body)
        following = body[place] if place < len(body) else None
        calls = [part for part in expressions_in(following) if isinstance(part, cst.Call)] if following else []
        if calls and program.tree.text(calls[0]).replace(" ", "") in ("os.dup2(0,1)", "os.dup2(0,2)"):
            yield StreamLost(program.tree.span(node), node, program, program.target.everywhere, STREAMS[:1], True)


def _is_discarded(program: Program, node: cst.Call) -> bool:
    return isinstance(program.outline.parents[node], cst.Expr)
