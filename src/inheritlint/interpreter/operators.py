"""What operators do in a state."""

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.literals import to_python
from inheritlint.domain.operations import binary, compared, is_comparison, unary
from inheritlint.domain.state import CONTENTS, State
from inheritlint.domain.truth import on_this_python, truth
from inheritlint.domain.values import (
    ANYTHING,
    ConstantValue,
    FlagBits,
    ObjectRef,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    Test,
    Value,
)
from inheritlint.flow import instructions as flow
from inheritlint.interpreter.containers import allocated, snapshot
from inheritlint.interpreter.environment import held_in
from inheritlint.interpreter.frame import Frame, Results
from inheritlint.interpreter.platform_guards import compared_with_platform, hinted

_MAJOR = QualifiedName("sys.version_info.major")
_VERSIONS = (QualifiedName("sys.version_info"), _MAJOR)
#: The operator with its sides exchanged.
_MIRRORED = {
    **{op: op for op in ("Equal", "NotEqual", "Is", "IsNot")},
    "LessThan": "GreaterThan",
    "LessThanEqual": "GreaterThanEqual",
    "GreaterThan": "LessThan",
    "GreaterThanEqual": "LessThanEqual",
}


def operate(frame: Frame, each: flow.Operate, state: State) -> Results:
    left = state.registers.get(each.left, ANYTHING)
    if each.right is None:
        if each.op != "Not" and not _is_arithmetic(left):
            frame.throw(state, None, probable=False)
        return [(state, unary(each.op, left))]
    right = state.registers.get(each.right, ANYTHING)
    if is_comparison(each.op):
        return [(state, _compare(frame, each, left, right, state))]
    if not _is_arithmetic(left) or not _is_arithmetic(right):
        frame.throw(state, None, probable=False)
    if each.op in ("Add", "BitOr"):
        contents = held_in(left, state), held_in(right, state)
        if contents != (None, None) and not isinstance(left, (ConstantValue, SequenceValue)):
            result = binary(each.op, contents[0] or left, contents[1] or right)
            if isinstance(each.node, cst.AugAssign) and isinstance(left, ObjectRef) and not left.is_anything:
                state.put((left, CONTENTS), result)
                return [(state, left)]
            return [(state, allocated(frame, state, each.node, result))]
        right = contents[1] or right
    return [(state, binary(each.op, left, snapshot(right, state) if each.op == "Modulo" else right))]


def _is_arithmetic(value: Value) -> bool:
    return all(isinstance(option, FlagBits) for option in alternatives(value))


def _compare(frame: Frame, each: flow.Operate, left: Value, right: Value, state: State) -> Value:
    if each.op not in ("Is", "IsNot", "Equal", "NotEqual"):
        frame.throw(state, "TypeError", probable=False)
        right = snapshot(right, state)
    for version, other, op in ((left, right, each.op), (right, left, _MIRRORED.get(each.op))):
        if version in _VERSIONS and op is not None:
            return _of_versions(op, version, other)
    value = compared(each.op, left, right, each.node)
    if isinstance(value, PerPlatform):
        compared_with_platform(frame, each.node, each.op, left, right, value)
    elif isinstance(value, (Test, ObjectRef)) and each.op in ("Is", "Equal"):
        return hinted(each.node) or value
    return value


def _of_versions(op: str, version: Value, wanted: Value) -> Value:
    """`sys.version_info >= (3, 3)`: true on every CPython that descriptors are non-inheritable on (PEP 446)."""
    try:
        numbers = to_python(wanted)
    except ValueError:
        return ANYTHING
    if version == _MAJOR:
        return _answered(compared(op, FlagBits(3), wanted))
    if not isinstance(numbers, tuple) or not numbers or not all(isinstance(part, int) for part in numbers):
        return ANYTHING
    if numbers[:2] <= (3, 4):
        return _answered(compared(op, numbers_tuple((3, 11)), numbers_tuple(numbers)))
    return Test(("sys.version_info", op, numbers))


def _answered(value: Value) -> Value:
    answer = truth(value)
    return value if answer is None else on_this_python(answer)


def numbers_tuple(numbers: tuple[int, ...]) -> Value:
    """Numbers as a tuple."""
    return SequenceValue(tuple(map(FlagBits, numbers)))
