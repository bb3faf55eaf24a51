"""What becomes of a descriptor after it was made inheritable."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

import libcst as cst

from inheritlint.facts.observation import things_in
from inheritlint.facts.program import Program
from inheritlint.facts.record import is_reset
from inheritlint.facts.state import Mark, State, same_or_inside
from inheritlint.facts.statements import LEFT
from inheritlint.facts.values import Thing


class Ending(Enum):
    """How the story of a mark ends, over all paths."""

    RESET = auto()
    NEVER_RESET = auto()
    MISSED = auto()  # reset, but some path passes the reset by
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Fate:
    """`created` is the call that made the descriptor, `children` what was started while it was inheritable,
    `resets` what takes the mark back, `missed_by` the statement by which a path leaves without that and
    `children_missed` what was started on that path;
    `thing` is what was marked, and `escapes` says that it outlives the function: returned, or kept in an attribute."""

    ending: Ending
    created: cst.CSTNode | None = None
    children: tuple[cst.CSTNode, ...] = ()
    resets: tuple[cst.CSTNode, ...] = ()
    missed_by: cst.CSTNode | None = None
    children_missed: tuple[cst.CSTNode, ...] = ()
    thing: Thing | None = None
    escapes: bool = False


@dataclass(slots=True)
class _Way:
    state: State
    thing: Thing
    mark: Mark
    ordinary: bool  # falls through or returns; else an exception


def fate_of(program: Program, scope: cst.CSTNode, node: cst.Call) -> Fate:
    """What becomes of what `node` marks, over all ways out of `scope`."""
    ways = list(_ways(program, scope, node))
    if not ways:
        return Fate(Ending.UNKNOWN)
    kept = [way for way in ways if way.mark.undone is None and not _is_deferred(way)]
    resets = tuple(dict.fromkeys(way.mark.undone for way in ways if way.mark.undone is not None))
    children = tuple(dict.fromkeys(child for way in ways for child in way.mark.children))
    root = ways[0].thing.root
    created = root if isinstance(root, cst.Call) and root is not node else None
    fate = Fate(
        Ending.UNKNOWN,
        created,
        children,
        resets,
        thing=ways[0].thing,
        escapes=any(_escapes(program, scope, way) for way in ways),
    )
    if not kept or _is_undone_elsewhere(program, scope, kept) or _is_handed_back(program, scope, node):
        return replace(fate, ending=Ending.RESET)
    if node in program.replaced or _replaces_itself(program, scope):
        return fate
    reset_here = any(same_or_inside(kept[0].thing, owner) for owner in program.reset.get(scope, ()))
    if reset_here and not resets and not any(way.mark.again for way in ways):
        return fate  # a switch: made inheritable on one branch, not on the other
    ordinary = any(way.mark.undone is not None for way in ways if way.ordinary)
    if not ordinary and not any(map(is_reset, resets)):
        return replace(fate, ending=Ending.NEVER_RESET)
    missed = next((way for way in kept if way.ordinary), kept[0])
    left = missed.state.env.get(LEFT)
    by = left.root if isinstance(left, Thing) and isinstance(left.root, cst.CSTNode) else None
    return replace(fate, ending=Ending.MISSED, missed_by=by, children_missed=missed.mark.children)


def _escapes(program: Program, scope: cst.CSTNode, way: _Way) -> bool:
    """Whether the marked thing is still known to somebody after `scope` is left."""
    returned = program.exits[scope].returned if scope in program.exits else ()
    shown = [thing for state, value in returned if state is way.state for thing in things_in(value)]
    kept = [value for name, value in way.state.env.items() if "." in name and isinstance(value, Thing)]
    return any(value.owner.root == way.thing.root for value in (*shown, *kept)) or isinstance(scope, cst.Module)


def _ways(program: Program, scope: cst.CSTNode, node: cst.Call) -> Iterator[_Way]:
    outcomes = program.exits.get(scope)
    if outcomes is None:
        return
    ends = [(state, True) for state in outcomes.normal]
    ends += [(state, True) for state, _ in outcomes.returned]
    if not isinstance(scope, cst.Module):  # an exception that leaves the module ends the process
        ends += [(raised.state, False) for raised in outcomes.raised]
    for state, ordinary in ends:
        for thing, mark in state.marks.items():
            if mark.node is node and not mark.forked:
                yield _Way(state, thing, mark, ordinary)
    for thing, mark, state in program.spent.get(node, ()):
        if not mark.forked and program.outline.scope_of(node) is scope:
            yield _Way(state, thing, mark, True)


def _is_deferred(way: _Way) -> bool:
    return any(same_or_inside(known, owner) for known in _names_of(way) for owner in way.state.deferred)


def _names_of(way: _Way) -> Iterator[Thing]:
    """Every thing that is the marked one under another name at the end of a path: `self.sock`, a captured local."""
    yield way.thing
    self_root = next(
        (value.root for value in way.state.env.values() if isinstance(value, Thing) and _is_self(value)), None
    )
    for text, value in way.state.env.items():
        if isinstance(value, Thing) and value.owner == way.thing and not text.startswith("<"):
            first, *rest = text.split(".")
            steps = tuple(f".{step}" if not step.startswith("[") else "[*]" for step in rest)
            holder = way.state.env.get(first)
            if self_root is not None and isinstance(holder, Thing) and holder.root == self_root and rest:
                yield Thing(self_root, steps)
            yield Thing(("name", first), steps)


def _is_self(value: Thing) -> bool:
    return isinstance(value.root, tuple) and value.root[:1] == ("self",) and not value.path


def _is_undone_elsewhere(program: Program, scope: cst.CSTNode, kept: list[_Way]) -> bool:
    """Whether another function of the file closes or resets what is kept: a method of the class, a nested
    function, whoever shares a global name."""
    for function in _may_undo(program, scope, kept):
        if function is not scope:
            program.function(function)
    return all(
        any(
            other is not scope and same_or_inside(known, owner) and _runs_later(program, scope, other)
            for known in _known_elsewhere(way, scope)
            for other, owner in program.undone.get(known.root, ())
        )
        for way in kept
    )


def _known_elsewhere(way: _Way, scope: cst.CSTNode) -> Iterator[Thing]:
    """The names of the marked thing, as other functions know it: a local of `scope`, as a nested one sees it."""
    for known in _names_of(way):
        yield known
        if isinstance(known.root, tuple) and known.root[0] == "name":
            yield Thing(("local", scope, known.root[1]), known.path)


def _runs_later(program: Program, scope: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether `other` may run after `scope`: any function but a local one that `scope` only calls itself."""
    if not isinstance(other, cst.FunctionDef) or scope not in program.around(other) or isinstance(scope, cst.Module):
        return True
    parents = program.outline.parents
    uses = [use for use in program.outline.names[other.name.value] if use is not other.name]
    calls = [parents[use] for use in uses]
    return any(not isinstance(call, cst.Call) or call.func is not use for use, call in zip(uses, calls, strict=True))


def _may_undo(program: Program, scope: cst.CSTNode, kept: list[_Way]) -> list[cst.FunctionDef]:
    """The functions that may close or reset what is kept: those in `scope`, the other methods of its class, all where
    the module knows the thing."""
    roots = (way.thing.root for way in kept)
    if any(way.thing in program.held for way in kept) or any(isinstance(r, tuple) and r[0] == "global" for r in roots):
        return list(program.outline.functions)
    own = program.entries.get(scope) if isinstance(scope, cst.FunctionDef) else None
    found = list(program.inner_functions.get(scope, ()))
    return found + program.methods(own.owner) if own is not None and own.owner is not None else found


def _is_handed_back(program: Program, scope: cst.CSTNode, node: cst.Call) -> bool:
    """Whether a private function marks what all of its callers in this file reset."""
    if not isinstance(scope, cst.FunctionDef) or not program.outline.is_private(scope):
        return False
    callers = [other for other in program.marking(node) if other is not scope]
    ways = [way for other in callers for way in _ways(program, other, node)]
    return bool(ways) and all(way.mark.undone is not None or _is_deferred(way) for way in ways)


def _replaces_itself(program: Program, scope: cst.CSTNode) -> bool:
    """Whether another function of the file replaces the process: what is marked is meant for the next program."""
    for call in program.replacing:
        seen = program.observations.get(call)
        if seen and all(observation.forked for observation in seen):
            continue
        if scope not in program.around(call) or isinstance(scope, cst.Module):
            return True
    return False
