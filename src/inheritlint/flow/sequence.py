"""Which part of a function may run after which."""

import libcst as cst

from inheritlint.flow.blocks import Function


def may_follow(function: Function, first: cst.CSTNode, then: cst.CSTNode, *, unless: cst.CSTNode) -> bool:
    """Whether what `then` stands for may run after `first`, with no `unless` between them; it may where one of them
    is in no block of `function`."""
    places = [
        (block.number, place + 1)
        for block in function.blocks
        for place, each in enumerate(block.instructions)
        if each.node is first
    ]
    if not places or not any(each.node is then for block in function.blocks for each in block.instructions):
        return True
    seen: set[int] = set()
    while places:
        number, start = places.pop()
        block = function.blocks[number]
        following = [] if block.pad is None else [block.pad]
        for each in block.instructions[start:]:
            if each.node is then:
                return True
            if each.node is unless:
                break
        else:
            following += block.end.targets if block.end is not None else ()
        places += [(each, 0) for each in following if each not in seen]
        seen.update(following)
    return False
