"""Numbers of descriptors: which value is one that this function made, which came from somewhere else."""

from inheritlint.domain.origins import NumbersFrom, Parameter
from inheritlint.domain.values import ConstantValue, FlagBits, ObjectRef, OneOf, Value
from inheritlint.interpreter.records import Arguments
from inheritlint.knowledge.effects import CallSpec, Kind
from inheritlint.knowledge.triggers import DESCRIPTOR_VARIABLE

_FOREIGN = (Kind.MENTIONED, Kind.OBJECT, Kind.ADOPTED)


def names_a_descriptor(value: Value) -> bool:
    """Whether `value` is the name of an environment variable that holds the number of a descriptor."""
    return (
        isinstance(value, ConstantValue)
        and isinstance(value.value, str)
        and bool(DESCRIPTOR_VARIABLE.search(value.value))
    )


def is_external_number(known: CallSpec, arguments: Arguments) -> bool:
    """Whether the descriptor that `known` takes may be a number that came from another process."""
    return any(
        may_be_external_number(each.value) for name, each in arguments.bind(known).items() if name in ("fd", "fileno")
    )


def may_be_external_number(value: Value) -> bool:
    """Whether `value` is out of a message, of the environment, of the command line, or a number from 3 on."""
    match value:
        case OneOf(options):
            return any(map(may_be_external_number, options))
        case ObjectRef(kind=kind) if kind in _FOREIGN:
            return True
        case ObjectRef(origin=NumbersFrom(first)):
            return first > 2
        case ObjectRef(origin=Parameter(name=name), path=()):
            return name.rpartition("_")[2] in ("fd", "fds")
        case ObjectRef(path=(*_, last)) if last.startswith("."):
            return last[1:].rpartition("_")[2] in ("fd", "fds")
        case FlagBits(number, 0):
            return number > 2
    return False
