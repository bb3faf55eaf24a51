"""Functions that make a text, or bytes, of other values, and those that read one: `str`, `json`, `struct`, `shlex`."""

from collections.abc import Callable

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import one_of, partial_sequence
from inheritlint.domain.state import State
from inheritlint.domain.texts import as_json, concatenated, packed, text_of, words_of
from inheritlint.domain.values import (
    ANYTHING,
    ConstantValue,
    ObjectRef,
    PartialSequence,
    TextValue,
    Value,
)
from inheritlint.interpreter import waits
from inheritlint.interpreter.containers import allocated, items_of, made, snapshot
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.knowledge.effects import Kind

Transfer = Callable[[Frame, Site, State], Results]


def text(frame: Frame, site: Site, state: State) -> Results:
    """`str(x)`, `repr(x)`, `format(x)`."""
    value = site.value(0)
    if value is None:
        return [(state, ConstantValue(""))]
    return [(state, one_of(text_of(option) for option in alternatives(value, state.platforms)))]


def joined(separator: Value, given: Value | None, state: State) -> Value:
    """`separator.join(given)`."""
    items = items_of(given, state) if given is not None else None
    if items is None:
        contents = state.contents(given) if given is not None else None
        items = contents.items if isinstance(contents, PartialSequence) else None
    if items is None:
        return ANYTHING
    parts: list[Value] = []
    for item in items:
        parts += [separator, item] if parts else [item]
    return concatenated(parts)


def words(frame: Frame, site: Site, state: State, whole: TextValue, separator: str | None) -> Value:
    """The words of a text, in a list of their own."""
    return allocated(frame, state, site.node, partial_sequence(words_of(whole, separator)))


def _split(frame: Frame, site: Site, state: State) -> Results:
    """`shlex.split(text)`."""
    given = site.value(0, "s") or ANYTHING
    frame.throw(state, "ValueError", probable=False)
    if isinstance(given, TextValue):
        return [(state, words(frame, site, state, given, None))]
    return [(state, made(frame, state, site.node))]


def _join(frame: Frame, site: Site, state: State) -> Results:
    """`shlex.join(words)`."""
    given = site.value(0, "split_command")
    waits.exhausted(frame, given, state)
    return [(state, joined(ConstantValue(" "), given, state))]


def _same_text(frame: Frame, site: Site, state: State) -> Results:
    """`shlex.quote(text)`: a number needs no quotes."""
    given = site.value(0, "s") or ANYTHING
    return [(state, given if isinstance(given, TextValue) else made(frame, state, site.node))]


def _to_json(frame: Frame, site: Site, state: State) -> Results:
    """`json.dumps(x)`; `pickle.dumps(x)` tells the same."""
    frame.throw(state, "TypeError", probable=False)
    told = as_json(snapshot(site.value(0, "obj") or ANYTHING, state))
    return [(state, told if isinstance(told, TextValue) else made(frame, state, site.node))]


def _pack(frame: Frame, site: Site, state: State) -> Results:
    """`struct.pack("i", x)`."""
    return [(state, _packed(frame, site, state, [each.value for each in site.arguments.positional[1:]]))]


def _packed(frame: Frame, site: Site, state: State, fields: list[Value]) -> Value:
    frame.throw(state, None, probable=False)
    found = packed(fields)
    return found if isinstance(found, TextValue) else made(frame, state, site.node)


def _unpack(frame: Frame, site: Site, state: State) -> Results:
    """Numbers out of a message: `struct.unpack("i", data)`, `int.from_bytes(data)`."""
    return [(state, _unpacked(frame, site, state))]


def _unpacked(frame: Frame, site: Site, state: State) -> Value:
    frame.throw(state, None)
    given = [argument.value for argument in site.arguments.positional[:2]]
    for value in given:
        if isinstance(value, ObjectRef) and value.kind is Kind.ANCILLARY:
            return value
    read = any(isinstance(value, ObjectRef) and value.kind is Kind.MESSAGE for value in given)
    return made(frame, state, site.node, Kind.MENTIONED if read else None)


def _number_to_bytes(frame: Frame, site: Site, state: State) -> Results:
    """`int.to_bytes(number, 4)`."""
    return [(state, _packed(frame, site, state, [site.value(0) or ANYTHING]))]


# Methods


def pack_method(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`struct.Struct("i").pack(x)`."""
    if base.kind is not Kind.LAYOUT:
        return None
    return [(state, _packed(frame, site, state, [each.value for each in site.arguments.positional]))]


def to_bytes(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`number.to_bytes(4, "little")`."""
    return [(state, _packed(frame, site, state, [base]))]


def unpack_method(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`struct.Struct("i").unpack(data)`."""
    return [(state, _unpacked(frame, site, state))] if base.kind is Kind.LAYOUT else None


METHODS = {"pack": pack_method, "to_bytes": to_bytes, "unpack": unpack_method, "unpack_from": unpack_method}
FUNCTIONS: dict[str, Transfer] = {
    "builtins.str": text,
    "builtins.repr": text,
    "builtins.format": text,
    "shlex.split": _split,
    "shlex.join": _join,
    "shlex.quote": _same_text,
    "json.dumps": _to_json,
    "pickle.dumps": _to_json,
    "marshal.dumps": _to_json,
    "struct.pack": _pack,
    "builtins.int.to_bytes": _number_to_bytes,
    "struct.unpack": _unpack,
    "struct.unpack_from": _unpack,
    "builtins.int.from_bytes": _unpack,
}
