"""What comparisons and decorators say of the platform."""

import libcst as cst

from inheritlint.domain.operations import literals
from inheritlint.domain.platform_names import mentions_windows
from inheritlint.domain.truth import truth
from inheritlint.domain.values import (
    ANYTHING,
    ConstantValue,
    PerPlatform,
    Value,
    available_on,
)
from inheritlint.interpreter.frame import Frame
from inheritlint.interpreter.results import NeverTrue
from inheritlint.knowledge.platforms import MISSPELLINGS, WINDOWS
from inheritlint.semantics.names import dotted

_NEGATIVE = ("IsNot", "NotEqual", "NotIn")


def compared_with_platform(
    frame: Frame, node: cst.CSTNode, op: str, left: Value, right: Value, value: PerPlatform
) -> None:
    """`left op right` is `value`: note where it holds on no platform because of a name that none has."""
    side = left if isinstance(left, PerPlatform) else right
    if isinstance(side, PerPlatform) and side.reads and all(truth(one) is (op in _NEGATIVE) for one in value.values):
        note_never_true(frame, node, side.reads, literals(right if side is left else left))


def note_never_true(frame: Frame, node: cst.CSTNode, reads: str, written: tuple[object, ...]) -> None:
    """`node` compares what it reads of the platform with values that no platform has."""
    table = MISSPELLINGS.get(reads, {})
    wrong = tuple(text for text in written if isinstance(text, str) and text in table)
    if wrong:
        frame.file.never_true[node] = NeverTrue(node, reads, wrong)


def hinted(node: cst.CSTNode) -> Value | None:
    """A comparison with something whose name says Windows (`kind == Kind.WINDOWS_HANDLE`) may hold only there."""
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return None
    target = node.comparisons[0]
    if isinstance(target.operator, (cst.NotEqual, cst.IsNot, cst.NotIn)):
        return None
    named = [dotted(side) or "" for side in (node.left, target.comparator)]
    if any(mentions_windows(name.rpartition(".")[2]) for name in named):
        return available_on(WINDOWS, ANYTHING, ConstantValue(False))
    return None
