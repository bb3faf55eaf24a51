"""`preexec_fn`: what a child does between fork and exec."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.truth import truth
from inheritlint.domain.values import NONE, LocalCallable, OneOf, PartialCall, PerPlatform, QualifiedName, Value
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings.classes import frozen
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.calls import CLOSING_FUNCTIONS
from inheritlint.knowledge.effects import Effect
from inheritlint.source.nodes import below

_CLOSING = CLOSING_FUNCTIONS | {"os.closerange"}
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
    effects = [_effects(program, each.bound["preexec_fn"].value) for each in seen if "preexec_fn" in each.bound]
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


def _effects(program: Program, value: Value) -> frozenset[str] | None:
    """The functions that a `preexec_fn` calls, where all of them close descriptors or make them inheritable; else
    None."""
    if isinstance(value, (OneOf, PerPlatform)):
        found = [_effects(program, each) for each in alternatives(value) if each != NONE]
        return frozenset().union(*(each or () for each in found)) if found and all(found) else None
    match value:
        case PartialCall(QualifiedName(name), _) if name in _CLOSING | _MARKING:
            return frozenset([name])
        case LocalCallable(Function(node=cst.Lambda() as function)):
            return _called(program, function.body)
        case LocalCallable(Function(node=cst.FunctionDef() as function)):
            return _called(program, function.body)
    return None


def _closes_a_stream(program: Program, call: cst.Call) -> bool:
    """Whether `call` may close 0, 1 or 2, which `close_fds` leaves open."""
    text = program.tree.text(call.args[0].value) if call.args else ""
    return text in ("0", "1", "2") or ".std" in f".{text}"


def _called(program: Program, body: cst.CSTNode) -> frozenset[str] | None:
    found = set()
    for part in below(body):
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
        elif name in ("close", "set_inheritable") and not names:
            found.add("os.close" if name == "close" else "os.set_inheritable")
        elif program.tree.text(part.func).rpartition(".")[2] not in _IDLE:
            return None
    return frozenset(found) or None


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
