"""What may run after what, with nothing in between that begins anew."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import libcst as cst
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lowered import lowered

from inheritlint.flow.sequence import may_follow

#: The body of a function in which `make()`, `use()` and `start()` are called, and whether `start` may run after `use`
#: of what was made.
CASES = {
    "one after the other": ("make(); use(); start()", True),
    "the other way round": ("make(); start(); use()", False),
    "on one branch": ("make()\nif x:\n    use()\nstart()", True),
    "on another branch": ("make()\nif x:\n    use()\nelse:\n    start()", False),
    "in a later round": ("make()\nfor y in x:\n    start()\n    use()", True),
    "made anew in each round": ("for y in x:\n    make()\n    start()\n    use()", False),
    "made anew in some rounds": ("for y in x:\n    if y:\n        make()\n    start()\n    use()", True),
    "after it failed": ("make()\ntry:\n    use()\nexcept OSError:\n    start()", True),
    "when all is done": ("make()\ntry:\n    return start()\nfinally:\n    use()", False),
    "when something failed": ("make()\nwhile x:\n    try:\n        start()\n    finally:\n        use()", True),
    "in one expression": ("make(); start(use())", True),
    "around the other": ("make(); use(start())", False),
    "in a function of its own": ("make()\ndef g():\n    use()\nstart()\ng()", True),
}


@pytest.mark.parametrize("title", CASES)
def test_one_call_may_run_after_another(title: str) -> None:
    body, expected = CASES[title]
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    lowering, outline = lowered(f"def f(x):\n{lines}")
    function = next(each for each in lowering.functions.values() if each.name == "f")
    calls = dict(named_calls(outline.parents))
    assert may_follow(function, calls["use"], calls["start"], unless=calls["make"]) is expected


def named_calls(nodes: Iterable[cst.CSTNode]) -> Iterator[tuple[str, cst.Call]]:
    for node in nodes:
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
            yield node.func.value, node
