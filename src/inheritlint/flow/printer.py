"""Blocks as text, for tests and for people."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from inheritlint.flow.blocks import Block, Class, End, Function, Instruction
from inheritlint.flow.instructions import Argument, Delete, Literal, Load, Store, Unpack

#: Fields that hold one register; those with which an instruction begins go without their name.
_REGISTERS = (
    "condition container exc func index iterator item key left lower manager obj receiver right src step subject upper"
)
_PLAIN = ("condition", "container", "func", "iterator", "left", "manager", "obj", "src", "subject")
_WAYS = ("target", "then", "other")


def show(function: Function) -> str:
    """The blocks of a lowered function, one instruction a line; those that are never reached come last."""
    taken = [*function.parameters]
    taken += [f"*{function.star}"] if function.star else []
    taken += [f"**{function.double_star}"] if function.double_star else []
    lines = [f"{function.name}({', '.join(taken)})"]
    for block in function.blocks:
        lines += _block(function, block)
    return "\n".join(lines) + "\n"


def _block(function: Function, block: Block) -> list[str]:
    notes = [] if block.pad is None else [f"raises to b{block.pad}"]
    notes += [] if block.number in function.order else ["unreachable"]
    head = f"b{block.number}:" + (f"  ({', '.join(notes)})" if notes else "")
    instructions = [f"  r{each.dst} = {_instruction(function, each)}" for each in block.instructions]
    assert block.end is not None
    return [head, *instructions, f"  {_end(block.end)}"]


def _instruction(function: Function, each: Instruction) -> str:
    name = type(each).__name__
    match each:
        case Load() | Store() | Delete():
            owner = each.owner.name if each.owner is not None else "nobody"
            variable = each.name if each.owner is function else f"{each.name} of {owner}"
            return f"{name} {variable}" + (f" = r{each.src}" if isinstance(each, Store) else "")
        case Literal(value=value):
            return f"{name} {value!r}"
        case Unpack(obj=obj, index=index, count=count, starred=starred):
            return f"{name} r{obj}, {index} of {count}" + ("" if starred is None else f", starred {starred}")
    return name + _details(each)


def _end(each: End) -> str:
    into = f"r{dst} = " if isinstance(dst := getattr(each, "dst", None), int) else ""
    ways = [f"{name} b{getattr(each, name)}".removeprefix("target ") for name in _WAYS if hasattr(each, name)]
    text = f"{into}{type(each).__name__}{_details(each)}"
    return f"{text} -> {', '.join(ways)}" if ways else text


def _details(each: Instruction | End) -> str:
    said = [_field(one.name, getattr(each, one.name)) for one in fields(each)]
    text = ", ".join(text for text in said if text)
    return f" {text}" if text else ""


def _field(name: str, value: Any) -> str:
    if name in ("node", "dst", *_WAYS) or value is None or value is False or value in ((), {}, frozenset()):
        return ""
    if name in _REGISTERS.split():
        return f"r{value}" if name in _PLAIN else f"{name} r{value}"
    if value is True:
        return name
    if isinstance(value, (Function, Class)):
        return value.name
    return str(value) if isinstance(value, str) else f"{name} {_WRITTEN.get(type(value), str)(value)}"


def _sequence(values: tuple[Any, ...]) -> str:
    return "(" + ", ".join(_one(each) for each in values) + ")"


def _one(each: Any) -> str:
    match each:
        case Argument(register, _, keyword, star):
            return f"{star}{f'{keyword}=' if keyword else ''}r{register}"
        case (str() as name, register):
            return f"{name}=r{register}"
        case int():
            return f"r{each}"
    return str(each)


def _mapping(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {name}" for key, name in sorted(values.items())) + "}"


_WRITTEN: dict[type, Callable[[Any], str]] = {
    tuple: _sequence,
    dict: _mapping,
    frozenset: lambda values: "{" + ", ".join(map(str, sorted(values))) + "}",
}
