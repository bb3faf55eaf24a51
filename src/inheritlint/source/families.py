"""Classes of the module that share what their methods keep in attributes: a class, its bases and its heirs."""

import re
from collections.abc import Sequence, Set

from inheritlint.source.units import Function, Unit


def _families_of(units: Sequence[Unit]) -> dict[Unit, set[Unit]]:
    """For the head of each class the heads of its bases and of its heirs in the file, itself among them."""
    heads = [unit for unit in units if unit.is_head]
    bases = {head: {each for each in heads if each.name in head.names.loads} for head in heads}
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
    units: Sequence[Unit], shared: dict[Unit, set[str]], classes: Set[str]
) -> tuple[set[Unit], dict[Unit, set[str]]]:
    """Give the attributes in `shared`, of some classes, to their families. Returns the classes among these whose
    objects get other names, and for each the names of those methods that use one of them: who calls one of these uses
    them, too. `classes` are the names of all."""
    families = _families_of(units)
    methods = [unit for unit in units if unit.owner is not None and isinstance(unit.node, Function)]
    for head, attributes in list(shared.items()):
        for relative in families[head]:
            shared.setdefault(relative, set()).update(attributes)
    shown: set[Unit] = set()
    for method in methods:
        owner = method.owner
        if owner in shared and owner not in shown and method.shows_object:
            shown |= families[owner]
    using: dict[Unit, set[str]] = {}
    for method in methods:
        owner = method.owner
        if owner is None or owner not in shared or method.words.isdisjoint(shared[owner]):
            continue
        if uses(method, shared[owner], classes, by_any_name=owner in shown):
            for relative in families[owner]:
                using.setdefault(relative, set()).add(method.name)
    return shown, using


def uses(method: Unit, attributes: set[str], classes: Set[str], *, by_any_name: bool) -> bool:
    """Whether a method may use one of `attributes` of its object, or of one of the `classes`; it may ask for them by
    names that it holds, and with `by_any_name` the object may have another name."""
    names = method.names
    if names.asks_for_attributes:
        return not attributes.isdisjoint(names.all)
    return not attributes.isdisjoint(names.attributes if by_any_name else names.of_object(classes))


def ends_another(unit: Unit, attributes: Set[str], ending: re.Pattern[str]) -> bool:
    """Whether a function, or a method, in which a word is `ending`, may close an object that it is given, or one of the
    `attributes` of that."""
    names = unit.names
    own: Set[str] = names.receivers
    if unit.owner is None or (isinstance(unit.node, Function) and unit.node.decorator_list):
        own = frozenset()
    if any(base not in own and ending.search(name) for base, name in names.asked) or names.entered - own:
        return True
    mine = {name for base, name in names.own if base in own}
    others = names.attributes - mine | {name for base, name in names.own if base not in own}
    return not attributes.isdisjoint(others)
