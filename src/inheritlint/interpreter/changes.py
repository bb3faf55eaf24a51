"""What functions change of the objects of their module, and who may see it.

That a variable of the module holds a container which a function changes is foreseen by what its instructions say; what
is changed in another way is noted while the functions are solved, and what may see it is solved again.
"""

from collections.abc import Iterable, Iterator

from inheritlint.domain.origins import Origin
from inheritlint.domain.state import Cell
from inheritlint.domain.values import ObjectRef, Value, parts_of
from inheritlint.flow.blocks import Function
from inheritlint.flow.instructions import Literal, Load, LoadAttribute, StoreItem
from inheritlint.interpreter.results import FileResults

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


def readers(file: FileResults, functions: Iterable[Function], changed: Iterable[Cell]) -> set[Function]:
    """Those of the lowered `functions` that may get at one of the `changed` objects of the module, without a caller who
    gives it to them."""
    origins = {owner.origin for owner, _ in changed}
    while True:  # what holds one of them leads there, too
        holders = {owner.origin for (owner, _), value in file.module_heap.items() if leads_to(value, origins)}
        if holders <= origins:
            break
        origins |= holders
    names = set(_names(file, origins))
    given = {
        function
        for function, defaults in file.defaults.items()
        if any(leads_to(value, origins) for value in defaults.values())
    }
    return {function for function in functions if function in given or not names.isdisjoint(_asked_in(function))}


def leads_to(value: Value, origins: set[Origin]) -> bool:
    """Whether an object of one of `origins` is in `value`."""
    if isinstance(value, ObjectRef):
        return value.origin in origins
    return any(leads_to(part, origins) for part in parts_of(value))


def _names(file: FileResults, origins: set[Origin]) -> Iterator[str]:
    """The names of variables and attributes whose values lead to one of `origins`."""
    yield from (name for name, value in file.globals.items() if leads_to(value, origins))
    yield from (name for (_, name), value in file.variables.items() if leads_to(value, origins))
    for members in (*file.members.values(), *file.assigned.values()):
        yield from (name for name, value in members.items() if leads_to(value, origins))
    yield from (step[1:] for (_, step), value in file.module_heap.items() if leads_to(value, origins))


def _asked_in(function: Function) -> Iterator[object]:
    """The names that a lowered function reads, and what may be one, written as a text."""
    for block in function.blocks:
        for each in block.instructions:
            match each:
                case Load(name=name) | LoadAttribute(name=name):
                    yield name
                case Literal(value=str() as text):
                    yield text
