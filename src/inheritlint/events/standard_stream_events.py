"""0, 1 or 2 is closed on exec in the end: children start without it."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.standard_streams import STREAM_NAMES, STREAMS
from inheritlint.domain.state import State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import FlagBits
from inheritlint.events.event import Call, Event
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import Effect
from inheritlint.source.nodes import below


@frozen
class StandardStreamNotInheritable(Call):
    """A standard stream is left closed on exec. `reopened` says that it was closed and the next descriptor landed on
    its number; else it was made non-inheritable. `closed_by` is the call that closed it, where that is known."""

    numbers: tuple[int, ...]
    reopened: bool
    closed_by: cst.CSTNode | None = None

    @property
    def argument(self) -> Argument | None:
        """`inheritable=False` of `os.dup2`, where that is what makes it so."""
        seen = self.program.records.get(self.node, ())
        return next((each.bound.get("inheritable") for each in seen if each.spec.effect is Effect.DUP2), None)

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams by name."""
        return tuple(STREAM_NAMES[number] for number in self.numbers)


def lost_streams(program: Program) -> Iterator[Event]:
    """One event for each call by which some ordinary way to an end leaves a stream closed on exec."""
    found: dict[cst.CSTNode, set[int]] = {}
    closed: dict[cst.CSTNode, cst.CSTNode | None] = {}
    for function, exits in program.all_exits.items():
        private = {each: None for state in exits.returned.states for each in state.streams.private}
        for state in exits.unreturned.states:
            private |= {each: None for each in state.streams.private if _is_missed(program, state, each, function)}
        for number, node, closed_by in private:
            if any(_stands_in(program, each, function) for each in (node, closed_by)):
                found.setdefault(node, set()).add(number)
                closed.setdefault(node, closed_by)
    for number, node, closed_by in program.file.lost_at_exec:
        found.setdefault(node, set()).add(number)
        closed.setdefault(node, closed_by)
    for node, numbers in found.items():
        if isinstance(node, cst.Call):
            name = node.func.attr.value if isinstance(node.func, cst.Attribute) else program.tree.text(node.func)
            reopened = name not in ("set_inheritable", "fcntl", "dup2", "set_handle_inheritable")
            if name == "set_handle_inheritable":
                continue  # a descriptor in the place of a handle: that is the mistake
            if reopened or not _replaces_later(program, node):
                here = (program.tree.span(node), node, program, program.target.everywhere)
                yield StandardStreamNotInheritable(*here, tuple(sorted(numbers)), reopened, closed[node])
    yield from _reclaimed(program, set(found))


def _stands_in(program: Program, node: cst.CSTNode | None, function: Function) -> bool:
    return node in program.outline.parents and program.function_around(node) is function


def _is_missed(
    program: Program, state: State, lost: tuple[int, cst.CSTNode, cst.CSTNode | None], function: Function
) -> bool:
    """Whether `function` starts a child without the stream later on, on a path on which it does not return."""
    number, node, _ = lost
    parents = program.outline.parents
    children = [each for each in state.children if each in parents and program.function_around(each) is function]
    return node in parents and any(
        program.tree.span(child).start > program.tree.span(node).start
        and not any(STREAM_NAMES[number] in each.bound for each in program.seen_at(child))
        for child in children
    )


def _replaces_later(program: Program, node: cst.Call) -> bool:
    """Whether the function that closes a stream to children also gives them another one, or becomes one of them."""
    function = program.function_around(node)
    return function is not program.module and any(
        program.function_around(other) is function and any(map(_gives_a_stream, seen))
        for other, seen in program.records.items()
        if other is not node
    )


def _gives_a_stream(record: CallRecord) -> bool:
    """Whether a call replaces the process, or puts something in a place that children get."""
    if record.spec.effect is Effect.DUP2:
        inheritable = record.value("inheritable")
        return record.name == "os.dup2" and (inheritable is None or truth(inheritable) is not False)
    return record.spec.effect is Effect.EXEC


def _reclaimed(program: Program, known: set[cst.CSTNode]) -> Iterator[Event]:
    """An `os.open` of which the result is not used, with `os.dup2(0, …)` right after it: it lands on 0."""
    for node, seen in program.records.items():
        line = program.outline.parents[program.outline.parents[node]] if _is_discarded(program, node) else None
        if line is None or node in known or seen[0].name != "os.open":
            continue
        block = program.outline.parents[line]
        body: list[cst.CSTNode] = list(block.body) if isinstance(block, (cst.IndentedBlock, cst.Module)) else []
        place = body.index(line) + 1 if line in body else len(body)
        following = body[place] if place < len(body) else None
        calls = [part for part in below(following) if isinstance(part, cst.Call)] if following else []
        if calls and any(map(_copies_the_first, program.records.get(calls[0], ()))):
            yield StandardStreamNotInheritable(
                program.tree.span(node), node, program, program.target.everywhere, STREAMS[:1], True
            )


def _copies_the_first(record: CallRecord) -> bool:
    """Whether a call is `os.dup2(0, 1)` or `os.dup2(0, 2)`."""
    source, target = (record.value(name) for name in ("fd", "fd2"))
    return record.name == "os.dup2" and source == FlagBits(0) and target in (FlagBits(1), FlagBits(2))


def _is_discarded(program: Program, node: cst.Call) -> bool:
    return isinstance(program.outline.parents[node], cst.Expr)
