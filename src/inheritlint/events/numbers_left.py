"""A program starts itself again with the number of a descriptor in the environment: all children of the new one find it
there, too, as long as nothing takes it out."""

from functools import lru_cache
from itertools import chain

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.values import (
    ConstantValue,
    ObjectRef,
    PartialSequence,
    QualifiedName,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.interpreter.numbers import names_a_descriptor
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.records import CallRecord
from inheritlint.knowledge.effects import STARTING

_OURS = QualifiedName("sys.argv")


@lru_cache(maxsize=1)  # of one file after the other, each asked for every start in it
def _run_by_the_module(program: Program) -> list[CallRecord]:
    """What the module itself starts, when it is run as a program."""
    nodes = dict.fromkeys((*program.records, *program.file.relayed))
    return [each for node in nodes if program.function_around(node) is program.module for each in program.seen_at(node)]


@lru_cache(maxsize=1)
def _variables(program: Program) -> dict[str, ObjectRef]:
    """The variables in which the program, started again by itself, finds the number of a descriptor, each with that."""
    found: dict[str, ObjectRef] = {}
    taken_out = program.file.taken_out
    for record in _run_by_the_module(program):
        if record.spec.effect in STARTING and _is_this_program(record):
            for name, value in record.environment:
                named = taken_out.isdisjoint([name, None]) and names_a_descriptor(ConstantValue(name))
                if named and (thing := _number_in(value)) is not None:
                    found[name] = thing
    return found


def numbers_left(program: Program, record: CallRecord) -> dict[str, ObjectRef]:
    """The variables in which the child that `record` starts finds the number of a descriptor that the program has from
    itself, each with that descriptor."""
    if not record.has_our_environment or record.given is not None:
        return {}
    if not any(record.node in (each.node, each.inner) for each in _run_by_the_module(program)):
        return {}
    set_here = {name for name, _ in record.environment}
    return {name: thing for name, thing in _variables(program).items() if name not in set_here}


def variable_of(program: Program, seen: list[CallRecord], thing: ObjectRef) -> str:
    """The variable of our own environment in which the child finds the number of `thing`; empty where it is told
    otherwise."""
    for record in seen:
        if not record.has_our_environment:
            continue
        known = {name: _number_in(value) for name, value in record.environment} | numbers_left(program, record)
        if (name := next((each for each, held in known.items() if held == thing), None)) is not None:
            return name
    return ""


def _number_in(value: Value) -> ObjectRef | None:
    """The one thing of which a text is the number."""
    texts = [each for each in alternatives(value) if isinstance(each, TextValue)]
    pieces = texts[0].pieces if len(texts) == 1 else ()
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], ObjectRef) else None


def _is_this_program(record: CallRecord) -> bool:
    """Whether the arguments of this program are those of the one that is started."""
    given = [argument.value for argument in record.arguments.positional]
    given += [argument.value for _, argument in record.arguments.named]
    held = [each.items if isinstance(each, (SequenceValue, PartialSequence)) else (each,) for each in given]
    return _OURS in chain.from_iterable(held)
