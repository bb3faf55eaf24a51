"""`preexec_fn`: what a child does between fork and exec."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.standard_streams import STREAMS, UNTOUCHED, number_of
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    NONE,
    LocalCallable,
    ObjectRef,
    OneOf,
    PartialCall,
    PerPlatform,
    QualifiedName,
    Value,
)
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.calls import CLOSING_FUNCTIONS
from inheritlint.knowledge.effects import Effect, Kind
from inheritlint.source.nodes import below

_CLOSING = CLOSING_FUNCTIONS | {"os.closerange"}
_DEEPEST = 3  # functions that are called by one another
#: What has a method that closes its descriptor, and does nothing else.
_OPEN = (Kind.FILE, Kind.SOCKET, Kind.CONNECTION)
_MARKING = frozenset(["os.set_inheritable", "fcntl.fcntl"])
#: What may stand around those calls without doing anything to the child.
_IDLE = frozenset(
    "range int max min len sorted list tuple set fileno sysconf getrlimit suppress F_SETFD FD_CLOEXEC".split()
)


@frozen
class PreexecFn(Call):
    """`preexec_fn` does nothing but close descriptors (`only_closes`) or change their inheritance. `argument` is where
    it is given; `closes_anyway` says that the start closes all descriptors without it."""

    argument: cst.Arg | None
    only_closes: bool
    closes_anyway: bool


def _started(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    seen = [each for each in seen if each.value("preexec_fn") != NONE]  # elsewhere nothing is prepared
    given = seen[0].bound.get("preexec_fn") if seen else None
    if given is None:
        return
    effects = [_effects(program, each, each.bound["preexec_fn"].value) for each in seen if "preexec_fn" in each.bound]
    if len(effects) != len(seen) or any(not each for each in effects):
        return
    done = frozenset().union(*(each for each in effects if each))
    close_fds = seen[0].bound.get("close_fds")
    yield PreexecFn(
        program.tree.span(node),
        node,
        program,
        platforms_of(seen),
        given.node,
        only_closes=done <= _CLOSING,
        closes_anyway=close_fds is None or truth(close_fds.value) is True,
    )


def _effects(program: Program, record: CallRecord, value: Value) -> frozenset[str] | None:
    """The functions that a `preexec_fn` calls, where all of them close descriptors or make them inheritable; else
    None."""
    if isinstance(value, (OneOf, PerPlatform)):
        found = [_effects(program, record, each) for each in alternatives(value) if each != NONE]
        return frozenset().union(*(each or () for each in found)) if found and all(found) else None
    match value:
        case PartialCall(_, given) if any(number_of(each) in STREAMS for _, each in given):
            return None
        case PartialCall(QualifiedName(name), _) if name in _CLOSING | _MARKING:
            return frozenset([name])
        case LocalCallable(Function() as function) | PartialCall(LocalCallable(Function() as function), _):
            return None if _changes_streams(program, function) else _called(program, function, frozenset())
        case ObjectRef(path=(*path, ".close")) if number_of(value) is None:
            owner = ObjectRef(value.origin, tuple(path), None, value.old)
            is_open = any(each.kind in _OPEN for _, each in record.names if each == owner)
            return frozenset(["os.close"]) if is_open else None
    return None


def _changes_streams(program: Program, function: Function) -> bool:
    """Whether `function` may close 0, 1 or 2, which `close_fds` leaves open."""
    exits = program.exits(function)
    return exits is not None and any(state.streams != UNTOUCHED for state in exits.returned.states)


def _closes_a_stream(program: Program, call: cst.Call) -> bool:
    """The same of a call, as it is written."""
    texts = [program.tree.text(argument.value) for argument in call.args]
    return any(text in ("0", "1", "2") or ".std" in f".{text}" for text in texts)


def _called(program: Program, function: Function, around: frozenset[Function]) -> frozenset[str] | None:
    """The functions that `function` calls, by others of the file, too; `around` are those that called it."""
    if function in around or len(around) > _DEEPEST or isinstance(function.node, cst.Module):
        return None
    found = set()
    for part in below(function.node.body):
        if isinstance(part, (cst.Raise, cst.Return, cst.Global, cst.Nonlocal, cst.Assign, cst.AugAssign, cst.Import)):
            return None
        if not isinstance(part, cst.Call):
            continue
        names = set(program.outline.qualified(part.func))
        name = part.func.attr.value if isinstance(part.func, cst.Attribute) else ""
        if names & _CLOSING and _closes_a_stream(program, part):
            return None
        if names & (_CLOSING | _MARKING):
            found |= names & (_CLOSING | _MARKING)
        elif (helper := _helper(program, function, part)) is not None:
            done = _called(program, helper, around | {function})
            if done is None or _closes_a_stream(program, part):
                return None
            found |= done
        elif name in ("close", "set_inheritable") and not names:
            found.add("os.close" if name == "close" else "os.set_inheritable")
        elif program.tree.text(part.func).rpartition(".")[2] not in _IDLE:
            return None
    return frozenset(found) or None


def _helper(program: Program, function: Function, call: cst.Call) -> Function | None:
    """The function of the file that `function` calls; None for what is none, or not known."""
    name = call.func.value if isinstance(call.func, cst.Name) else getattr(call.func, "attr", None)
    name = name.value if isinstance(name, cst.Name) else name
    used = [each for each, by in program.file.used_on.items() if each.name == name and function in by]
    return used[0] if len(used) == 1 else None


def is_preexec_fn(program: Program, node: cst.Call) -> bool:
    """Whether `node` stands in a function that is given as `preexec_fn`."""
    names = {scope.name.value for scope in program.around(node) if isinstance(scope, cst.FunctionDef)}
    for use in program.outline.names.get("preexec_fn", ()):
        argument = program.outline.parents[use]
        if isinstance(argument, cst.Arg):
            given = {part.value for part in below(argument.value) if isinstance(part, cst.Name)}
            if names & given:
                return True
    arguments = (part.keyword for part in program.around(node) if isinstance(part, cst.Arg))
    return any(keyword is not None and keyword.value == "preexec_fn" for keyword in arguments)


EVENT_BUILDERS = {Effect.SUBPROCESS: _started}
