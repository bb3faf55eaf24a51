"""What the parameters of a function of the file stand for in a call of it."""

from inheritlint.domain.joins import joined, sequence
from inheritlint.domain.state import State
from inheritlint.domain.values import DictValue, PartialSequence, Value
from inheritlint.flow.blocks import Function
from inheritlint.interpreter.containers import made
from inheritlint.interpreter.frame import Frame, Site


def bind(frame: Frame, function: Function, receiver: Value | None, site: Site, state: State) -> dict[str, Value]:
    """What the parameters of `function` stand for in a call."""
    arguments = site.arguments
    given = [argument.value for argument in arguments.positional]
    if receiver is not None:
        given.insert(0, receiver)
    actual: dict[str, Value] = dict(zip(function.parameters[: function.positional], given, strict=False))
    if function.star is not None:
        rest = given[function.positional :]
        actual[function.star] = PartialSequence(tuple(rest)) if arguments.has_unpacking else sequence(rest)
    extra: dict[str, Value] = {}
    for name, argument in arguments.named:
        if name in function.parameters:
            actual[name] = argument.value
        else:
            extra[name] = argument.value
    if function.double_star is not None:
        actual[function.double_star] = DictValue(tuple(extra.items()), not arguments.has_named_unpacking)
    for name, value in frame.file.defaults.get(function, {}).items():
        if name not in actual:
            actual[name] = (
                value if not arguments.has_unpacking else joined(value, made(frame, state, site.node, part=name))
            )
    return actual
