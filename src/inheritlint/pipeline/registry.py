"""Every rule there is, by code. A module of `rules` named `inh…` is a rule; there is no list to keep."""

import pkgutil
from functools import cache
from importlib import import_module
from typing import Any

from inheritlint import rules
from inheritlint.declaration import Rule


@cache
def all_rules() -> dict[str, Rule[Any]]:
    """Each rule by its code, in the order of the codes. Imports every rule module once."""
    found: dict[str, Rule[Any]] = {}
    for module in sorted(pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."), key=lambda m: m.name):
        (declared,) = (value for value in vars(import_module(module.name)).values() if isinstance(value, Rule))
        found[declared.code] = declared
    return found
