"""The `__init__` of our classes is what `dataclasses` would write, whatever their fields."""

import inspect
from dataclasses import field, make_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inheritlint.findings.classes import with_init

#: Kinds of fields: one that must be given, one with a default, one that is made anew each time.
_KINDS = {"given": {}, "default": {"default": (1, 2)}, "made": {"default_factory": list}}


@given(st.lists(st.sampled_from(sorted(_KINDS)), max_size=6), st.booleans(), st.data())
def test_an_init_is_what_dataclasses_would_write(kinds: list[str], followed: bool, data: st.DataObject) -> None:
    kinds = [*filter("given".__eq__, kinds), *filter("given".__ne__, kinds)]
    seen: list[object] = []
    namespace = {"__post_init__": lambda self: seen.append(self)} if followed else {}
    members = [(f"n{place}", object, field(**_KINDS[kind])) for place, kind in enumerate(kinds)]  # type: ignore[call-overload]
    ordinary = make_dataclass("Made", members, namespace=dict(namespace))
    ours = with_init(make_dataclass("Made", members, namespace=dict(namespace), init=False))
    assert str(inspect.signature(ours)) == str(inspect.signature(ordinary))
    assert ours.__init__.__qualname__ == ordinary.__init__.__qualname__
    given = {f"n{place}": place for place, kind in enumerate(kinds) if kind == "given" or data.draw(st.booleans())}
    one, other = ours(**given), ordinary(**given)
    assert vars(one) == vars(other) and len(seen) == 2 * followed
    assert "made" not in kinds or vars(ours(**given)) == vars(one)
    for wrong in ({**given, "other": 1}, {}):
        if wrong or "given" in kinds:
            with pytest.raises(TypeError) as told:
                ordinary(**wrong)
            with pytest.raises(TypeError) as said:
                ours(**wrong)
            assert str(said.value) == str(told.value)
