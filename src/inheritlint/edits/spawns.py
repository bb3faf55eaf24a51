"""Fixes for the file actions of `os.posix_spawn`."""

import libcst as cst

from inheritlint.edits.arguments import extent
from inheritlint.events.spawn_actions import SpawnOpen, SpawnSwapped
from inheritlint.findings import Edit, Fix, Safety
from inheritlint.interpreter.program import Program


def drop_cloexec(opened: SpawnOpen) -> Fix | None:
    """`O_CLOEXEC` taken out of the flags; None where they are not an alternation of names that holds it once."""
    if opened.flags is None:
        return None
    found = _operation(opened.flags)
    if found is None:
        return None
    whole, other = found
    tree = opened.program.tree
    (_, left), (right, _) = extent(tree, whole.left), extent(tree, whole.right)
    before, after = extent(tree, whole.left)[0], extent(tree, whole.right)[1]
    edit = Edit(left, after, "") if other is whole.left else Edit(before, right, "")
    return Fix((edit,), Safety.SAFE, "Remove `O_CLOEXEC`")


def _operation(node: cst.BaseExpression) -> tuple[cst.BinaryOperation, cst.BaseExpression] | None:
    """The `|` of which one side is the flag, and its other side."""
    if not isinstance(node, cst.BinaryOperation) or not isinstance(node.operator, cst.BitOr) or node.lpar:
        return None
    if _is_flag(node.right):
        return node, node.left
    if _is_flag(node.left):
        return node, node.right
    return _operation(node.left)


def _is_flag(node: cst.BaseExpression) -> bool:
    name = node.attr.value if isinstance(node, cst.Attribute) else node.value if isinstance(node, cst.Name) else ""
    return name == "O_CLOEXEC"


def swap(swapped: SpawnSwapped) -> Fix | None:
    """The two numbers in the order that dup2(2) has; None where they are not written in the call."""
    if swapped.first is None or swapped.second is None:
        return None
    edits = _exchanged(swapped.program, swapped.first, swapped.second)
    return Fix(edits, Safety.UNSAFE, "Swap the two descriptors")


def _exchanged(program: Program, one: cst.CSTNode, other: cst.CSTNode) -> tuple[Edit, ...]:
    first, second = program.tree.extent(one), program.tree.extent(other)
    return (Edit(*first, program.tree.text(other)), Edit(*second, program.tree.text(one)))
