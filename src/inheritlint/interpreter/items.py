"""Displays, subscripts and unpacking."""

from collections.abc import Hashable

import libcst as cst

from inheritlint.domain.alternatives import alternatives, options_of
from inheritlint.domain.joins import one_of, partial_sequence, sequence
from inheritlint.domain.literals import from_python, to_python
from inheritlint.domain.mapping import key_of
from inheritlint.domain.operations import element, merged
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.texts import concatenated
from inheritlint.domain.values import (
    ANYTHING,
    NONE,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    PartialCall,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    Value,
    item_step,
)
from inheritlint.flow import instructions as flow
from inheritlint.interpreter import environment, waits
from inheritlint.interpreter.containers import allocated, appended, made
from inheritlint.interpreter.frame import Frame, Results
from inheritlint.interpreter.numbers import names_a_descriptor
from inheritlint.knowledge.calls import row_of
from inheritlint.knowledge.effects import Kind
from inheritlint.knowledge.starters import SHELVES, is_bound_by_items


def load_item(frame: Frame, each: flow.LoadItem, state: State) -> Results:
    frame.throw(state, "LookupError", probable=False)
    base = state.registers.get(each.obj, ANYTHING)
    index = state.registers.get(each.index, ANYTHING)
    if isinstance(index, _SliceValue):
        return [(state, _sliced(frame, each.node, base, index, state))]
    return [(state, one_of(_item(frame, each.node, option, index, state) for option in options_of(base)))]


def _item(frame: Frame, node: cst.CSTNode, base: Value, index: Value, state: State) -> Value:
    if environment.is_ours(base):
        if isinstance(index, ConstantValue):
            frame.file.variables_read.add(str(index.value))
        known = environment.value_of(index, state)
        kind = Kind.ENVIRONMENT if names_a_descriptor(index) else None
        return known or made(frame, state, node, kind)
    if (command := _with_arguments(node, base, index)) is not None:
        return command
    if isinstance(base, QualifiedName):
        if base.name == "sys.version_info":
            return QualifiedName("sys.version_info.major") if index == FlagBits(0) else ANYTHING
        if base.name in SHELVES:
            path = index.value if isinstance(index, ConstantValue) else None
            program = path.rpartition("/")[2].replace(".", "_") if isinstance(path, str) else "program"
            return QualifiedName(f"{SHELVES[base.name]}.{program}")
        return base if row_of(base.name) is not None else ANYTHING  # `Popen[bytes]`, `ls["-l"]`
    contents = state.contents(base)
    if contents is not None:
        found = element(contents, index)
        return or_some_item(found, base) if isinstance(base, ObjectRef) else found
    if isinstance(base, ObjectRef):
        known = state.heap.get((base, _cell(index)))
        if known is not None:
            return known
    return element(base, index)


def or_some_item(found: Value, base: ObjectRef) -> Value:
    """What was `found` in a container; where it may be anything, some item of `base`."""
    if ANYTHING not in (options := options_of(found)):
        return found
    return one_of(base.step("[*]") if option == ANYTHING else option for option in options)


def _with_arguments(node: cst.CSTNode, command: Value, index: Value) -> PartialCall | None:
    """`cat["-n"]` of `plumbum`: a command with its first arguments; None where `command` is none."""
    early = command.arguments if isinstance(command, PartialCall) else ()
    function = command.function if isinstance(command, PartialCall) else command
    if not isinstance(function, QualifiedName) or not is_bound_by_items(function.name):
        return None
    more = index.items if isinstance(index, SequenceValue) else (index,)
    return PartialCall(function, (*early, *((None, each) for each in more)), node)


def _cell(index: Value) -> str:
    return item_step(to_python(index)) if isinstance(index, (ConstantValue, FlagBits)) and _is_plain(index) else "[*]"


def _is_plain(index: Value) -> bool:
    return isinstance(index, ConstantValue) or (isinstance(index, FlagBits) and not index.unknown)


class _SliceValue(Value):
    """`lower:upper:step` of known bounds; None for what is left out, or not known (`known` is false then)."""

    def __init__(self, bounds: tuple[int | None, ...] | None) -> None:
        self.bounds = bounds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SliceValue) and self.bounds == other.bounds

    def __hash__(self) -> int:
        return hash(self.bounds)


def make_slice(frame: Frame, each: flow.Slice, state: State) -> Results:
    bounds: list[int | None] = []
    for register in (each.lower, each.upper, each.step):
        value = None if register is None else state.registers.get(register, ANYTHING)
        if value is not None and not (isinstance(value, FlagBits) and value.number is not None):
            return [(state, _SliceValue(None))]
        bounds.append(value.number if isinstance(value, FlagBits) else None)
    return [(state, _SliceValue(tuple(bounds)))]


#: Of these whichever part is known by where it comes from.
_CUT = (Kind.MESSAGE, Kind.ANCILLARY)


def _part_of(base: ObjectRef) -> Kind | None:
    return Kind.ANCILLARY if base.kind is Kind.ANCILLARY else None


def _sliced(frame: Frame, node: cst.CSTNode, base: Value, index: _SliceValue, state: State) -> Value:
    if isinstance(base, QualifiedName) and base.name in ("sys.version_info", "sys.argv"):
        return base
    contents = state.contents(base)
    if index.bounds is None:
        if isinstance(contents, (SequenceValue, PartialSequence)):
            return allocated(frame, state, node, partial_sequence(contents.items))
        return base.step("[*]", _part_of(base)) if isinstance(base, ObjectRef) and base.kind in _CUT else ANYTHING
    cut = slice(*index.bounds)
    try:
        match contents if contents is not None else base:
            case SequenceValue(items):
                part = SequenceValue(items[cut])
                return allocated(frame, state, node, part) if isinstance(base, ObjectRef) else part
            case PartialSequence(items):
                return allocated(frame, state, node, PartialSequence(items))
            case ConstantValue(str() | bytes() as text):
                return ConstantValue(text[cut])
            case PerPlatform(values, reads):
                plain = [to_python(value)[cut] for value in values]
                return PerPlatform(tuple(map(from_python, plain)), reads)
    except (TypeError, ValueError):
        return ANYTHING
    if isinstance(base, ObjectRef):
        cut_out = base.kind in _CUT or base.kind is Kind.MENTIONED
        return base.step("[*]", _part_of(base)) if cut_out else base.step(f"[{index.bounds}]")
    return ANYTHING


def store_item(frame: Frame, each: flow.StoreItem, state: State) -> Results:
    index = state.registers.get(each.index, ANYTHING)
    value = ANYTHING if each.src is None else state.registers.get(each.src, ANYTHING)
    frame.throw(state, None, probable=False)
    state.thrown = frozenset()
    waits.released([value], state)
    for owner in alternatives(state.registers.get(each.obj, ANYTHING)):
        if environment.is_ours(owner):
            if each.src is None:
                environment.remove(frame, index, state)
            else:
                environment.put(frame, each.node, index, value, state)
        elif isinstance(owner, ObjectRef) and not owner.is_anything:
            _put(owner, index, value, state, deleted=each.src is None)
    return [(state, value)]


def _put(owner: ObjectRef, index: Value, value: Value, state: State, *, deleted: bool) -> None:
    contents = state.contents(owner)
    plain = _is_plain(index)
    match contents:
        case DictValue() if plain:
            key = key_of(index)
            after: Value = contents.without(key) if deleted else contents.having([(key, value)])
        case DictValue():
            after = _put_under(contents, key_of(index), value) if not deleted else DictValue((), whole=False)
        case SequenceValue(items) if not deleted and (place := _place(index, items)) is not None:
            after = sequence([*items[:place], value, *items[place + 1 :]])
        case SequenceValue(items) | PartialSequence(items):
            after = partial_sequence(items if deleted else [*items, value])
        case _:
            cell = owner, _cell(index)
            if deleted:
                state.drop(cell)
            elif cell[1] == "[*]":
                state.put((owner, CONTENTS), PartialSequence((value,)))
            elif isinstance(index, ConstantValue):  # of a dict that others have filled
                state.put((owner, CONTENTS), DictValue((), whole=False).having([(key_of(index), value)]))
            else:
                state.put(cell, value)
            return
    state.put((owner, CONTENTS), after)


def _put_under(table: DictValue, key: Hashable, value: Value) -> DictValue:
    """`table` with `value` under a key that is not known, or only by where it came from. A key that stands for
    whichever element, or for an object of another round, may be several."""
    before = table.get(key)
    if before is not None and not (isinstance(key, ObjectRef) and not key.old and "[*]" not in key.path):
        value = one_of([before, value])
    after = table.without(key).having([(key, value)])
    return DictValue(after.entries, whole=False, filled=True)


def _place(index: Value, items: tuple[Value, ...]) -> int | None:
    known = index.number if isinstance(index, FlagBits) else None
    return known if known is not None and 0 <= known < len(items) else None


def unpack(frame: Frame, each: flow.Unpack, state: State) -> Results:
    frame.throw(state, "ValueError", probable=False)
    found = []
    for base in options_of(state.registers.get(each.obj, ANYTHING)):
        contents = state.contents(base) or base
        if each.starred is None:
            value = _item(frame, each.node, contents, FlagBits(each.index), state)
        elif each.index == each.starred:
            items = contents.items if isinstance(contents, SequenceValue) else None
            rest = None if items is None else items[each.index : len(items) - (each.count - each.index - 1)]
            value = allocated(frame, state, each.node, ANYTHING if rest is None else SequenceValue(tuple(rest)))
        elif each.index < each.starred:
            value = _item(frame, each.node, contents, FlagBits(each.index), state)
        else:
            value = _item(frame, each.node, contents, FlagBits(each.index - each.count), state)
        if value == ANYTHING and isinstance(base, ObjectRef) and not base.is_anything:
            value = base.step(f"[{each.index}]")
        found.append(value)
    return [(state, one_of(found))]


#: What the file actions of `os.posix_spawn` begin with.
_FILE_ACTIONS = tuple(QualifiedName(f"os.POSIX_SPAWN_{name}") for name in ("OPEN", "DUP2", "CLOSE"))


def build(frame: Frame, each: flow.Build, state: State) -> Results:
    items = [state.registers.get(register, ANYTHING) for register in each.items]
    if each.kind == "dict":
        return [(state, allocated(frame, state, each.node, _table(each, items, state)))]
    listed: list[Value] = []
    whole = True
    for position, item in enumerate(items):
        if position not in each.spread:
            listed.append(item)
            continue
        contents = state.contents(item)
        if isinstance(contents, (SequenceValue, PartialSequence)):
            listed.extend(contents.items)
        elif isinstance(item, ObjectRef) and not item.is_anything:
            listed.append(item.step("[*]"))
        elif item == QualifiedName("sys.argv"):
            listed.append(item)
        whole &= isinstance(contents, SequenceValue)
    contents = sequence(listed) if whole else partial_sequence(listed)
    if each.kind != "tuple":
        return [(state, allocated(frame, state, each.node, contents))]
    if listed and listed[0] in _FILE_ACTIONS:
        frame.file.file_actions[contents][each.node] = None
    return [(state, contents)]


def _table(each: flow.Build, items: list[Value], state: State) -> DictValue:
    table = DictValue(())
    for key, item in zip(each.keys, items, strict=True):
        if key is None:
            spread = merged(table, environment.held_in(item, state) or item)
            table = spread if isinstance(spread, DictValue) else DictValue((), whole=False)
            continue
        name = state.registers.get(key, ANYTHING)
        if isinstance(name, (ConstantValue, FlagBits)) and _is_plain(name):
            table = table.having([(to_python(name), item)])
        else:
            table = _put_under(table, key_of(name), item)
    return table


def add(frame: Frame, each: flow.Collect, state: State) -> Results:
    container = state.registers.get(each.container, ANYTHING)
    item = state.registers.get(each.item, ANYTHING)
    waits.released([item], state)
    if isinstance(container, ObjectRef):
        if each.key is not None:
            _put(container, state.registers.get(each.key, ANYTHING), item, state, deleted=False)
        else:
            appended(state, container, [item])
    return [(state, NONE)]


def concatenate(frame: Frame, each: flow.Concatenate, state: State) -> Results:
    frame.throw(state, None, probable=False)
    return [(state, concatenated([state.registers.get(register, ANYTHING) for register in each.pieces]))]
