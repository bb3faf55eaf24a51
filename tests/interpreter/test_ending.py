"""Recursions come to their end: what is known stops growing, and what nobody can reach is forgotten."""

import sys
from pathlib import Path

import pytest

from inheritlint.domain.joins import joined, one_of, widened
from inheritlint.domain.literals import from_python
from inheritlint.domain.origins import Parameter
from inheritlint.domain.values import ANYTHING, ObjectRef, OneOf, Value
from inheritlint.interpreter import summaries

sys.path.insert(0, str(Path(__file__).parent))
from solved import solved


def test_what_several_have_in_common_is_one_flat_value() -> None:
    several: list[Value] = [ObjectRef(Parameter(None, f"p{number}")) for number in range(6)]  # type: ignore[arg-type]
    one, other = one_of(several[:4]), one_of(several[3:])
    common = widened([one, other, from_python("x")])
    assert isinstance(common, OneOf)
    assert not any(isinstance(each, OneOf) for each in common.options)
    assert joined(common, one) == joined(common, other) == common
    many = widened([one, other, *(from_python(f"{number}") for number in range(9)), from_python(None)])
    assert many == OneOf([from_python(None), ANYTHING])


_RECURSION = """
def walk(number, command):
    waiting = []
    if number:
        waiting.append(number)
        walk(number, command)
        waiting.append(command)
    return number
"""


def test_a_recursion_does_not_wait_for_what_it_leaves_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[str] = []
    make = summaries.Summaries._solver

    def counting(self, function, context):  # type: ignore[no-untyped-def]
        rounds.append(function.name)
        return make(self, function, context)

    monkeypatch.setattr(summaries.Summaries, "_solver", counting)
    solved(_RECURSION)
    assert rounds.count("walk") <= 3


@pytest.mark.parametrize(
    ("end", "kept"),
    [
        ("return path", False),
        ("return found", True),
        ("return [found]", True),
        ("return {'a': (found,)}", True),
        ("self.found = found", True),
        ("path.append(found)", False),
        ("path.append(found)\n        return path", True),
        ("raise ValueError(found)", False),
    ],
)
def test_what_is_left_to_somebody_is_known_to_him(end: str, kept: bool) -> None:
    program = solved(
        f"class A:\n    def f(self, path):\n        found = ['a', path]\n        path = [path]\n        {end}\n"
    )
    (function,) = (each for each in program.functions.values() if each.name == "f")
    exits = program.exits(function)
    assert exits is not None
    values = [value for state in (*exits.returned.states, *exits.raised.states) for value in state.heap.values()]
    assert any(from_python("a") in getattr(value, "items", ()) for value in values) is kept
