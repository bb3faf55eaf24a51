"""`finally` and `with`: what runs on every way out.

The body of a `finally` is lowered once for each way out: falling through, an exception, each of a few returns, all
breaks of one loop, all continues of one loop. Within copies of other cleanups one is shared by all ways, so that the
size stays linear; where they part again is unknown then.
"""

import libcst as cst

from inheritlint.flow.blocks import Block
from inheritlint.flow.ends import Raise, Suppress
from inheritlint.flow.frame import Cleanup, Frame, Statements, Way
from inheritlint.flow.handlers import guarded
from inheritlint.flow.instructions import Enter, Leave, Opaque, Suspend

#: Within so many copies the body of a `finally` is lowered once, for all ways.
_DEEP = 2


def _try(frame: Frame, node: cst.Try | cst.TryStar) -> None:
    if node.finalbody is None:
        guarded(frame, node)
    elif frame.copies < _DEEP:
        _copied(frame, node, node.finalbody)
    else:
        _shared(frame, node, node.finalbody)


def _copied(frame: Frame, node: cst.Try | cst.TryStar, final: cst.Finally) -> None:
    after, pad = frame.new(), frame.new()
    entries: dict[Way, Block] = {}

    def run(way: Way) -> bool:
        """A copy for `way`; none where the same way has come here before."""
        if way.target is None and way is not frame.result:
            _copy(frame, final)
            return True
        if way in entries:
            frame.jump(entries[way])
            return False
        entries[way] = frame.new()
        frame.go_on(entries[way])
        _copy(frame, final)
        return True

    frame.cleanups.append(Cleanup(run, frame.pad, len(frame.loops), 0))
    with frame.landing(pad, only_cleans=True):
        guarded(frame, node)
    frame.cleanups.pop()
    if frame.is_open:
        _copy(frame, final)
        frame.jump(after)
    frame.block = pad
    _copy(frame, final)
    _raise_again(frame, final)
    frame.block = after


def _shared(frame: Frame, node: cst.Try | cst.TryStar, final: cst.Finally) -> None:
    after, pad = frame.new(), frame.new()
    ways: dict[Way, None] = {}

    def run(way: Way) -> bool:
        ways[way] = None
        frame.jump(pad)
        return False

    frame.cleanups.append(Cleanup(run, frame.pad, len(frame.loops), 0))
    with frame.landing(pad, only_cleans=True):
        guarded(frame, node)
    frame.cleanups.pop()
    falls = frame.is_open
    frame.jump(pad)
    frame.block = pad
    _copy(frame, final)
    if falls:
        _part(frame, final, after)
    for way in ways:
        taken = frame.new()
        _part(frame, final, taken)
        other, frame.block = frame.block, taken
        frame.leave(way)
        frame.block = other
    _raise_again(frame, final)
    frame.block = after


def _copy(frame: Frame, final: cst.Finally) -> None:
    frame.copies += 1
    frame.suite([final.body])
    frame.copies -= 1


def _part(frame: Frame, final: cst.Finally, then: Block) -> None:
    """Perhaps on to `then`, perhaps not."""
    if frame.block.end is None:
        other = frame.new()
        frame.branch(final, frame.emit(Opaque(final, frame.register())), then, other)
        frame.block = other


def _raise_again(frame: Frame, node: cst.CSTNode) -> None:
    if frame.block.end is None:
        frame.end(Raise(node, None))


def _with(frame: Frame, node: cst.With) -> None:
    _enter(frame, node, 0)


def _enter(frame: Frame, node: cst.With, number: int) -> None:
    """The manager at `number`, and within it the rest of them and the body."""
    if number == len(node.items):
        frame.suite([node.body])
        return
    item = node.items[number]
    is_async = node.asynchronous is not None
    manager = frame.value(item.item)
    if is_async:
        frame.emit(Suspend(item, frame.register(), "with", manager))
    entered = frame.emit(Enter(item, frame.register(), manager))
    after, pad = frame.new(), frame.new()

    def leave(way: Way | None = None) -> bool:
        frame.emit(Leave(item, frame.register(), manager))
        if is_async:
            frame.emit(Suspend(item, frame.register(), "with", manager))
        return True

    frame.cleanups.append(Cleanup(leave, frame.pad, len(frame.loops)))
    with frame.landing(pad):
        if item.asname is not None:
            frame.assign(item.asname.name, entered)
        _enter(frame, node, number + 1)
    frame.cleanups.pop()
    if frame.is_open:
        leave()
        frame.jump(after)
    frame.block = pad
    leave()
    again = frame.new()
    frame.end(Suppress(item, after.number, again.number, manager))
    frame.block = again
    frame.end(Raise(item, None))
    frame.block = after


STATEMENTS: Statements = {
    cst.Try: _try,
    cst.TryStar: _try,
    cst.With: _with,
}
