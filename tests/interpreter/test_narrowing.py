"""What is known of a number after it was compared."""

import sys
from pathlib import Path

import pytest

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.values import FlagBits

sys.path.insert(0, str(Path(__file__).parent))
from solved import solved


@pytest.mark.parametrize(
    ("test", "left"),
    [
        ("fd > 2", set()),
        ("fd > 1", {2}),
        ("2 < fd", set()),
        ("fd >= 1", {1, 2}),
        ("not fd < 2", {2}),
        ("1 <= fd < 9", {1, 2}),
        ("fd", {1, 2}),
        ("fd != 1", {0, 2}),
        ("fd not in (0, 2)", {1}),
        ("fd not in keep", {0, 1, 2}),
        ("keep > 2", {0, 1, 2}),
        ("fd < 1 or fd > 2", {0, 1, 2}),
    ],
)
def test_a_number_of_a_range_is_what_comparisons_leave(test: str, left: set[int]) -> None:
    program = solved(f"def f(keep, count):\n    for fd in range(count):\n        if {test}: os.close(fd)\n")
    states = [state for exits in program.all_exits.values() for state in exits.returned.states]
    assert {number for state in states for number in state.streams.closed} == left


@pytest.mark.parametrize(
    ("test", "left"),
    [
        ("n > 4", {5}),
        ("4 < n", {5}),
        ("n in (1, 5)", {1, 5}),
        ("n != 3", {1, 5}),
        ("n > limit", {1, 3, 5}),
    ],
)
def test_of_several_numbers_those_are_left_of_which_a_comparison_holds(test: str, left: set[int]) -> None:
    program = solved(f"def f(a, limit):\n    n = [1, 3, 5][a]\n    if {test}: return n\n    return 'none'\n")
    states = [state for exits in program.all_exits.values() for state in exits.returned.states]
    values = [value for state in states for register in state.registers.values() for value in alternatives(register)]
    assert {value.ones for value in values if isinstance(value, FlagBits)} == left
