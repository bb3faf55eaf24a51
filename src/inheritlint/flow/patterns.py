"""`match`: each pattern is a chain of questions, what it binds is bound when all are answered."""

from collections.abc import Sequence
from typing import Any

import libcst as cst

from inheritlint.flow.blocks import Block, Register
from inheritlint.flow.ends import Match
from inheritlint.flow.frame import Frame, Statements
from inheritlint.flow.instructions import LoadAttribute, LoadItem, Move, Opaque, Unpack
from inheritlint.flow.literals import name_value

#: What a pattern binds: names to the register and the node that binds it.
_Captures = dict[str, tuple[Register, cst.CSTNode]]


def _match(frame: Frame, node: cst.Match) -> None:
    subject = frame.value(node.subject)
    after = frame.new()
    for case in node.cases:
        other = frame.new()
        captures: _Captures = {}
        _ask(frame, case.pattern, subject, other, captures)
        for name, (register, where) in captures.items():
            frame.store(where, name, register)
        if case.guard is not None:
            then = frame.new()
            frame.condition(case.guard, then, other)
            frame.block = then
        frame.suite([case.body])
        frame.jump(after)
        frame.block = other
    frame.go_on(after)


def _ask(frame: Frame, pattern: cst.MatchPattern, subject: Register, other: Block, captures: _Captures) -> None:
    """Go on where `subject` fits `pattern`, and to `other` where it does not."""
    match pattern:
        case cst.MatchValue() | cst.MatchSingleton():
            _decide(frame, pattern, subject, (_value(frame, pattern),), True, other)
        case cst.MatchAs():
            if pattern.pattern is not None:
                _ask(frame, pattern.pattern, subject, other, captures)
            if pattern.name is not None:
                captures[pattern.name.value] = subject, pattern.name
        case cst.MatchOr():
            _alternatives(frame, pattern, subject, other, captures)
        case cst.MatchSequence():
            _decide(frame, pattern, subject, (), False, other)
            _elements(frame, pattern.patterns, subject, other, captures)
        case cst.MatchMapping():
            _decide(frame, pattern, subject, (), False, other)
            _items(frame, pattern, subject, other, captures)
        case cst.MatchClass():
            _attributes(frame, pattern, subject, other, captures)


def _decide(
    frame: Frame,
    node: cst.CSTNode,
    subject: Register,
    values: tuple[Register, ...],
    certain: bool,
    other: Block,
) -> None:
    then = frame.new()
    frame.end(Match(node, then.number, other.number, subject, values, certain))
    frame.block = then


def _value(frame: Frame, pattern: cst.MatchPattern) -> Register:
    if isinstance(pattern, cst.MatchSingleton):
        return name_value(frame, pattern.value)
    assert isinstance(pattern, cst.MatchValue)
    return frame.value(pattern.value)


def _alternatives(frame: Frame, node: cst.MatchOr, subject: Register, other: Block, captures: _Captures) -> None:
    patterns = [each.pattern for each in node.patterns]
    if all(isinstance(each, (cst.MatchValue, cst.MatchSingleton)) for each in patterns):
        values = tuple(_value(frame, each) for each in patterns)
        _decide(frame, node, subject, values, True, other)
        return
    fits = frame.new()
    met: dict[str, tuple[Register, cst.CSTNode]] = {}
    for number, pattern in enumerate(patterns):
        following = other if number == len(patterns) - 1 else frame.new()
        own: _Captures = {}
        _ask(frame, pattern, subject, following, own)
        for name, (register, where) in own.items():
            met.setdefault(name, (frame.register(), where))
            frame.emit(Move(where, met[name][0], register))
        frame.jump(fits)
        frame.block = following
    frame.block = fits
    captures.update(met)


def _elements(frame: Frame, patterns: Sequence[Any], subject: Register, other: Block, captures: _Captures) -> None:
    stars = [number for number, each in enumerate(patterns) if isinstance(each, cst.MatchStar)]
    starred = stars[0] if stars else None
    for number, each in enumerate(patterns):
        wanted: Any = each.name if isinstance(each, cst.MatchStar) else each.value
        if wanted is None or _is_wildcard(wanted):
            continue
        part = frame.emit(Unpack(each, frame.register(), subject, number, len(patterns), starred))
        if isinstance(each, cst.MatchStar):
            captures[wanted.value] = part, wanted
        else:
            _ask(frame, wanted, part, other, captures)


def _is_wildcard(pattern: cst.CSTNode) -> bool:
    return isinstance(pattern, cst.MatchAs) and pattern.pattern is None and pattern.name is None


def _items(frame: Frame, node: cst.MatchMapping, subject: Register, other: Block, captures: _Captures) -> None:
    for each in node.elements:
        key = frame.value(each.key)
        _ask(frame, each.pattern, frame.emit(LoadItem(each, frame.register(), subject, key)), other, captures)
    if node.rest is not None:
        captures[node.rest.value] = frame.emit(Opaque(node.rest, frame.register(), (subject,))), node.rest


def _attributes(frame: Frame, node: cst.MatchClass, subject: Register, other: Block, captures: _Captures) -> None:
    frame.value(node.cls)
    _decide(frame, node, subject, (), False, other)
    for positional in node.patterns:
        part = frame.emit(Opaque(positional, frame.register(), (subject,)))
        _ask(frame, positional.value, part, other, captures)
    for each in node.kwds:
        part = frame.emit(LoadAttribute(each, frame.register(), subject, each.key.value))
        _ask(frame, each.pattern, part, other, captures)


STATEMENTS: Statements = {cst.Match: _match}
