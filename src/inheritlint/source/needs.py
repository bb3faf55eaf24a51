"""What a unit needs of the rest of its file, whatever that holds."""

import ast
from collections.abc import Sequence, Set

from inheritlint.source.units import Function, Unit
from inheritlint.source.walking import names_in


def called_by(unit: Unit, used: Set[str]) -> set[str]:
    """Names that a statement of the module needs: all where it makes what is used, else those of its condition."""
    if unit.names.stores & used:
        return unit.names.loads
    if isinstance(unit.node, ast.If):
        return names_in([unit.node.test])
    return set()


def decorating(units: Sequence[Unit]) -> frozenset[str]:
    """The names in the decorators of functions: what one of these does with its arguments depends on them."""
    decorated = (unit.node for unit in units if isinstance(unit.node, Function) and unit.node.decorator_list)
    return frozenset().union(*(names_in(node.decorator_list) for node in decorated))
