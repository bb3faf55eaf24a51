"""What each instruction does to a state."""

from collections.abc import Callable

import libcst as cst

from inheritlint.domain.alternatives import options_of
from inheritlint.domain.joins import one_of
from inheritlint.domain.literals import from_python
from inheritlint.domain.operations import PAIRS, element
from inheritlint.domain.ranges import narrowed
from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ANYTHING,
    DictValue,
    FlagBits,
    Iteration,
    ObjectRef,
    OneOf,
    PartialSequence,
    SequenceValue,
    Value,
)
from inheritlint.flow import instructions as flow
from inheritlint.interpreter import contexts, definitions, items, objects, operators, variables, waits
from inheritlint.interpreter.annotations import declared
from inheritlint.interpreter.containers import allocated, items_of, made
from inheritlint.interpreter.daemons import note_uses
from inheritlint.interpreter.frame import CAME_BY, Frame, Results, Site
from inheritlint.interpreter.records import Arguments, collect
from inheritlint.interpreter.transfer.inputs import reads_input


def _literal(frame: Frame, each: flow.Literal, state: State) -> Results:
    return [(state, from_python(each.value))]


def _start_iteration(frame: Frame, each: flow.StartIteration, state: State) -> Results:
    over = state.registers.get(each.obj, ANYTHING)
    frame.throw(state, "TypeError", probable=False)
    if state.swept:
        note_uses(frame, over, Site(each.node, Arguments(), "", over), state)
    if any(reads_input(option) for option in options_of(over)):
        frame.read_input(each.node, again=True)
    if isinstance(over, OneOf):
        return [(state, one_of(Iteration(items_of(option, state), option) for option in over.options))]
    return [(state, Iteration(items_of(over, state), over))]


def _move(frame: Frame, each: flow.Move, state: State) -> Results:
    value = state.registers.get(each.src, ANYTHING)
    if isinstance(each.node, cst.AnnAssign):
        value = declared(value, frame.file.annotations.kind(each.node.annotation))
    return [(state, value)]


def _call(frame: Frame, each: flow.Call, state: State) -> Results:
    written = []
    for argument in each.arguments:
        value = state.registers.get(argument.register, ANYTHING)
        if argument.star:
            value = _unpacked(value, state)
        written.append((argument.keyword, argument.star, value, argument.node))
    receiver = None if each.receiver is None else state.registers.get(each.receiver, ANYTHING)
    node = each.node
    assert isinstance(node, cst.Call)
    site = Site(node, collect(written), "", receiver, each.dst in frame.function.dropped)
    func = state.registers.get(each.func, ANYTHING)
    if state.swept:
        note_uses(frame, func, site, state)
    return frame.call(func, site, state)


def _unpacked(value: Value, state: State) -> Value:
    if isinstance(value, OneOf):
        return one_of(_unpacked(option, state) for option in value.options)
    contents = state.contents(value)
    if contents is not None:
        return contents
    cells = [(step, held) for (owner, step), held in state.heap.items() if owner == value and step.startswith("['")]
    if cells and isinstance(value, ObjectRef):
        return DictValue(tuple((step[2:-2], held) for step, held in cells), whole=False)
    if isinstance(value, ObjectRef) and value.kind in PAIRS:
        return SequenceValue((element(value, FlagBits(0)), element(value, FlagBits(1))))
    if isinstance(value, ObjectRef) and not value.is_anything:
        return PartialSequence((value.step("[*]"),))
    return value


def _suspend(frame: Frame, each: flow.Suspend, state: State) -> Results:
    value = ANYTHING if each.src is None else state.registers.get(each.src, ANYTHING)
    resumed = any(name.rpartition(".")[2] == "fixture" for name in frame.function.decorators)
    if each.kind == "yield":
        waits.released([value], state)
    elif each.kind == "yield from":
        waits.exhausted(frame, value, state)
    elif each.kind == "await":
        waits.awaited(frame, value, state)
    if each.kind == "yield":
        state.facts = {**state.facts, (CAME_BY, each.node): True}
        way = state.copy()
        way.registers = {0: narrowed(value, state.facts)}
        frame.exits.suspended.add(way)
        frame.moments.note(frame.block.number, state)
        if frame.may_raise_first is None:  # blocks are solved in the order of the program
            frame.may_raise_first = frame.may_raise
    if each.kind in ("yield", "yield from") and frame.function.is_generator:
        frame.throw(state, "GeneratorExit", probable=not resumed)
        value = made(frame, state, each.node)
    elif each.kind != "with" or state.in_flight is None:  # else something is raised anyhow
        frame.throw(state, None)
    return [(state, value)]


def _caught(frame: Frame, each: flow.Caught, state: State) -> Results:
    return [(state, made(frame, state, each.node))]


def _opaque(frame: Frame, each: flow.Opaque, state: State) -> Results:
    return [(state, allocated(frame, state, each.node, None))]


STEPS: dict[type, Callable[..., Results]] = {
    flow.Literal: _literal,
    flow.Load: variables.load,
    flow.Store: variables.store,
    flow.Delete: variables.delete,
    flow.Import: variables.import_name,
    flow.LoadAttribute: objects.load_attribute,
    flow.StoreAttribute: objects.store_attribute,
    flow.LoadItem: items.load_item,
    flow.StoreItem: items.store_item,
    flow.Slice: items.make_slice,
    flow.Unpack: items.unpack,
    flow.Build: items.build,
    flow.Collect: items.add,
    flow.Concatenate: items.concatenate,
    flow.Operate: operators.operate,
    flow.StartIteration: _start_iteration,
    flow.Move: _move,
    flow.Call: _call,
    flow.Suspend: _suspend,
    flow.Enter: contexts.enter,
    flow.Leave: contexts.leave,
    flow.Caught: _caught,
    flow.Opaque: _opaque,
    flow.MakeFunction: definitions.make_function,
    flow.MakeClass: definitions.make_class,
}
