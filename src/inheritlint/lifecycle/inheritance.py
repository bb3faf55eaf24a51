"""Which of the children that are started gets a descriptor, and by what means."""

from collections.abc import Iterable, Iterator

import libcst as cst

from inheritlint.domain.alternatives import things_in
from inheritlint.domain.identity import same_or_inside
from inheritlint.domain.standard_streams import STREAM_NAMES
from inheritlint.domain.truth import truth
from inheritlint.domain.values import ConstantValue, ObjectRef
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import LEFT_OPEN, CallRecord
from inheritlint.knowledge.effects import Effect


def subprocess_records(program: Program, child: cst.CSTNode) -> list[CallRecord]:
    """What was seen of a call that starts a child behind `close_fds`; nothing where it is another one."""
    seen = program.seen_at(child)
    return seen if all(each.spec.effect is Effect.SUBPROCESS for each in seen) else []


def is_passed(program: Program, child: cst.CSTNode, thing: ObjectRef) -> bool:
    """Whether `child` gets `thing`, inheritable or not, by `pass_fds` or as a standard stream: on each path on which it
    is inheritable, if there are such."""
    seen = subprocess_records(program, child)
    seen = [each for each in seen if any(_same(thing, other) for other in each.inheritable)] or seen
    return bool(seen) and all(any(_same(thing, given) for given in _given(each)) for each in seen)


def does_not_inherit(program: Program, child: cst.CSTNode, thing: ObjectRef) -> bool:
    """Whether `child` surely does not get `thing`, inheritable or not: it closes descriptors and is not given this
    one."""
    seen = subprocess_records(program, child)
    return bool(seen) and all(_closes(each) and not any(_same(thing, g) for g in _given(each)) for each in seen)


def _given(record: CallRecord) -> Iterator[ObjectRef]:
    arguments = record.bound
    for name in ("pass_fds", *STREAM_NAMES):
        if name in arguments:
            yield from things_in(arguments[name].value)


def _closes(record: CallRecord) -> bool:
    arguments = record.bound
    if record.may_have_more_arguments or _is_unknown(record) or "preexec_fn" in arguments:
        return False
    return "close_fds" not in arguments or truth(arguments["close_fds"].value) is True


def _is_unknown(record: CallRecord) -> bool:
    """Whether the call names descriptors, or handles, that cannot be read."""
    arguments = record.bound
    passed = arguments.get("pass_fds")
    if passed is not None and passed.value != ConstantValue(None) and not things_in(passed.value):
        return True
    return "startupinfo" in arguments or LEFT_OPEN in arguments


def _same(thing: ObjectRef, given: ObjectRef) -> bool:
    return same_or_inside(thing, given.base) or same_or_inside(given.base, thing)


def any_exposed(program: Program, things: Iterable[ObjectRef]) -> bool:
    """Whether code that is not known gets one of `things`."""
    return any(thing.origin in program.file.exposed for thing in things)
