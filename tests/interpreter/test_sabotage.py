"""Deliberate breakages of join, solver, summaries and automaton: each must change a case of `states.txt`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "contract"))
from breaking import put_in_place
from solved import shown
from test_states import CASES

#: (module, what stands there, what is put in its place)
_BREAKAGES = [
    ("domain.state", "result.variables[name] = a if b is None else joined(a, b)", "pass"),
    ("domain.state", "again = base in self.closed", "again = False"),
    ("domain.state", "mark.reset(by, one=one) if", "mark if"),
    ("domain.state", "key: mark.started(child) for", "key: mark for"),
    ("domain.state", "marks[key] = marks[key].joined(mark) if key in marks else mark", "pass"),
    ("domain.descriptor", "- {Inheritance.INHERITABLE} | {Inheritance.RESET}", "| {Inheritance.RESET}"),
    ("domain.descriptor", "if self.is_inheritable else self", "if not self.is_inheritable else self"),
    ("domain.disjuncts", "if state.is_like(known):", "if True:"),
    ("domain.disjuncts", "state.is_plain for", "1 for"),
    ("domain.disjuncts", "self._shape = shape", "pass"),
    ("domain.disjuncts", "return [both]", "return []"),
    ("domain.disjuncts", "_SHAPES[_SHAPES.index(self._shape or _SHAPES[0]) :]", "_SHAPES[1:]"),
    ("domain.disjuncts", "_SHAPES[_SHAPES.index(self._shape or _SHAPES[0]) :]", "_SHAPES[2:]"),
    ("domain.disjuncts", "shape_of = self._shape", "shape_of = self._shape and _SHAPES[1]"),
    ("domain.disjuncts", "if not state.credible and state.platforms <= _covered(self.states):", "if False:"),
    ("domain.joins", "[*left, *right]", "left"),
    ("interpreter.summaries", "covering.is_like(running.exits)", "True"),
    ("interpreter.summaries", "or _unfinished(function, running.exits)", "or None"),
    ("interpreter.application", "platforms = before.platforms & left.platforms", "platforms = before.platforms"),
    ("interpreter.application", "self._take_marks(before, way, left)", "pass"),
    ("interpreter.application", "self.frame.file.forwarded[node].add(self.site.node)", "pass"),
    ("interpreter.application", "self.frame.close(way, named, by, reset=is_reset)", "pass"),
    ("interpreter.frame", "self.throw(state.on(without), name, probable=False)", "pass"),
    ("interpreter.frame", "state.platforms &= platforms", "pass"),
    ("interpreter.frame", "if self.block.number in self.function.looped:", "if False:"),
    ("interpreter.frame", "if origin in self.renewed or origin in self.borrowed:", "if origin in self.borrowed:"),
    ("lifecycle.lifecycle", "if not kept or _is_reset_elsewhere(program, function, kept)", "if not kept"),
    ("lifecycle.lifecycle", "if not ordinary and not any", "if not any"),
    ("lifecycle.lifecycle", "if function is not program.module and not taken_along", "if taken_along"),
]


def says_what_it_should(text: str, states: str) -> bool:
    try:
        return shown(text).strip() == states.strip()
    except Exception:
        return False


@pytest.mark.parametrize(("module", "old", "new"), _BREAKAGES, ids=lambda value: value[:40])
def test_a_breakage_is_seen(module: str, old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(module, old, new, monkeypatch)
    assert not all(says_what_it_should(text, states) for text, states in CASES.values())
