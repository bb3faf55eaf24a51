"""A child is started through `subprocess` or a similar module."""

from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.truth import combine, truth
from inheritlint.domain.values import (
    FALSE,
    NONE,
    TRUE,
    UNKNOWN,
    ConstantValue,
    SequenceValue,
    Tristate,
    Value,
)
from inheritlint.events.descriptor_arguments import is_refused
from inheritlint.events.event import Call, Event, platforms_of
from inheritlint.findings import Span
from inheritlint.findings.classes import frozen
from inheritlint.interpreter.numbers import names_a_descriptor
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import Argument, CallRecord
from inheritlint.knowledge.effects import CallSpec, Effect
from inheritlint.knowledge.platforms import POSIX

#: What makes something inheritable, or may create it so.
_MARKING = (Effect.SET_INHERITABLE, Effect.HANDLE_FLAG, Effect.CREATE_HANDLE)


class CloseFdsReason(Enum):
    """Why a child may need the descriptors that `close_fds=False` lets through."""

    MARKED = auto()
    JOBSERVER = auto()
    LISTEN_FDS = auto()
    NUMBER_IN_ENVIRONMENT = auto()


@frozen
class Evidence:
    """Where the file shows a need: `node` makes something inheritable, or sets or passes `variable`."""

    need: CloseFdsReason
    node: cst.CSTNode
    variable: str = ""
    is_passed: bool = False


@frozen
class SubprocessCall(Call):
    """A child is started through `subprocess` or a similar module. `close_fds` is false where it is so on one way to
    the call, `false_on` says on which platforms; `pass_fds` whether descriptors are named for the child; `evidence`
    shows what the child may need."""

    spec: CallSpec
    close_fds: Tristate
    close_fds_argument: Argument | None
    false_on: frozenset[int]
    pass_fds: Tristate
    redirects_handles: bool
    evidence: tuple[Evidence, ...]

    @property
    def close_fds_span(self) -> Span:
        """Where `close_fds` is given; the whole call where it is not written in it."""
        given = self.close_fds_argument
        is_written = given is not None and given.node is not None
        return self.span_of(given if is_written else self.entry_of(self.close_fds_name))

    @property
    def close_fds_name(self) -> str:
        """How the parameter is called here."""
        return self.spec.closes

    @property
    def allows(self) -> str:
        """The parameter that names what the child gets anyway."""
        return self.spec.allows

    @property
    def needs(self) -> tuple[CloseFdsReason, ...]:
        """What the file shows of the child's needs."""
        return tuple(dict.fromkeys(each.need for each in self.evidence))

    @property
    def false_on_posix(self) -> bool:
        return bool(self.false_on & POSIX)

    @property
    def inherited(self) -> str:
        """What the child gets where `close_fds` is false."""
        return "descriptor" if self.false_on_posix else "handle"


def _started(program: Program, node: cst.Call, seen: list[CallRecord]) -> Iterator[Event]:
    false_on: frozenset[int] = frozenset()
    answers = []
    for record in seen:
        value = record.value("close_fds")
        if value is None:
            answers.append(UNKNOWN if record.arguments.has_unpacking else TRUE)
            continue
        here = _false_on(value, record.platforms)
        false_on |= here
        answers.append(FALSE if here else TRUE if truth(value) else UNKNOWN)
    bound = [record.bound for record in seen]
    yield SubprocessCall(
        program.tree.span(node),
        node,
        program,
        platforms_of(seen),
        spec=seen[0].spec,
        close_fds=combine(answers),
        close_fds_argument=next((each["close_fds"] for each in bound if "close_fds" in each), None),
        false_on=false_on,
        pass_fds=_named(bound),
        redirects_handles=all(_chooses_handles(record) for record in seen),
        evidence=(*_evidence_of_file(program), *_evidence_of(seen)),
    )


def _false_on(value: Value, platforms: frozenset[int]) -> frozenset[int]:
    """Where a constant false reaches `close_fds`; a value that Python takes for false, too."""
    return frozenset(
        index
        for index in platforms
        if any(truth(option) is False for option in alternatives(value, frozenset([index])))
    )


def _named(bound: list[dict[str, Argument]]) -> Tristate:
    given = [each["pass_fds"].value for each in bound if "pass_fds" in each]
    if not given:
        return FALSE
    answers = {_holds_something(value) for value in given}
    return Tristate(answers.pop()) if len(answers) == 1 and len(given) == len(bound) else UNKNOWN


def _holds_something(value: Value) -> bool | None:
    return bool(value.items) if isinstance(value, SequenceValue) else None


def _chooses_handles(record: CallRecord) -> bool:
    """Whether the child's standard handles, or a list of handles, are chosen (Windows then closes the rest)."""
    arguments = record.bound
    captured = arguments.get("capture_output")
    if captured is not None and truth(captured.value) is True:
        return True
    if record.handle_list not in (None, NONE) or record.name.endswith("check_output"):
        return True
    redirected = (arguments.get(name) for name in ("stdin", "stdout", "stderr"))
    return any(argument is not None and argument.value != NONE for argument in redirected)


@lru_cache(maxsize=1)  # of one file after the other, each asked for every start in it
def _evidence_of_file(program: Program) -> tuple[Evidence, ...]:
    return tuple(_evidence(program))


def _evidence(program: Program) -> Iterator[Evidence]:
    for node, records in program.records.items():
        if any(each.spec.effect in _MARKING and _makes_inheritable(each) for each in records):
            yield Evidence(CloseFdsReason.MARKED, node)
    for name, (place, *_) in program.file.variables_set.items():
        if (need := _need_of(name)) is not None:
            yield Evidence(need, place, name)


def _evidence_of(seen: list[CallRecord]) -> Iterator[Evidence]:
    for record in seen:
        given = record.bound.get("env")
        place = given.node.value if given is not None and given.node is not None else record.node
        for name, value in record.environment:
            if value != NONE and (need := _need_of(name)) is not None:
                yield Evidence(need, place, name, is_passed=True)


def _need_of(variable: str) -> CloseFdsReason | None:
    """What a variable of the environment says that a child needs."""
    if variable in ("MAKEFLAGS", "MFLAGS"):
        return CloseFdsReason.JOBSERVER
    if variable == "LISTEN_FDS":
        return CloseFdsReason.LISTEN_FDS
    return CloseFdsReason.NUMBER_IN_ENVIRONMENT if names_a_descriptor(ConstantValue(variable)) else None


def _makes_inheritable(record: CallRecord) -> bool:
    if is_refused(record):
        return False
    value = record.value("inheritable")
    return value is not None and any(truth(option) is True for option in alternatives(value, record.platforms))


CHOSEN = {Effect.SUBPROCESS: frozenset(["close_fds"])}
EVENT_BUILDERS = {Effect.SUBPROCESS: _started}
