"""What is done with the blocks of a function when all of them are there.

Blocks that only jump are skipped, blocks that follow each other without choice become one, and all are numbered in
reverse postorder. Code that is never reached stays, behind the rest and without a place in the order.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import chain

from inheritlint.flow.blocks import Block, Function, Register
from inheritlint.flow.ends import Iterate, Jump, Return
from inheritlint.flow.liveness import find_live


def finish(function: Function, anchors: set[int], cleaning: Mapping[int, int | None]) -> None:
    """Order the blocks of `function` and fill what is known of them. Of `anchors` none is skipped; `cleaning` has the
    landing pads at which no handler begins, each with the pad around it."""
    for block in function.blocks:
        if block.end is None:
            block.end = Return(function.node, None)
    numbers = _skip(function.blocks, anchors)
    reached, lost = _order(function.blocks)
    left = _merge(function.blocks, [*reached, *lost], anchors)
    position = {number: place for place, number in enumerate(left)}
    around = {numbers[pad]: None if outer is None else numbers[outer] for pad, outer in cleaning.items()}
    pads = {block.pad for block in function.blocks if block.pad is not None}
    function.handled = frozenset(position[pad] for pad in pads if pad in position and _is_handled(pad, around))
    _renumber(function, left, position)
    function.order = {number: number for number in range(len(position.keys() & set(reached)))}
    function.looped = _looped(function)
    function.endless = _endless(function) if function.looped else frozenset()
    function.kept = _kept(function.blocks)
    function.live = find_live(function)


def _skip(blocks: list[Block], anchors: set[int]) -> list[int]:
    """Lead around blocks that only jump; for each block the one that takes its place."""
    numbers = [-1] * len(blocks)
    for block in blocks:
        path = [block.number]
        while numbers[path[-1]] < 0:
            at = blocks[path[-1]]
            end = at.end
            if at.instructions or not isinstance(end, Jump) or at.number in anchors or end.target in path[-1:]:
                numbers[at.number] = at.number
            elif end.target in path:  # a loop of nothing
                numbers[end.target] = end.target
                path.append(end.target)
            else:
                path.append(end.target)
        for number in path:
            numbers[number] = numbers[path[-1]]
    for block in blocks:
        assert block.end is not None
        block.end.redirect(numbers)
        if block.pad is not None:
            block.pad = numbers[block.pad]
    return numbers


def _order(blocks: list[Block]) -> tuple[list[int], list[int]]:
    """What can be reached from the entry, and the rest that says anything, both in reverse postorder."""
    seen: set[int] = set()
    reached = _below(blocks, 0, seen)
    rest = [block for block in blocks if block.number not in seen]
    entered = {number for block in rest for number in _following(block)}
    lost: list[int] = []
    for block in sorted(rest, key=lambda block: (block.number in entered, block.number)):
        if block.number not in seen and block.instructions:
            lost += _below(blocks, block.number, seen)
    return reached, lost


def _below(blocks: list[Block], entry: int, seen: set[int]) -> list[int]:
    seen.add(entry)
    found: list[int] = []
    pending = [(entry, _following(blocks[entry]))]
    while pending:
        number, following = pending[-1]
        if not following:
            found.append(number)
            pending.pop()
            continue
        target = following.pop()
        if target not in seen:
            seen.add(target)
            pending.append((target, _following(blocks[target])))
    return found[::-1]


def _following(block: Block) -> list[int]:
    """Where control may go from a block; what is taken from the end is looked at first, and comes last in the order."""
    assert block.end is not None
    return [*block.end.targets, *(() if block.pad is None else (block.pad,))]


def _merge(blocks: list[Block], order: list[int], anchors: set[int]) -> list[int]:
    """Make one of blocks that follow each other without choice; the numbers of those that are left."""
    comers = Counter([0])
    for number in order:
        comers.update(_following(blocks[number]))
    gone: set[int] = set()
    for number in order:
        block = blocks[number]
        while number not in gone and isinstance(block.end, Jump):
            following = blocks[block.end.target]
            if comers[following.number] > 1 or following is block or not _may_join(block, following, anchors):
                break
            block.instructions += following.instructions
            block.end = following.end
            gone.add(following.number)
    return [number for number in order if number not in gone]


def _may_join(block: Block, following: Block, anchors: set[int]) -> bool:
    if block.pad == following.pad:
        return True
    if not block.instructions and block.number not in anchors:
        block.pad = following.pad
        return True
    return not following.instructions and following.number not in anchors and isinstance(following.end, (Jump, Return))


def _renumber(function: Function, left: list[int], position: Mapping[int, int]) -> None:
    numbers = [position.get(number, -1) for number in range(len(function.blocks))]
    function.blocks = [function.blocks[number] for number in left]
    for place, block in enumerate(function.blocks):
        assert block.end is not None
        block.number = place
        block.end.redirect(numbers)
        if block.pad is not None:
            block.pad = numbers[block.pad]


def _looped(function: Function) -> frozenset[int]:
    """The blocks from which a way leads back to themselves: what lies between the start of a loop and its ends."""
    before: list[list[int]] = [[] for _ in function.blocks]
    ends: dict[int, list[int]] = {}
    for number in function.order:
        for target in _following(function.blocks[number]):
            before[target].append(number)
            if target <= number:  # in reverse postorder only a loop goes backwards
                ends.setdefault(target, []).append(number)
    found: set[int] = set()
    for head, pending in ends.items():
        inside = {head}
        while pending:
            number = pending.pop()
            if number not in inside:
                inside.add(number)
                pending += before[number]
        found |= inside
    return frozenset(found)


def _endless(function: Function) -> frozenset[int]:
    """The heads of loops from which no way leads to a `return`, errors aside; of those inside others the outer ones."""
    before: list[list[int]] = [[] for _ in function.blocks]
    heads: set[int] = set()
    for number in function.order:
        end = function.blocks[number].end
        for target in end.targets if end is not None else ():
            before[target].append(number)
            if target <= number:
                heads.add(target)
    seen = set[int]()
    _add_all_before(
        [number for number in function.order if isinstance(function.blocks[number].end, Return)], before, seen
    )
    found: set[int] = set()
    for head in sorted(heads):
        if head not in seen:
            found.add(head)
            _add_all_before([head], before, seen)
    return frozenset(found)


def _add_all_before(pending: list[int], before: list[list[int]], seen: set[int]) -> None:
    """Add `pending` blocks to `seen`, and all that lead to them."""
    while pending:
        number = pending.pop()
        if number not in seen:
            seen.add(number)
            pending += before[number]


def _is_handled(pad: int, around: Mapping[int, int | None]) -> bool:
    """Whether an exception that lands on `pad` can be caught in the function, at once or after cleanups."""
    at: int | None = pad
    while at is not None and at in around:
        at = around[at]
    return at is not None


def _kept(blocks: list[Block]) -> frozenset[Register]:
    """The registers that are read in another block than they were written in, or written in several."""
    home: dict[Register, int] = {}
    kept: set[Register] = set()
    for block in blocks:
        for instruction in block.instructions:
            if home.setdefault(instruction.dst, block.number) != block.number:
                kept.add(instruction.dst)
        if isinstance(block.end, Iterate):
            kept.add(block.end.dst)
    for block in blocks:
        assert block.end is not None
        operands = chain(block.end.operands, *(each.operands for each in block.instructions))
        kept.update(register for register in operands if home.get(register) != block.number)
    return frozenset(kept)
