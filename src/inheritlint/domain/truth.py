"""Whether Python takes a value for true."""

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.literals import as_bits
from inheritlint.domain.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    ConstantValue,
    DictValue,
    FlagBits,
    LocalCallable,
    OneOf,
    PartialCall,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    Test,
    TextValue,
    Tristate,
    Value,
)
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.flags import CLOSE_ON_EXEC

#: A question to which every Python that keeps descriptors from children (PEP 446) has the same answer, wherever a
#: program keeps that answer.
_OF_PYTHON = "this Python"


def on_this_python(answer: bool) -> Test:
    """What a comparison of versions says, or a constant that stands for one: `PY2`."""
    return Test(_OF_PYTHON, answer)


def known_of_python(asked: object) -> bool | None:
    """The answer where a question is about the version of Python; None where it is another one."""
    return True if asked == _OF_PYTHON else None


def is_known(name: str) -> bool:
    """Whether `name` is a module or a function that is known to exist, and no variable of a foreign module."""
    return "." not in name or name in CALLS or name.startswith("builtins.")


def truth(value: Value) -> bool | None:
    """Whether Python takes `value` for true; None where that is unknown or depends on the platform."""
    match value:
        case ConstantValue(known):
            return bool(known)
        case FlagBits(ones, unknown):
            return True if ones else None if unknown else False
        case SequenceValue(items):
            return bool(items)
        case PartialSequence(_, filled):
            return True if filled else None
        case TextValue(items):
            return True if any(isinstance(each, str) or (each is not None and each.kind) for each in items) else None
        case DictValue(entries, whole, filled):
            return True if filled or (entries and whole) else False if whole else None
        case QualifiedName(name):
            return True if is_known(name) else None
        case LocalCallable() | PartialCall():
            return True
        case Test(about, outcome) if known_of_python(about):
            return outcome
        case OneOf() | PerPlatform():
            answers = {truth(option) for option in alternatives(value)}
            return answers.pop() if len(answers) == 1 else None
    return None


def is_soft(value: Value) -> bool:
    """Whether what `value` says may be otherwise: it is, or holds, a constant that others may replace."""
    match value:
        case ConstantValue(soft=soft) | FlagBits(soft=soft):
            return soft
        case OneOf(options):
            return any(map(is_soft, options))
        case SequenceValue(items):
            return any(map(is_soft, items))
    return False


def true_on(value: Value, platforms: frozenset[int]) -> frozenset[int] | None:
    """The platforms of `platforms` on which a `PerPlatform` is true; None where one of them is undecided."""
    if not isinstance(value, PerPlatform):
        return None
    answers = {index: truth(value.values[index]) for index in platforms}
    if None in answers.values():
        return None
    return frozenset(index for index, answer in answers.items() if answer)


def combine(answers: list[Tristate]) -> Tristate:
    """False where one way is, true where all are."""
    if any(answer.is_false for answer in answers):
        return FALSE
    return TRUE if answers and all(answer.is_true for answer in answers) else UNKNOWN


def sets_close_on_exec(value: Value, platforms: frozenset[int]) -> Tristate:
    """Whether flags of open(2) keep the descriptor from children: false where one way to get them lacks the flag."""
    return combine([as_bits(option).holds(CLOSE_ON_EXEC) for option in alternatives(value, platforms)])
