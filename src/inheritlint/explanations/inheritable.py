"""A descriptor that is made inheritable: what to do about it, and the path on which it stays so."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.events.inheritable import MadeInheritable
from inheritlint.findings import Step, StepRole
from inheritlint.lifecycle.inheritance import does_not_inherit, subprocess_records
from inheritlint.lifecycle.lifecycle import ResetStatus, deliberate_resets

_HANDLE_LIST = '`lpAttributeList["handle_list"]`'


def name_of(mark: MadeInheritable) -> str:
    """The name of the descriptor in backquotes; "a descriptor" where it has none."""
    return f"`{mark.target}`" if mark.target else f"a {_kind(mark)}"


def known_name_of(mark: MadeInheritable) -> str:
    """The same of one that was mentioned before."""
    return f"`{mark.target}`" if mark.target else f"the {_kind(mark)}"


def _kind(mark: MadeInheritable) -> str:
    return "socket" if mark.is_method_call else "handle" if mark.is_handle else "descriptor"


def remedy(mark: MadeInheritable) -> str:
    """How to let only the intended child process inherit the descriptor, on every platform that runs the call."""
    again = "set it again in a `finally`" if mark.uses_fcntl else "reset it in a `finally`"
    if mark.on_windows_only:
        return f"{child_remedy(mark)} and {again}"
    allows = _allowing(mark) if mark.on_posix_only else None
    return f"use `{allows}` instead" if not mark.is_handle and allows else again


def child_remedy(mark: MadeInheritable) -> str:
    """How to pass the descriptor to the child process that needs it."""
    if not mark.on_windows_only:
        return f"use `{_allowing(mark) or 'pass_fds'}`"
    if not mark.target:
        return f"list {'it' if mark.is_handle else 'its handle'} in {_HANDLE_LIST}"
    if mark.is_method_call:
        handle = f"{mark.target}.fileno()"
    else:
        handle = mark.target if mark.is_handle else f"msvcrt.get_osfhandle({mark.target})"
    return f"list `{handle}` in {_HANDLE_LIST}"


def _allowing(mark: MadeInheritable) -> str | None:
    """The parameter that passes descriptors to every child process of the trace; None where not all have the same."""
    seen = [subprocess_records(mark.program, child) for child in mark.fate.children]
    names = {each.spec.allows for records in seen for each in records if not each.spec.needs_mark}
    return names.pop() if len(names) == 1 and all(seen) else None


def skipped_by(mark: MadeInheritable) -> str:
    """What skips the reset, and where that reset is if there is one only: "an exception skips the reset on line 7"."""
    resets = mark.fate.resets
    place = f" on line {mark.program.tree.span(resets[0]).line}" if len(resets) == 1 else ""
    return f"{_way(mark)} skips the reset{place}"


def _way(mark: MadeInheritable) -> str:
    match mark.fate.skipped_at:
        case None:
            return "one branch"
        case cst.Return():
            return "a `return`"
        case cst.Raise():
            return "a `raise`"
    return "an exception"


def trace(mark: MadeInheritable) -> tuple[Step, ...]:
    """The path on which the descriptor stays inheritable, in the order of execution."""
    return tuple(_steps(mark))


def children(mark: MadeInheritable) -> tuple[Step, ...]:
    """Where the descriptor was created, and every child process that is started while it is inheritable."""
    return (*_created(mark), *(_child(mark, child) for child in mark.fate.children))


def _created(mark: MadeInheritable) -> Iterator[Step]:
    if (created := mark.fate.created) is not None:
        text = f"{known_name_of(mark)} is created here, not inheritable"
        yield Step(mark.program.tree.span(created), text, StepRole.CREATED)


def _steps(mark: MadeInheritable) -> Iterator[Step]:
    span, fate = mark.program.tree.span, mark.fate
    yield from _created(mark)
    is_missed = fate.ending is ResetStatus.NOT_ON_EVERY_PATH
    for child in fate.children:
        if not is_missed or child in fate.children_skipped or _is_around(mark, fate.skipped_at, child):
            yield _child(mark, child)
    if is_missed and fate.skipped_at is not None:
        yield Step(span(fate.skipped_at), _leaving(fate.skipped_at), StepRole.ESCAPE)


def _is_around(mark: MadeInheritable, outer: cst.CSTNode | None, inner: cst.CSTNode) -> bool:
    """Whether `inner` is `outer` or stands in it: a call that starts a child process may raise, too."""
    return outer is not None and (inner is outer or outer in mark.program.around(inner))


def _child(mark: MadeInheritable, child: cst.CSTNode) -> Step:
    span, name = mark.program.tree.span(child), known_name_of(mark)
    if mark.fate.thing is not None and does_not_inherit(mark.program, child, mark.fate.thing):
        return Step(span, f"the child process that is started here does not inherit {name}", StepRole.CHILD_WITHOUT)
    return Step(span, f"a child process is started here while {name} is inheritable", StepRole.CHILD)


def _leaving(node: cst.CSTNode) -> str:
    match node:
        case cst.Return():
            return "this `return` skips the reset"
        case cst.Raise():
            return "this `raise` skips the reset"
    return "an exception raised here skips the reset"


def other_path(mark: MadeInheritable) -> tuple[Step, ...]:
    """Where the descriptor is reset on the other paths; empty where it never is."""
    if mark.fate.ending is not ResetStatus.NOT_ON_EVERY_PATH:
        return ()
    return tuple(_reset(mark, node) for node in mark.fate.resets)


def _reset(mark: MadeInheritable, node: cst.CSTNode) -> Step:
    span, name = mark.program.tree.span(node), known_name_of(mark)
    if node in deliberate_resets(mark.program):
        return Step(span, f"on the other path, {name} is made non-inheritable here", StepRole.RESET)
    return Step(span, f"on the other path, {name} is closed here", StepRole.CLOSED)
