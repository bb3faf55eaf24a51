"""Which variables of a function are read later, from each of its blocks on."""

from inheritlint.flow.blocks import Function
from inheritlint.flow.instructions import Delete, Load, MakeClass, Store


def find_live(function: Function) -> dict[int, frozenset[str]]:
    """The variables of `function` that may be read from the start of each block on, and those that inner
    functions see: these are always live."""
    bits: dict[str, int] = {}
    effects = [_effect(function, number, bits) for number in range(len(function.blocks))]
    live = [0] * len(function.blocks)
    changed = True
    while changed:
        changed = False
        for number in reversed(range(len(function.blocks))):
            block = function.blocks[number]
            read, written = effects[number]
            after = 0
            assert block.end is not None
            for target in block.end.targets:
                after |= live[target]
            found = read | (after & ~written)
            if block.pad is not None:
                found |= live[block.pad]  # it may leave before it has written anything
            if found != live[number]:
                live[number] = found
                changed = True
    names = list(bits)
    known: dict[int, frozenset[str]] = {}
    return {number: known.setdefault(mask, _names(mask, names) | function.shared) for number, mask in enumerate(live)}


def _effect(function: Function, number: int, bits: dict[str, int]) -> tuple[int, int]:
    """What a block reads before it writes it, and what it writes."""
    read = written = 0
    for each in function.blocks[number].instructions:
        match each:
            case Load(name=name, owner=owner) if owner is function and name not in function.shared:
                read |= bits.setdefault(name, 1 << len(bits)) & ~written
            case Store(name=name, owner=owner) | Delete(name=name, owner=owner) if owner is function:
                written |= bits.setdefault(name, 1 << len(bits))
            case MakeClass(members=members):
                for name in members.values():
                    if name not in function.shared:
                        read |= bits.setdefault(name, 1 << len(bits)) & ~written
    return read, written


def _names(mask: int, names: list[str]) -> frozenset[str]:
    found: list[str] = []
    while mask:
        lowest = mask & -mask
        found.append(names[lowest.bit_length() - 1])
        mask ^= lowest
    return frozenset(found)
