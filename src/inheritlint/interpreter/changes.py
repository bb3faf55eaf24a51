"""Which variables of the module hold a container that a function changes, by what its instructions say.

A guess that saves a round: what is changed in another way is noted while the functions are solved.
"""

from collections.abc import Iterable

from inheritlint.flow.blocks import Function
from inheritlint.flow.instructions import Load, LoadAttribute, StoreItem

_CHANGING = frozenset(
    "append appendleft add extend insert remove discard pop popleft popitem clear update setdefault".split()
)


def changed_variables(module: Function, functions: Iterable[Function]) -> set[str]:
    """The names of variables of `module` whose contents one of the lowered `functions` changes."""
    found: set[str] = set()
    for function in functions:
        instructions = [each for block in function.blocks for each in block.instructions]
        loaded = {each.dst: each.name for each in instructions if isinstance(each, Load) and each.owner is module}
        for each in instructions:
            match each:
                case StoreItem() | LoadAttribute() if each.obj in loaded:
                    if isinstance(each, StoreItem) or each.name in _CHANGING:
                        found.add(loaded[each.obj])
    return found
