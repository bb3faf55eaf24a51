"""Deliberate breakages of the lowering: each must change the blocks of a case in `blocks.txt`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
from breaking import put_in_place
from lowered import shown
from test_blocks import CASES

#: (module, what stands there, what is put in its place)
_BREAKAGES = [
    ("conditions", "test, then, other = test.expression, other, then", "test = test.expression"),
    ("conditions", "ways = (following, other) if isinstance(test", "ways = (then, following) if isinstance(test"),
    ("conditions", "ways = (following, after) if", "ways = (after, following) if"),
    ("conditions", "left = right", "pass"),
    ("conditions", "(other, node.orelse)", "(other, node.body)"),
    ("statements", 'node.test.value in ("True", "1")', "False"),
    ("statements", "frame.leave(Way(loop.after.number, loop.cleanups))", "frame.leave(Way(loop.after.number, 99))"),
    ("statements", "frame.leave(Way(loop.head.number, loop.cleanups))", "frame.leave(Way(loop.after.number, 0))"),
    ("statements", "    frame.block = orelse\n", "    frame.block = after\n"),
    ("statements", "cleanup.returns = (cleanup.returns or 0) + 1", "pass"),
    ("statements", "        at = at.orelse", "        at = None"),
    ("statements", '"AssertionError"', "None"),
    ("handlers", "    _orelse(frame, node)\n    frame.jump(after)", "    frame.jump(after)"),
    ("handlers", "    with frame.landing(pad):\n        frame.suite([node.body])", "    frame.suite([node.body])"),
    ("handlers", "delete_name(frame, name)", "pass"),
    (
        "handlers",
        "        frame.block = other\n    frame.end",
        "        frame.block = other\n        break\n    frame.end",
    ),
    ("handlers", "            _rest(frame, handler, after, other)", "            pass"),
    ("cleanups", "    if frame.is_open:\n        _copy(frame, final)", "    if frame.is_open:\n        pass"),
    ("cleanups", "    frame.block = pad\n    _copy(frame, final)\n    _raise", "    frame.block = pad\n    _raise"),
    ("cleanups", "Cleanup(run, frame.pad, len(frame.loops), 0)", "Cleanup(run, None, 0, 0)"),
    ("cleanups", "Cleanup(leave, frame.pad, len(frame.loops))", "Cleanup(leave, None, len(frame.loops))"),
    ("cleanups", "_enter(frame, node, number + 1)", "frame.suite([node.body])"),
    ("cleanups", "elif frame.copies < _DEEP:", "elif True:"),
    ("cleanups", "if way in entries:", "if False:"),
    ("comprehensions", "frame.condition(test.test, following, head)", "frame.condition(test.test, following, after)"),
    ("comprehensions", "around, frame.scope = frame.scope, frame.file.scopes[node]", "around = frame.scope"),
    ("patterns", "_value(frame, pattern),), True, other", "_value(frame, pattern),), False, other"),
    ("patterns", "if case.guard is not None:", "if False:"),
    ("patterns", "captures[pattern.name.value] = subject, pattern.name", "pass"),
    ("patterns", "captures.update(met)", "pass"),
    ("assignments", "stars[0] if stars else None", "None"),
    ("assignments", "StoreAttribute(target, frame.register(), obj, target.attr.value, new)", "Opaque(target, 0)"),
    ("assignments", "index_of(frame, target), None))", "index_of(frame, target), obj))"),
    ("expressions", '"yield from"', '"yield"'),
    ("expressions", "receiver = frame.value(node.func.value)", "receiver = frame.value(node.func)"),
    ("expressions", "node.keyword.value, node.star)", "node.keyword.value)"),
    ("literals", "part.conversion in (None, ", "part.conversion in (None, 'r', "),
    ("makings", "if each.default is not None", "if False"),
    ("makings", "frame.assigned = set()", "frame.assigned = set(scope.bound)"),
    ("frame", "goes_on = cleanup.run(way) and self.block.end is None", "goes_on = cleanup.run(way)"),
    (
        "frame",
        "self.pad, self.loops, self.cleanups = cleanup.pad, self.loops[",
        "self.loops, self.cleanups = self.loops[",
    ),
    ("finishing", "comers[following.number] > 1 or", ""),
    ("finishing", "or at.number in anchors", ""),
    ("finishing", "if block.number not in seen and block.instructions:", "if False:"),
]


def says_what_it_should(text: str, blocks: str) -> bool:
    try:
        return shown(text).strip() == blocks.strip()
    except Exception:
        return False


@pytest.mark.parametrize(("module", "old", "new"), _BREAKAGES, ids=lambda value: value[:40])
def test_a_breakage_is_seen(module: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(f"flow.{module}", old, new, monkeypatch)
    assert not all(says_what_it_should(text, blocks) for text, blocks in CASES.values())
