"""Classes of values and of things behave as dataclasses do."""

from dataclasses import KW_ONLY, InitVar, dataclass, field, fields, replace

import pytest

from inheritlint.findings.classes import distinct, frozen, with_init


@frozen
class Point:
    x: int
    y: int = 0
    note: str = field(default="", compare=False)


@frozen
class Place:
    x: int
    y: int = 0
    note: str = field(default="", compare=False)


@frozen
class Nothing:
    pass


@frozen
class Named(Point):
    name: str = "somebody"

    def __repr__(self) -> str:
        return self.name


@frozen
class Own:
    x: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own) and abs(self.x) == abs(other.x)

    def __hash__(self) -> int:
        return hash(abs(self.x))


@distinct
class Thing:
    name: str
    parts: list[str] = field(default_factory=list)


def test_values_are_equal_by_what_they_hold_and_by_their_class() -> None:
    assert Point(1, 2, "here") == Point(1, 2) != Point(2, 1)
    assert hash(Point(1, 2, "here")) == hash(Point(1, 2))
    assert Point(1) != Place(1) and Point(1) != Named(1) and Point(1) != (1, 0)
    assert Nothing() == Nothing() and len({Nothing(), Nothing(), Point(1), Place(1)}) == 3


def test_what_a_class_defines_itself_stays() -> None:
    assert Own(1) == Own(-1) and len({Own(1), Own(-1)}) == 1
    assert repr(Named(1)) == "somebody"


def test_things_are_equal_to_themselves_alone() -> None:
    one = Thing("a")
    one.parts.append("b")
    one.name = "c"
    assert one == one and one != Thing("c", ["b"]) and len({one, Thing("c")}) == 2
    assert repr(one) == "Thing(name='c', parts=['b'])"


def test_they_are_dataclasses_with_slots() -> None:
    @dataclass(frozen=True, slots=True)
    class Ordinary:
        x: int
        y: int = 0
        note: str = field(default="", compare=False)

    assert Point.__slots__ == Ordinary.__slots__ and Point.__match_args__ == Ordinary.__match_args__
    assert [each.name for each in fields(Point)] == [each.name for each in fields(Ordinary)]
    assert replace(Point(1, 2), y=3) == Point(1, 3)
    assert repr(Point(1)) == repr(Ordinary(1)).replace(Ordinary.__qualname__, Point.__qualname__)


def test_what_is_made_anew_is_anothers_each_time() -> None:
    assert Thing("a").parts is not Thing("a").parts


def test_fields_that_are_no_plain_parameters_are_refused() -> None:
    @dataclass(init=False)
    class Early:
        x: InitVar[int]

    @dataclass(init=False)
    class Named:
        _: KW_ONLY
        x: int

    @dataclass(init=False)
    class Hidden:
        x: int = field(init=False, default=1)

    for kind in (Early, Named, Hidden):
        with pytest.raises(TypeError, match="no plain parameters"):
            with_init(kind)
