"""The automaton of one descriptor: each transition, and where it leads from each state."""

from typing import NamedTuple

import libcst as cst
import pytest

from inheritlint.domain.descriptor import ABSENT, InheritableMark, Inheritance, made_inheritable

MARK, RESET, CHILD, FORK = (cst.Call(cst.Name(name)) for name in ("mark", "reset", "start", "fork"))
NOBODY: frozenset[cst.CSTNode] = frozenset()


def standing(text: str, **more: bool) -> InheritableMark:
    """A mark that may stand where the words of `text` say."""
    return InheritableMark(frozenset(Inheritance[word.upper()] for word in text.split()), **more)


def words(mark: InheritableMark) -> str:
    return " ".join(each.name.lower() for each in Inheritance if each in mark.may_be)


class Step(NamedTuple):
    before: str
    effect: str
    after: str


STEPS = [
    Step("absent", "is surely made inheritable", "inheritable"),
    Step("absent", "may be made inheritable", "absent inheritable"),
    Step("reset", "is surely made inheritable", "inheritable"),
    Step("reset", "may be made inheritable", "inheritable reset"),
    Step("absent reset", "may be made inheritable", "absent inheritable reset"),
    Step("absent", "is reset", "absent"),
    Step("inheritable", "is reset", "reset"),
    Step("absent inheritable", "is reset", "absent reset"),
    Step("inheritable reset", "is reset", "reset"),
    Step("reset", "is reset", "reset"),
    Step("inheritable", "meets a path without it", "absent inheritable"),
    Step("reset", "meets a path without it", "absent reset"),
    Step("inheritable", "meets a path that reset it", "inheritable reset"),
]
ACTS = {
    "is surely made inheritable": lambda mark: made_inheritable(mark, NOBODY, sure=True, after_reset=False),
    "may be made inheritable": lambda mark: made_inheritable(mark, NOBODY, sure=False, after_reset=False),
    "is reset": lambda mark: mark.reset(RESET),
    "meets a path without it": lambda mark: mark.joined(ABSENT),
    "meets a path that reset it": lambda mark: mark.joined(standing("reset")),
}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.before} {step.effect}")
def test_a_transition_leads_to(step: Step) -> None:
    assert words(ACTS[step.effect](standing(step.before))) == step.after


def test_an_element_that_a_loop_has_left_behind_is_spared() -> None:
    left = standing("inheritable", passed=True)
    assert words(left.reset(RESET)) == "reset"
    assert words(left.reset(RESET, one=True)) == "inheritable"
    assert left.reset(RESET, one=True).spared
    assert words(standing("inheritable").reset(RESET, one=True)) == "reset"


def test_it_is_left_behind_where_paths_meet_if_it_is_so_on_all_that_know_it() -> None:
    left, here = standing("inheritable", passed=True), standing("inheritable")
    assert left.joined(ABSENT).passed
    assert ABSENT.joined(left).passed
    assert not left.joined(here).passed
    assert not made_inheritable(left, NOBODY, sure=True, after_reset=False).passed


@pytest.mark.parametrize(
    ("where", "may_inherit", "surely_inherits"),
    [
        ("absent", False, False),
        ("reset", False, False),
        ("absent reset", False, False),
        ("inheritable", True, True),
        ("absent inheritable", True, False),
        ("inheritable reset", True, False),
    ],
)
def test_a_child_may_get_what_may_be_inheritable(where: str, may_inherit: bool, surely_inherits: bool) -> None:
    mark = standing(where)
    assert (mark.is_inheritable, mark.is_surely_inheritable) == (may_inherit, surely_inherits)


def test_what_the_parent_process_left_open_is_not_surely_inheritable() -> None:
    assert not standing("inheritable", adopted=True).is_surely_inheritable


@pytest.mark.parametrize("where", ["absent", "reset", "absent reset"])
def test_a_child_that_starts_before_or_after_has_no_part_in_it(where: str) -> None:
    assert standing(where).started(CHILD).children == NOBODY


@pytest.mark.parametrize("where", ["inheritable", "inheritable reset", "absent inheritable"])
def test_a_child_that_starts_meanwhile_is_remembered_after_the_reset(where: str) -> None:
    assert standing(where).started(CHILD).reset(RESET).children == {CHILD}


def test_only_a_reset_that_takes_something_back_is_remembered() -> None:
    assert standing("inheritable").reset(RESET).resets == {RESET}
    assert standing("absent").reset(RESET).resets == NOBODY
    assert standing("reset").reset(RESET).resets == NOBODY


def test_paths_that_meet_remember_what_happened_on_either() -> None:
    one = standing("inheritable").started(CHILD)
    other = standing("inheritable", after_reset=True).reset(RESET)
    met = one.joined(other)
    assert (met.children, met.resets, met.after_reset) == ({CHILD}, {RESET}, True)


def test_it_happened_in_the_child_of_a_fork_only_where_all_paths_say_so() -> None:
    in_child = made_inheritable(None, frozenset([FORK]), sure=True, after_reset=False)
    assert in_child.joined(in_child).forked == {FORK}
    assert in_child.joined(standing("inheritable")).forked == NOBODY


def test_a_call_that_leaves_it_alone_on_some_paths_leaves_it_possibly_as_it_was() -> None:
    before = standing("inheritable").started(CHILD)
    assert words(before.followed_by(standing("absent reset"))) == "inheritable reset"
    assert words(before.followed_by(standing("reset"))) == "reset"
    assert before.followed_by(standing("reset")).children == {CHILD}


def test_what_was_reset_before_it_is_made_inheritable_again_is_remembered() -> None:
    again = made_inheritable(standing("reset", after_reset=True), NOBODY, sure=True, after_reset=False)
    assert again.after_reset
    assert made_inheritable(None, NOBODY, sure=True, after_reset=True).after_reset
