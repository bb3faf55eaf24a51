"""Classes of the module that share what their methods keep in attributes: a class, its bases and its heirs."""

from collections.abc import Iterable, Sequence, Set

from inheritlint.source.units import Unit


def families_of(units: Sequence[Unit]) -> dict[Unit, set[Unit]]:
    """For the head of each class the heads of its bases and of its heirs in the file, itself among them."""
    heads = [unit for unit in units if unit.is_head]
    names = {head.name for head in heads}
    bases = {head: {each for each in heads if each.name in head.names.loads & names} for head in heads}
    above = {head: _reached(head, bases) for head in heads}
    return {head: above[head] | {each for each in heads if head in above[each]} for head in heads}


def _reached(head: Unit, bases: dict[Unit, set[Unit]]) -> set[Unit]:
    seen, pending = {head}, [head]
    while pending:
        following = bases[pending.pop()] - seen
        seen |= following
        pending += following
    return seen


def share(
    families: dict[Unit, set[Unit]], methods: Iterable[Unit], shared: dict[Unit, set[str]]
) -> dict[Unit, set[str]]:
    """Give the attributes in `shared`, of some classes, to their families. Returns for each of these the names of those
    `methods` that use one of them: who calls one of these uses them, too."""
    names = {head.name for head in families}
    for head, attributes in list(shared.items()):
        for relative in families[head]:
            shared.setdefault(relative, set()).update(attributes)
    using: dict[Unit, set[str]] = {}
    for method in methods:
        owner = method.owner
        if owner in shared and not method.words.isdisjoint(shared[owner]) and uses(method, shared[owner], names):
            for relative in families[owner]:
                using.setdefault(relative, set()).add(method.name)
    return using


def uses(method: Unit, attributes: set[str], classes: Set[str]) -> bool:
    """Whether a method may use one of `attributes` of its object, or of one of the `classes`; it may ask for them by
    names that it holds."""
    names = method.names
    return not attributes.isdisjoint(names.all if names.asks_for_attributes else names.of_object(classes))
