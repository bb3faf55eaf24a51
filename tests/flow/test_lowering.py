"""What must hold of the blocks of any function."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import libcst as cst
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from lowered import lowered

from inheritlint.flow.blocks import Class, Function
from inheritlint.flow.instructions import Import, Load, MakeClass, MakeFunction, Store
from inheritlint.flow.lowering import GRAMMAR
from inheritlint.semantics.outline import Outline

_SOURCES = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))[::8]


def function(text: str, name: str = "f") -> Function:
    return next(each for each in lowered(text)[0].functions.values() if each.name == name)


def the_class(text: str) -> Class:
    return next(iter(lowered(text)[0].classes.values()))


def concrete(kind: type[cst.CSTNode]) -> Iterator[type[cst.CSTNode]]:
    for each in kind.__subclasses__():
        if getattr(cst, each.__name__, None) is each and not each.__name__.startswith("Base"):
            yield each
        yield from concrete(each)


def test_every_expression_is_lowered() -> None:
    assert set(concrete(cst.BaseExpression)) <= GRAMMAR.values.keys()


def test_every_statement_is_lowered() -> None:
    kinds = {*concrete(cst.BaseSmallStatement), *concrete(cst.BaseCompoundStatement), *concrete(cst.BaseSuite)}
    assert kinds <= GRAMMAR.statements.keys()


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: path.name)
def test_every_call_is_an_instruction_of_its_node(path: Path) -> None:
    lowering, outline = lowered(path.read_text(encoding="utf-8"))
    nodes = {
        instruction.node
        for each in lowering.functions.values()
        for block in each.blocks
        for instruction in block.instructions
    }
    assert [
        call
        for call in outline.parents
        if isinstance(call, cst.Call) and call not in nodes and not is_annotation(outline, call)
    ] == []


def is_annotation(outline: Outline, node: cst.CSTNode) -> bool:
    while node in outline.parents and not isinstance(node, cst.Annotation):
        node = outline.parents[node]
    return isinstance(node, cst.Annotation)


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: path.name)
def test_blocks_are_well_formed(path: Path) -> None:
    for each in lowered(path.read_text(encoding="utf-8"))[0].functions.values():
        assert [block.number for block in each.blocks] == list(range(len(each.blocks)))
        reached = {0}
        for block in each.blocks:
            assert block.end is not None
            following = {*block.end.targets, *([] if block.pad is None else [block.pad])}
            assert following <= set(range(len(each.blocks)))
            reached |= following if block.number in reached else set()
        assert set(each.order) <= reached


def test_a_body_is_lowered_when_it_is_asked_for() -> None:
    import libcst

    from inheritlint.flow.lowering import Lowering
    from inheritlint.source.nodes import walk

    module = libcst.parse_module("def f(): pass")
    outline = Outline()
    walk(module, outline)
    lowering = Lowering(module, outline)
    (f,) = lowering.module.inner
    assert not f.blocks
    blocks = lowering.lower(f).blocks
    assert blocks and lowering.lower(f).blocks is blocks


# What is known of functions and classes


def test_parameters_are_known() -> None:
    f = function("@a\n@b.c(1)\nasync def f(a, /, b, *c, d, **e): yield")
    assert (f.parameters, f.positional, f.star, f.double_star) == (("a", "b", "d"), 2, "c", "e")
    assert (f.is_async, f.is_generator, f.decorators) == (True, True, ("a", "b.c"))


def test_methods_belong_to_their_class() -> None:
    made = the_class("class A:\n    def m(self):\n        def g(): pass\n    if x:\n        def n(self): pass")
    assert list(made.methods) == ["m", "n"]
    assert all(method.owner is made for method in made.methods.values())
    assert made.methods["m"].inner[0].owner is None


def test_a_class_knows_who_assigns_its_attributes() -> None:
    made = the_class(
        "class A:\n"
        "    def m(self):\n        self.a, (other.b, *self.c) = x\n        self.d += 1\n"
        "    def n(this):\n        def inner(): this.a = 1\n"
        "    @staticmethod\n    def s(self): self.e = 1\n"
        "    @classmethod\n    def t(cls): cls.g = 1\n"
        "    def o(self):\n        def inner(self): self.f = 1\n"
    )
    assert {name: [each.name for each in setters] for name, setters in made.stores.items()} == {
        "a": ["m", "n"],
        "c": ["m"],
        "d": ["m"],
        "g": ["t"],
    }


def test_what_inner_functions_see_is_shared() -> None:
    f = function("def f(a, b):\n    c = 1\n    def g():\n        nonlocal c\n        c = a")
    assert (f.shared, f.rebound) == ({"a", "c"}, {"c"})


# Instructions with meaning


def instructions(text: str, kind: type, name: str = "f") -> list[object]:
    return [each for block in function(text, name).blocks for each in block.instructions if isinstance(each, kind)]


def test_a_star_import_says_what_it_may_bind() -> None:
    (star,) = instructions("from os import *\nx = O_RDONLY | x\ny = open", Import, "<module>")
    assert isinstance(star, Import)
    assert star.names == ("O_RDONLY", "open")


def test_defaults_are_evaluated_where_a_function_is_defined() -> None:
    (made,) = instructions("def f(a):\n    def g(b=a(), *, c=1): pass", MakeFunction)
    assert isinstance(made, MakeFunction)
    assert [name for name, _ in made.defaults] == ["b", "c"]


def test_the_body_of_a_class_runs_in_place() -> None:
    text = "def f():\n    class A:\n        x = open\n        y = x"
    (made,) = instructions(text, MakeClass)
    assert isinstance(made, MakeClass)
    assert made.members == {"x": "A::x", "y": "A::y"}
    assert [load.name for load in instructions(text, Load) if isinstance(load, Load)] == ["open", "A::x"]


def test_a_name_that_a_class_has_not_bound_yet_is_read_outside() -> None:
    text = "x = 1\nclass A:\n    x = x\n    x = x"
    assert [load.name for load in instructions(text, Load, "<module>") if isinstance(load, Load)] == ["x", "A::x"]


def test_stores_name_the_owner() -> None:
    text = "def f():\n    global x\n    x = 1\n    def g():\n        nonlocal y\n        y = 1\n    y = 2"
    (store,) = instructions(text, Store, "g")
    assert isinstance(store, Store)
    assert store.owner is function_of(store)


def function_of(store: Store) -> Function:
    assert store.owner.name == "f"
    return store.owner


# What finishing finds out


def test_a_name_is_live_until_it_is_read_for_the_last_time() -> None:
    f = function("def f(a, b):\n    if a:\n        use(b)\n    c = 1\n    while c:\n        c = a")
    live = [f.live[number] for number in range(len(f.blocks))]
    assert live[0] == {"a", "b"}
    assert {"a", "c"} in live and frozenset() in live


def test_what_a_handler_reads_is_live_in_its_try() -> None:
    f = function("def f(a):\n    try:\n        a = 1\n        b()\n    except OSError:\n        use(a)")
    assert "a" in f.live[0]


def test_what_is_shared_is_always_live() -> None:
    f = function("def f(a):\n    if a: b()\n    def g(): return a\n    return a")
    assert all("a" in names for names in f.live.values())


def test_registers_are_kept_that_outlive_their_block() -> None:
    f = function("def f(a):\n    return g(a, b if a else c)")
    kept = {each.dst for each in f.blocks[0].instructions} & f.kept
    assert kept == {1, 2}  # the function and its first argument


@pytest.mark.parametrize(
    ("text", "handled"),
    [
        ("try: a()\n    except E: pass", True),
        ("try: a()\n    finally: pass", False),
        ("with a: b()", True),
        ("try:\n        try: a()\n        finally: b()\n    except E: pass", True),
    ],
)
def test_a_landing_pad_is_handled_where_a_handler_can_be_reached(text: str, handled: bool) -> None:
    f = function(f"def f():\n    {text}")
    pads = {block.pad for block in f.blocks if block.pad is not None}
    assert pads and (f.handled == pads if handled else not f.handled)


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("a()\n    if a: b()", set()),
        ("a()\n    while b():\n        if c(): continue\n        d()\n    e()", {"b", "c", "d"}),
        ("for i in a():\n        for j in b(): c()\n        if d(): break\n    else: e()", {"b", "c", "d"}),
        ("return [a() for i in b()]", {"a"}),
        ("while True:\n        try: a()\n        except E: b()\n        finally: c()", {"a", "b", "c"}),
        ("while True:\n        return a()\n    while b(): c()", set()),
    ],
)
def test_what_may_run_again_is_known(text: str, loops: set[str]) -> None:
    f = function(f"def f():\n    {text}")
    again = {each.name for number in f.looped for each in f.blocks[number].instructions if isinstance(each, Load)}
    assert {name for name in again if len(name) == 1 and name not in "ij"} == loops


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("while True: a()", ["a"]),
        ("while a(): b()", []),
        ("while True:\n        if a(): break", []),
        ("while True:\n        if a(): return", []),
        ("while True:\n        if a(): continue\n        b()", ["a"]),
        ("while True:\n        a()\n        for i in b(): c()", ["a"]),
        ("while True:\n        a()\n        while True: b()", ["b"]),
        ("while True:\n        try: a()\n        except E: return", ["a"]),
        ("while a(): b()\n    raise c()", ["a"]),
        ("while a(): b()\n    while True: c()", ["a", "c"]),
    ],
)
def test_loops_are_known_that_only_an_error_leaves(text: str, heads: list[str]) -> None:
    f = function(f"def f():\n    {text}")
    first = [
        next(each.name for each in f.blocks[number].instructions if isinstance(each, Load)) for number in f.endless
    ]
    assert sorted(first) == heads


def test_expression_statements_drop_their_value() -> None:
    f = function("def f():\n    'text'\n    a()\n    return b()")
    assert len(f.dropped) == 1


# Size and time


def nested_in_try(depth: int) -> str:
    return nested(depth, "try:", "finally: g()")


def nested_in_finally(depth: int) -> str:
    lines = ["def f():"]
    for level in range(depth):
        lines += [" " * level + " try: a()", " " * level + " finally:"]
    return "\n".join([*lines, " " * depth + " b()"])


def nested(depth: int, opening: str, closing: str) -> str:
    lines = ["def f():"]
    lines += [" " * level + f" {opening}" for level in range(depth)]
    lines += [" " * depth + " return h()"]
    lines += [" " * level + f" {closing}" for level in reversed(range(depth)) if closing]
    return "\n".join(lines)


_GROWING: dict[str, tuple[Callable[[int], str], int]] = {
    "terms of and": (lambda n: "def f():\n return " + " and ".join(["a()"] * n), 800),
    "terms of or in a condition": (lambda n: "def f():\n if " + " or ".join(["a()"] * n) + ": pass", 800),
    "sums": (lambda n: "def f():\n return " + " + ".join(["a"] * n), 800),
    "a chain of comparisons": (lambda n: "def f():\n return " + " < ".join(["a"] * n), 800),
    "elif": (lambda n: "def f():\n if a: b()\n" + " elif c: d()\n" * n, 500),
    "cases": (lambda n: "def f():\n match a:\n" + "".join(f"  case {i}: b()\n" for i in range(n)), 500),
    "ifs": (lambda n: "def f():\n" + "".join(f" if a{i}: b{i} = a{i + 1}\n" for i in range(n)), 500),
    "conditional expressions": (lambda n: "def f():\n return " + "a if b else " * n + "c", 500),
    "statements": (lambda n: "def f():\n" + " a.b(c)\n" * n, 2000),
    "returns in a try": (lambda n: "def f():\n try:\n" + "  if a: return b\n" * n + " finally: c()", 500),
    "pieces of a text": (lambda n: 'def f():\n return "a" ' + '"b" ' * n, 800),
    "functions": (lambda n: "".join(f"def f{i}(a): return a\n" for i in range(n)) + "def f(): pass", 500),
    "handlers": (lambda n: "def f():\n try: a()\n" + " except E: b()\n" * n, 500),
    "try in try": (nested_in_try, 60),
    "try in finally": (nested_in_finally, 60),
    "with in with": (lambda n: nested(n, "with a:", ""), 60),
    "loops in loops": (lambda n: nested(n, "for i in a:", ""), 60),
}


@pytest.mark.parametrize("shape", _GROWING)
def test_blocks_grow_linearly(shape: str) -> None:
    make, size = _GROWING[shape]
    small, large = (instructions_in(make(count)) for count in (size // 4, size))
    assert large <= 4.5 * small + 60


def instructions_in(text: str) -> int:
    return sum(1 + len(block.instructions) for each in lowered(text)[0].functions.values() for block in each.blocks)


@pytest.mark.parametrize("shape", _GROWING)
def test_time_grows_linearly(shape: str) -> None:
    make, size = _GROWING[shape]
    small, large = (min(seconds(make(count)) for _ in range(3)) for count in (size // 4, size))
    assert large <= 10 * small + 0.05


def seconds(text: str) -> float:
    started = time.process_time()
    lowered(text)
    return time.process_time() - started


def test_ten_finally_deep_is_not_a_thousand_copies() -> None:
    assert instructions_in(nested_in_finally(10)) < 1000
