"""What the methods of lists, sets and dicts do, by their names."""

from collections.abc import Callable

from inheritlint.domain.joins import one_of, partial_sequence, sequence
from inheritlint.domain.literals import from_python, to_python
from inheritlint.domain.mapping import key_of
from inheritlint.domain.operations import element, merged
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANY_KEY,
    NONE,
    ConstantValue,
    DictValue,
    FlagBits,
    Iteration,
    ObjectRef,
    PartialSequence,
    SequenceValue,
    Value,
    item_step,
)
from inheritlint.interpreter import environment
from inheritlint.interpreter.containers import allocated, appended, element_of, items_of
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.items import or_some_item


def _append(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    given = [argument.value for argument in site.arguments.positional]
    if not given or base.kind is not None:
        return None
    appended(state, base, given[-1:])
    return [(state, NONE)]


def _extend(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    given = site.arguments.positional
    if not given or base.kind is not None:
        return None
    items = items_of(given[0].value, state)
    if items is not None:
        appended(state, base, items)
    else:
        before = state.contents(base)
        known = before.items if isinstance(before, (SequenceValue, PartialSequence)) else ()
        filled = before is not None and truth(before) is True
        state.put((base, CONTENTS), partial_sequence([*known, element_of(given[0].value, state)], filled=filled))
    return [(state, NONE)]


def _update(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if base.kind is not None:
        return None
    table = state.contents(base)
    result: Value = table if isinstance(table, DictValue) else DictValue((), whole=False)
    for argument in site.arguments.positional[:1]:
        result = merged(result, environment.held_in(argument.value, state) or argument.value)
    if isinstance(result, DictValue):
        named = [(key, argument.value) for key, argument in site.arguments.named]
        result = result.having(named)
        if site.arguments.has_named_unpacking:
            result = DictValue(result.entries, whole=False)
    state.put((base, CONTENTS), result)
    return [(state, NONE)]


def _setdefault(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    key, default = site.value(0), site.value(1) or NONE
    if not isinstance(key, ConstantValue) or base.kind is not None:
        return None
    contents = state.contents(base)
    table = contents if isinstance(contents, DictValue) else DictValue((), whole=False)
    before = table.get(key.value)
    if before is None:
        left = default if table.whole else one_of([default, ObjectRef(base.origin, (*base.path, item_step(key.value)))])
        state.put((base, CONTENTS), table.having([(key.value, left)]))
    return [(state, before or default)]


def _step_to(key: Value | None) -> str:
    return item_step(key.value) if isinstance(key, ConstantValue) else "[*]"


def _get(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    key, default = site.value(0), site.value(1) or NONE
    contents = state.contents(base)
    if key is None or base.kind is not None:
        return None
    frame.throw(state, None, probable=False)
    if isinstance(contents, DictValue):
        if not isinstance(key, (ConstantValue, FlagBits)):
            return [(state, one_of([or_some_item(element(contents, key), base), default]))]
        found = contents.get(to_python(key)) if not (isinstance(key, FlagBits) and key.unknown) else None
        if found is not None:
            return [(state, found)]
        if contents.whole:
            return [(state, default)]
    return [(state, one_of([base.step(_step_to(key)), default]))]


def _pop(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    contents = state.contents(base)
    key = site.value(0)
    defaults = [each for each in [site.value(1)] if each is not None]
    frame.throw(state, "LookupError", probable=False)
    state.forget_answers(base)
    if isinstance(contents, DictValue) and isinstance(key, ConstantValue):
        found = contents.get(key.value)
        state.put((base, CONTENTS), contents.without(key.value))
        if found is not None:
            return [(state, found)]
        missing = [] if contents.whole else [base.step(_step_to(key))]
        return [(state, one_of([*missing, *defaults]))]
    if isinstance(contents, (SequenceValue, PartialSequence)):
        state.put((base, CONTENTS), partial_sequence(contents.items))
        found = element(contents, key if isinstance(key, FlagBits) else None)
        return [(state, or_some_item(found, base))]
    if isinstance(contents, DictValue) and contents.entries and key is not None:
        state.put((base, CONTENTS), DictValue(contents.without(key_of(key)).entries, whole=False))
        found = or_some_item(element(contents, key), base)
        return [(state, one_of([found, *defaults]))]
    return [(state, one_of([base.step(_step_to(key)), *defaults]))]


def _pop_item(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`d.popitem()`: any of its keys, and what stands there."""
    contents = state.contents(base)
    if site.arguments.positional or not isinstance(contents, DictValue):
        return None
    frame.throw(state, "KeyError", probable=False)
    state.forget_answers(base)
    some = base.step("[*]")
    key = one_of(_key(each, some.step("[0]")) for each, _ in contents.entries)
    state.put((base, CONTENTS), DictValue(contents.entries, whole=False))
    return [(state, SequenceValue((key, or_some_item(element(contents, None), base))))]


def _remove(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    """`xs.remove(x)`, `xs.discard(x)`: which one it was is known where there is one such; else whether anything is left
    is not known."""
    contents, item = state.contents(base), site.value(0)
    if item is None or not isinstance(contents, (SequenceValue, PartialSequence)):
        return None
    frame.throw(state, "LookupError", probable=False)
    state.forget_answers(base)
    if isinstance(contents, SequenceValue) and contents.items.count(item) == 1:
        left: Value = SequenceValue(tuple(each for each in contents.items if each != item))
    else:
        left = partial_sequence(contents.items)
    state.put((base, CONTENTS), left)
    return [(state, NONE)]


def _clear(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    contents = state.contents(base)
    if contents is None:
        return None
    state.put((base, CONTENTS), DictValue(()) if isinstance(contents, DictValue) else SequenceValue(()))
    return [(state, NONE)]


def _copy(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    contents = state.contents(base)
    return [(state, allocated(frame, state, site.node, contents))] if contents is not None else [(state, base)]


def _view(frame: Frame, base: ObjectRef, site: Site, state: State) -> Results | None:
    if site.arguments.positional:
        return None
    contents = state.contents(base)
    if not isinstance(contents, DictValue) or not (contents.whole or contents.entries):
        return [(state, base)]
    some = base.step("[*]")
    pairs = [(_key(key, some.step("[0]")), value) for key, value in contents.entries]
    if site.name == "items":
        shown: list[Value] = [SequenceValue(pair) for pair in pairs]
    else:
        shown = [pair[0 if site.name == "keys" else 1] for pair in pairs]
    if contents.whole:
        return [(state, sequence(shown))]
    return [(state, Iteration(None, partial_sequence([*shown, some], filled=contents.filled)))]


def _key(key: object, unknown: Value) -> Value:
    """A key of a dict as a value."""
    if isinstance(key, ObjectRef):
        return key
    return unknown if key == ANY_KEY else from_python(key)


#: What a method does to the container that it is called on; None where that is not known after all.
CONTAINER_METHODS: dict[str, Callable[[Frame, ObjectRef, Site, State], Results | None]] = {
    "append": _append,
    "appendleft": _append,
    "add": _append,
    "insert": _append,
    "extend": _extend,
    "update": _update,
    "setdefault": _setdefault,
    "get": _get,
    "pop": _pop,
    "popleft": _pop,
    "popitem": _pop_item,
    "remove": _remove,
    "discard": _remove,
    "clear": _clear,
    "copy": _copy,
    "items": _view,
    "keys": _view,
    "values": _view,
}
