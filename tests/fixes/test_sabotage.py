"""The shapes are no decoration: each of these breakages of a fix is noticed by the shape that is named beside it."""

from collections.abc import Callable
from typing import Any

import pytest

from inheritlint.edits import (
    arguments,
    blocks,
    descriptor_arguments,
    flags,
    imports,
    inheritable,
    numbers,
    scopes,
    steadiness,
)
from inheritlint.events import inheritable as facts
from inheritlint.events.event import Call
from inheritlint.pipeline import fixing
from inheritlint.source.layout import layout_of

from .shapes import SHAPES
from .test_shapes import test_a_keyword_stays_where_others_are_forwarded as forwarded
from .test_shapes import test_a_shape as judge

Breakage = tuple[tuple[object, str, Any], ...]


def always(answer: object) -> Callable[..., object]:
    return lambda *_, **__: answer


def without_strings(source: Any, start: int, end: int) -> Any:
    layout = layout_of(source, start, end)
    return layout._replace(inner_rows=frozenset()) if layout else None


NO_LAST_LOOK = (fixing, "broken_by", always(None))
BREAKAGES: dict[str, tuple[str, Breakage]] = {
    "strings of several lines are moved": (
        "a string of several lines",
        ((blocks, "layout_of", without_strings), NO_LAST_LOOK),
    ),
    "strings of statements that concern nobody are moved": (
        "a string of several lines in a statement that concerns nobody",
        ((blocks, "layout_of", without_strings), NO_LAST_LOOK),
    ),
    "comments go with their lines": (
        "comments around a `try` that goes",
        ((blocks, "commented", always([])), NO_LAST_LOOK),
    ),
    "a comment beside a keyword goes": (
        "comments inside a call that loses its keyword",
        ((arguments, "_holds_comment", always(False)), NO_LAST_LOOK),
    ),
    "a collection is always the same": (
        "a list that changes between loop and child",
        ((inheritable, "is_same_collection", always(True)),),
    ),
    "any use of a collection is harmless": (
        "a list that changes between loop and child",
        ((steadiness, "_is_touched", always(False)),),
    ),
    "a loop's variable is never read later": (
        "a loop whose variable is read later",
        ((inheritable, "is_read_elsewhere", always(False)),),
    ),
    "Windows is never met by a mark": ("where Windows can run it", ((Call, "on_posix_only", property(always(True))),)),
    "Windows is never met by a number": (
        "a number without its descriptor, where Windows can run it",
        ((numbers.NumberPassed, "on_posix_only", property(always(True))),),
    ),
    "no scope hides a name": ("`os` is a parameter", ((scopes.Scopes, "is_hidden", always(False)),)),
    "nothing deletes a name": ("`os` is deleted", ((imports, "_is_this", always(True)),)),
    "`getattr` is always Python's": ("`getattr` is another function", ((flags, "has_builtin", always(True)),)),
    "a constant is bound wherever it is read": (
        "a constant of the file, before and after it is bound",
        ((flags, "own_constant", always(True)),),
    ),
    "a reset may follow a close": (
        "a descriptor that is closed on the way to its reset",
        ((inheritable, "_can_move", always(True)),),
    ),
    "other descriptors for the same child are not looked for": (
        "two marks for one child",
        ((facts, "_is_alone", always(True)),),
    ),
    "every reset is for one mark": (
        "a reset that a caller's mark may need",
        ((facts, "_is_sole", always(True)),),
    ),
    "a method is called with its socket": (
        "comments inside a call that becomes a method",
        (
            (
                descriptor_arguments,
                "remove_argument",
                lambda tree, call, argument: arguments.replace_argument(tree, argument, "None"),
            ),
        ),
    ),
}


def test_there_are_more_than_ten() -> None:
    assert len(BREAKAGES) > 10


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_breakage_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, patches = BREAKAGES[name]
    (shape,) = (each for each in SHAPES if each.name == wanted)
    judge(shape)
    for holder, attribute, broken in patches:
        monkeypatch.setattr(holder, attribute, broken)
    with pytest.raises(AssertionError):
        judge(shape)


def test_forwarding_that_is_overlooked_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "is_open", always(False))
    with pytest.raises(AssertionError):
        forwarded("**more")
