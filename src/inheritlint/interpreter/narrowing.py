"""What a comparison leaves of a variable that may be one of several numbers."""

from inheritlint.domain.joins import one_of
from inheritlint.domain.operations import compared, is_comparison
from inheritlint.domain.state import State
from inheritlint.domain.truth import is_soft, truth
from inheritlint.domain.values import ANYTHING, FlagBits, OneOf, Value
from inheritlint.flow.blocks import Block, Register
from inheritlint.flow.ends import Branch
from inheritlint.flow.instructions import Load, Operate
from inheritlint.interpreter.containers import snapshot


def narrow(block: Block, end: Branch, state: State, way: State, outcome: bool) -> None:
    """`way` goes on from `state` where the comparison at the end of `block` turned out to be `outcome`."""
    test = block.instructions[-1] if block.instructions else None
    if type(test) is not Operate or test.dst != end.condition or test.right is None or not is_comparison(test.op):
        return
    left, right = (state.registers.get(each, ANYTHING) for each in (test.left, test.right))
    if isinstance(left, OneOf):
        other = snapshot(right, state)
        _keep(block, test.left, left, way, [_may_be(test.op, each, other, outcome, each) for each in left.options])
    elif isinstance(right, OneOf):
        _keep(block, test.right, right, way, [_may_be(test.op, left, each, outcome, each) for each in right.options])


def _may_be(op: str, left: Value, right: Value, outcome: bool, option: Value) -> bool:
    """Whether the comparison may turn out to be `outcome` where a variable is `option`: of what is no number, or may be
    another one, that is not asked."""
    if not isinstance(option, FlagBits) or is_soft(option) or is_soft(left) or is_soft(right):
        return True
    return truth(compared(op, left, right)) is not (not outcome)


def _keep(block: Block, register: Register, value: OneOf, way: State, may_be: list[bool]) -> None:
    name = _variable(block, register) if any(may_be) and not all(may_be) else None
    if name is not None and way.variables.get(name) is value:
        way.variables[name] = one_of(each for each, kept in zip(value.options, may_be, strict=True) if kept)


def _variable(block: Block, register: Register) -> str | None:
    """The variable of the function that was read into `register` in `block`."""
    for each in reversed(block.instructions):
        if each.dst == register:
            return each.name if isinstance(each, Load) else None
    return None
