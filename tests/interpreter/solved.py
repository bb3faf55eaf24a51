"""What tests of the solver look at: every way out of every function of a text, and the fate of what it marks."""

import libcst as cst

from inheritlint.domain.state import State
from inheritlint.domain.values import (
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    OneOf,
    PartialSequence,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    TextValue,
    Value,
)
from inheritlint.interpreter.frame import RETURNED
from inheritlint.interpreter.program import Program
from inheritlint.interpreter.target import Target
from inheritlint.knowledge.platforms import PLATFORMS
from inheritlint.lifecycle.lifecycle import lifecycle_of
from inheritlint.source.parsing import parse
from inheritlint.source.reading import SourceFile
from inheritlint.source.stack import with_deep_stack


def solved(text: str) -> Program:
    """The program of a module with `os`, `sys` and `subprocess`, solved whole."""
    source = f"import os, subprocess, sys\n{text}"
    program = Program(parse(SourceFile("one.py", source.encode(), source, "utf-8"), whole=True), Target())
    with_deep_stack(program.run)
    return program


def shown(text: str) -> str:
    """For each function its ways out, in an order of their own, and the fate of what is marked in it."""
    program = solved(text)
    return "\n".join(_function(program, node) for node in program.functions if node is not program.module.node)


def _function(program: Program, node: cst.CSTNode) -> str:
    function = program.functions[node]
    exits = program.exits(function)
    assert exits is not None
    ways = sorted({f"  returns {_state(program, state)}" for state in exits.returned.states})
    ways += sorted({f"  raises {_state(program, state)}" for state in exits.raised.states})
    marks = {by for state in (*exits.returned.states, *exits.raised.states) for _, by in state.marks}
    lines = [(_line(program, by), lifecycle_of(program, function, by)) for by in marks]
    fates = sorted(f"  line {line}: {fate.ending.name.lower()}" for line, fate in lines)
    return "\n".join([function.name, *ways, *fates])


def _line(program: Program, node: cst.CSTNode) -> int:
    return program.tree.span(node).line - 1  # the imports stand before it


def _state(program: Program, state: State) -> str:
    parts = [_held(state, state.registers[RETURNED])] if RETURNED in state.registers else []
    parts += [] if state.credible else ["(not credible)"]
    everywhere = program.file.platforms
    if state.platforms != everywhere:
        parts.append("on " + ", ".join(PLATFORMS[index].key for index in sorted(state.platforms)))
    for (thing, by), mark in sorted(state.marks.items(), key=lambda item: _line(program, item[0][1])):
        stand = "/".join(sorted(each.name.lower() for each in mark.may_be))
        children = "".join(f", child {_line(program, child)}" for child in mark.children)
        parts.append(f"[{_value(thing)} since {_line(program, by)}: {stand}{children}]")
    parts += [f"closed {_value(thing)}" for thing in sorted(state.closed, key=repr)]
    return "; ".join(parts)


def _held(state: State, value: Value) -> str:
    """A value, and what a container holds in that state."""
    contents = state.contents(value) if isinstance(value, ObjectRef) else None
    return _value(value if contents is None else contents)


def _value(value: Value) -> str:
    match value:
        case ConstantValue(known):
            return repr(known)
        case FlagBits(ones, unknown):
            return f"{ones:#x}" + (f"?{unknown:#x}" if unknown else "")
        case QualifiedName(name):
            return name
        case SequenceValue(items):
            return f"[{', '.join(map(_value, items))}]"
        case PartialSequence(items):
            return f"[{', '.join(map(_value, items))}, …]"
        case DictValue(entries, whole):
            inside = [f"{key!r}: {_value(item)}" for key, item in entries] + ([] if whole else ["…"])
            return f"{{{', '.join(inside)}}}"
        case OneOf(options):
            return " | ".join(sorted(map(_value, options)))
        case PerPlatform(values):
            return f"<{', '.join(dict.fromkeys(map(_value, values)))}>"
        case TextValue(pieces):
            return "".join(f"{{{_value(each)}}}" if isinstance(each, ObjectRef) else str(each) for each in pieces)
        case ObjectRef():
            return "anything" if value.is_anything else repr(value)
    return type(value).__name__
