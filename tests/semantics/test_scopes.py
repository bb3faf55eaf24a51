"""Whose variable a name is: Python's rules of scopes, compared with what Python itself finds."""

import argparse
import dataclasses
import subprocess
import symtable
import typing
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest

from inheritlint.semantics.outline import Outline
from inheritlint.semantics.scopes import Kind, Scope
from inheritlint.source.nodes import walk
from inheritlint.source.stack import with_deep_stack


def outlined(text: str) -> Outline:
    def work() -> Outline:
        outline = Outline()
        walk(cst.parse_module(text), outline)
        return outline

    return with_deep_stack(work)


def scopes(text: str) -> dict[str, Scope]:
    """The scopes of a text by the names of what opens them; comprehensions and lambdas by their kind."""
    found = {}
    for node, scope in outlined(text).scopes.items():
        name = node.name.value if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else scope.kind.name.lower()
        found[name] = scope
    return found


def holder(text: str, scope: str, name: str) -> str | None:
    """What opens the scope whose variable `name` is in the scope called `scope`."""
    found = scopes(text)
    held = found[scope].holder(name)
    return None if held is None else next(key for key, each in found.items() if each is held)


def test_what_is_assigned_in_a_function_is_its_own() -> None:
    text = "x = 1\ndef f():\n    x = 2\n    def g():\n        return x, y, z\ny = 3"
    assert holder(text, "g", "x") == "f"
    assert holder(text, "g", "y") == "module"
    assert holder(text, "g", "z") is None


@pytest.mark.parametrize(
    "statement",
    [
        "x = 1",
        "x += 1",
        "x: int = 1",
        "x: int",
        "(a, [b, *x]) = c",
        "for x in y: pass",
        "with y as (x, z): pass",
        "try: pass\n    except E as x: pass",
        "import x",
        "import x.y",
        "import y as x",
        "from y import x",
        "from y import z as x",
        "def x(): pass",
        "class x: pass",
        "del x",
        "(x := 1)",
        "[(x := i) for i in y]",
        "[[(x := i) for i in y] for j in z]",
        "match y:\n        case x: pass",
        "match y:\n        case [*x]: pass",
        "match y:\n        case {**x}: pass",
        "match y:\n        case A(z=1 as x): pass",
        "type x = int",
    ],
)
def test_a_statement_binds(statement: str) -> None:
    assert holder(f"def f():\n    {statement}", "f", "x") == "f"


@pytest.mark.parametrize(
    "statement", ["x.y = 1", "x[0] = 1", "print(x)", "f(x=1)", "y.x = 1", "[x for x in y]", "lambda x: 1"]
)
def test_a_statement_does_not_bind(statement: str) -> None:
    assert holder(f"def f():\n    {statement}", "f", "x") is None


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "e"])
def test_parameters_are_bound(name: str) -> None:
    assert holder("def f(a, /, b, *c, d, **e): pass", "f", name) == "f"
    assert holder("f = lambda a, /, b, *c, d, **e: 1", "lambda", name) == "lambda"


def test_methods_do_not_see_the_names_of_their_class() -> None:
    text = "class A:\n    x = 1\n    def m(self):\n        return x\n    y = [x for i in x]"
    assert holder(text, "A", "x") == "A"
    assert holder(text, "m", "x") is None
    assert holder(text, "comprehension", "x") is None


def test_the_first_iterable_of_a_comprehension_is_evaluated_outside() -> None:
    found = scopes("class A:\n    x = 1\n    y = [z for z in x for w in v]")
    assert "x" in found["A"].read
    assert "x" not in found["comprehension"].read
    assert "v" in found["comprehension"].read


def test_defaults_decorators_and_bases_are_evaluated_outside() -> None:
    found = scopes("def f(a):\n    @a\n    def g(b=a, *, c: a = a) -> a: pass\n    class A(a, metaclass=a): pass")
    assert "a" not in found["g"].read | found["A"].read
    assert not found["f"].shared


def test_global_means_the_module_also_for_inner_functions() -> None:
    text = "def f():\n    global x\n    x = 1\n    def g(): return x\ndef h():\n    x = 1\n    def i(): return x"
    assert holder(text, "f", "x") == holder(text, "g", "x") == "module"
    assert holder(text, "i", "x") == "h"
    assert scopes(text)["module"].rebound == {"x"}


def test_nonlocal_means_the_function_around() -> None:
    text = "x = 0\ndef f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2"
    assert holder(text, "g", "x") == "f"
    assert scopes(text)["f"].rebound == scopes(text)["f"].shared == {"x"}


def test_what_inner_functions_use_is_shared() -> None:
    text = "def f(a, b, c):\n    d = [lambda: i + a for i in b]\n    return [e for e in c]"
    assert scopes(text)["f"].shared == {"a", "for::i"}
    assert scopes(text)["f"].rebound == set()


def test_attributes_and_keywords_share_nothing() -> None:
    assert scopes("def f(a, b):\n    def g(c):\n        return c.a(b=1)")["f"].shared == set()


def test_variables_of_class_bodies_have_prefixes_of_their_own() -> None:
    outline = outlined("class A:\n    class B: pass\nclass A: pass")
    assert [scope.prefix for scope in outline.scopes.values()] == ["", "A::", "A::B::", "A#2::"]


def test_a_star_import_may_bind_what_nobody_binds() -> None:
    text = "from os import *\ndef f():\n    return O_RDONLY"
    assert holder(text, "f", "O_RDONLY") == "module"
    assert outlined(text).stars == ["os"]


def test_only_a_function_that_yields_is_a_generator() -> None:
    found = scopes("def f():\n    def g():\n        yield\n    h = lambda: (yield)")
    assert [found[name].yields for name in ("f", "g", "lambda")] == [False, True, True]


def test_attributes_that_are_assigned_are_noted() -> None:
    statements = ["self.a = 1", "self.b += 1", "(x, self.c) = y", "for self.d in z: pass", "with w as self.e: pass"]
    text = "\n    ".join(["def m(self):", *statements])
    assert scopes(text)["m"].stored == [("self", name) for name in "abcde"]


@pytest.mark.parametrize(
    ("text", "is_class"),
    [("", True), ("class OSError: pass", True), ("from a import OSError", True), ("OSError = make()", False)],
)
def test_a_name_stands_for_a_class(text: str, is_class: bool) -> None:
    assert scopes(f"{text}\ndef f(): pass")["f"].names_a_class("OSError") is is_class


def test_a_function_is_no_class() -> None:
    assert not scopes("def f(): pass")["f"].names_a_class("len")


def tables(table: symtable.SymbolTable, path: str = "") -> Iterator[tuple[str, symtable.SymbolTable]]:
    """Python's own tables of functions and classes, by the names around them."""
    for child in table.get_children():
        if child.get_name() not in ("lambda", "listcomp", "setcomp", "dictcomp", "genexpr"):
            inner = f"{path}.{child.get_name()}"
            yield inner, child
            yield from tables(child, inner)


def named(outline: Outline) -> Iterator[tuple[str, Scope]]:
    """Our scopes of functions and classes, by the names around them."""
    paths: dict[Scope, str] = {}
    for node, scope in outline.scopes.items():
        paths[scope] = paths[scope.parent] if scope.parent is not None else ""
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            paths[scope] += f".{node.name.value}"
            yield paths[scope], scope


def agrees(symbol: symtable.Symbol, scope: Scope) -> bool:
    held = scope.holder(symbol.get_name())
    if symbol.get_name() == "__class__":
        return True  # a cell that `super()` needs: no variable of the program
    if symbol.is_free():
        return held is not None and held is not scope and held.kind is not Kind.MODULE
    if symbol.is_global():
        return held is None or held.kind is Kind.MODULE
    return held is scope or not symbol.is_local()


_SOURCES = sorted((Path(__file__).parents[2] / "src").rglob("*.py"))[::4] + [
    Path(str(module.__file__)) for module in (argparse, dataclasses, subprocess, typing)
]


@pytest.mark.parametrize("path", _SOURCES, ids=lambda path: path.name)
def test_python_agrees(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    ours = list(named(outlined(text)))
    theirs = list(tables(symtable.symtable(text, path.name, "exec")))
    assert sorted(name for name, _ in ours) == sorted(name for name, _ in theirs)
    for (name, scope), (same, table) in zip(
        sorted(ours, key=lambda pair: pair[0]), sorted(theirs, key=lambda pair: pair[0]), strict=True
    ):
        wrong = [symbol for symbol in table.get_symbols() if not agrees(symbol, scope)]
        assert name == same and not wrong
