"""Code that is broken on purpose, for as long as one test runs."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest


def functions_in(space: dict[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """The functions and methods that a module defines, by their qualified names."""
    for value in list(space.values()):
        if getattr(value, "__module__", None) != module:
            continue
        for each in (value, *(vars(value).values() if isinstance(value, type) else ())):
            if isinstance(each, FunctionType) and not each.__closure__:
                yield each.__qualname__, each


def put_in_place(module: str, old: str, new: str, patch: pytest.MonkeyPatch) -> None:
    """Give the functions of a module the code that they have with `new` in place of `old`."""
    loaded = importlib.import_module(f"inheritlint.{module}")
    path = Path(str(loaded.__file__))
    text = path.read_text(encoding="utf-8")
    assert old in text, "the code has changed: mend this breakage"
    space: dict[str, Any] = {"__name__": loaded.__name__}
    exec(compile(text.replace(old, new), str(path), "exec"), space)
    known = dict(functions_in(vars(loaded), loaded.__name__))
    for name, function in functions_in(space, loaded.__name__):
        patch.setattr(known[name], "__code__", function.__code__)
