"""The context of a daemon closes a descriptor that the program goes on to use."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.domain.values import ObjectRef
from inheritlint.events.event import Call, Event
from inheritlint.events.makers import creations_of
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.program import Program
from inheritlint.knowledge.effects import Kind


@frozen
class Closed:
    """Something that is closed: `created` is the call that opened it, `name` how it is written, empty where it has no
    name, `used` the first call that uses it afterwards, `kind` what it is."""

    name: str
    kind: Kind | None
    created: cst.CSTNode
    used: cst.CSTNode


@frozen
class DaemonCloses(Call):
    """The call that makes the context; `things` are what it closes too early, in the order of the program."""

    things: tuple[Closed, ...]

    @property
    def preserving(self) -> cst.Arg | None:
        """The argument that says what stays open, where it is written."""
        return next((each for each in self.node.args if each.keyword and each.keyword.value == "files_preserve"), None)


def daemon_closings(program: Program) -> Iterator[Event]:
    """One event for each context that closes something which is used afterwards."""
    for node, swept in program.file.swept.items():
        found = [_closed(program, node, thing, name) for thing, name in swept.items()]
        things = sorted((each for each in found if each), key=lambda each: program.tree.span(each.created))
        if things and isinstance(node, cst.Call):
            here = program.tree.span(node), node, program, program.target.everywhere
            yield DaemonCloses(*here, tuple(things))


def _closed(program: Program, node: cst.CSTNode, thing: ObjectRef, name: str) -> Closed | None:
    used = program.file.used_when_swept.get((node, thing))
    opened = creations_of(program, thing)
    if used is None or not opened or used not in program.outline.parents:
        return None
    created = opened[0]
    is_near = program.function_around(created) in (program.function_around(node), program.module)
    return Closed(name or (_variable(program, created) if is_near else ""), thing.kind, created, used)


def _variable(program: Program, created: cst.CSTNode) -> str:
    """The variable that what `created` made is assigned to, if nothing else ever is; else empty."""
    match program.outline.parents[created]:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            scope = program.outline.scopes[program.outline.enclosing(created)]
            return name if scope.bound[name] == 1 else ""
    return ""
