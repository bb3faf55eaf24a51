"""Methods of texts, of platform names, and of containers that are known as values."""

from inheritlint.domain.joins import softened
from inheritlint.domain.literals import to_python
from inheritlint.domain.operations import computed, element, literals
from inheritlint.domain.state import State
from inheritlint.domain.texts import in_braces
from inheritlint.domain.truth import is_soft, truth
from inheritlint.domain.values import (
    ANYTHING,
    MAX_LITERAL,
    BoundMethod,
    ConstantValue,
    DictValue,
    PartialSequence,
    PerPlatform,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.interpreter import waits
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.platform_guards import note_never_true
from inheritlint.interpreter.transfer.texts import joined, words

#: Methods of a text that give another text, or an answer, of no greater size.
_METHODS = frozenset(
    "startswith endswith lower upper casefold strip lstrip rstrip title capitalize encode decode removeprefix "
    "removesuffix partition rpartition split isdigit".split()
)
#: Methods that leave the number in a text where it is.
_KEEPING = frozenset(["encode", "decode", "strip", "lower", "upper", "rstrip", "lstrip"])


def call_of_value(frame: Frame, method: BoundMethod, site: Site, state: State) -> Results | None:
    """What a method of a known value gives; None where that is not known."""
    receiver, name = method.receiver, method.name
    frame.throw(state, None, probable=False)
    arguments = [argument.value for argument in site.arguments.positional]
    match receiver:
        case TextValue():
            if name == "join":
                return [(state, joined(receiver, arguments[0] if arguments else None, state))]
            separator = to_python(arguments[0]) if arguments and isinstance(arguments[0], ConstantValue) else None
            if name == "split" and (isinstance(separator, str) or not arguments):
                return [(state, words(frame, site, state, receiver, separator or None))]
            return [(state, receiver if name in _KEEPING else ANYTHING)]
        case ConstantValue(str() | bytes()) if name == "join":
            waits.exhausted(frame, arguments[0] if arguments else None, state)
            return [(state, joined(receiver, arguments[0] if arguments else None, state))]
        case ConstantValue(str() as template) if name == "format":
            named = {key: argument.value for key, argument in site.arguments.named}
            return [(state, in_braces(template, arguments, named))]
        case ConstantValue(str() | bytes()) if name in _METHODS:
            return [(state, _applied(receiver, name, arguments))]
        case PerPlatform(reads=reads) if name in _METHODS and reads:
            return [(state, _per_platform(frame, site, receiver, name, arguments))]
        case DictValue() if name == "get" and arguments:
            found = element(receiver, arguments[0])
            return [(state, found)]
        case DictValue() | SequenceValue() | PartialSequence() if name in ("copy", "items", "keys", "values"):
            return [(state, receiver)]
    return None


def _applied(receiver: Value, name: str, arguments: list[Value]) -> Value:
    try:
        text, plain = to_python(receiver), [to_python(argument) for argument in arguments]
    except ValueError:
        return ANYTHING
    if len(text) > MAX_LITERAL:
        return ANYTHING
    found = computed(lambda: getattr(text, name)(*plain))
    if found is None:
        return ANYTHING
    return softened(found) if is_soft(receiver) else found


def _per_platform(frame: Frame, site: Site, receiver: PerPlatform, name: str, arguments: list[Value]) -> Value:
    results = tuple(_applied(value, name, arguments) for value in receiver.values)
    if name in ("startswith", "endswith"):
        if not any(truth(result) for result in results):
            note_never_true(frame, site.node, receiver.reads, literals(arguments[0]) if arguments else ())
        return PerPlatform(results, "", site.node)
    return PerPlatform(results, receiver.reads)
