"""The platforms on which the file uses each of its functions, and the forks in whose child."""

from collections.abc import Iterator

import libcst as cst

from inheritlint.flow.blocks import Function
from inheritlint.interpreter.results import FileResults

#: Decorators that leave it to the file who calls a function.
_PLAIN = frozenset(["staticmethod", "classmethod"])


def functions_in(function: Function) -> Iterator[Function]:
    """The functions inside `function`, each before those inside it."""
    for inner in function.inner:
        yield inner
        yield from functions_in(inner)


def is_private(function: Function) -> bool:
    """Whether only the file itself is expected to call `function`."""
    name = function.name
    nested = function.parent is not None and function.parent.parent is not None
    private = name.startswith("_") and not name.endswith("__")
    return isinstance(function.node, cst.FunctionDef) and (private or (nested and function.owner is None))


def reach(file: FileResults) -> dict[Function, frozenset[int]]:
    """For each function of a solved file the platforms on which it runs: those on which it is defined, and for one that
    only the file can use, those on which that uses it. Functions that only use each other are used by other code."""
    functions = [file.module, *functions_in(file.module)]
    found: dict[Function, frozenset[int]] = dict.fromkeys(functions, frozenset())
    _settle(file, found)
    for function, on in list(found.items()):
        if not on:
            found[function] = _defined(file, function)
    _settle(file, found)
    return found


def forked_code(file: FileResults) -> dict[Function, frozenset[cst.CSTNode]]:
    """The functions of a solved file that it uses in the child of a fork only, each with those forks. Of one that only
    calls itself nothing is known, nor of one that a decorator may hand to others."""
    found: dict[Function, frozenset[cst.CSTNode]] = {}
    changed = file.forks
    while changed:
        changed = False
        for function, users in file.used_after.items():
            if function in found or not _PLAIN.issuperset(function.decorators):
                continue
            after = [forks | found.get(user, frozenset()) for user, forks in users.items() if user is not function]
            if after and all(forks & file.surviving_parents for forks in after):
                found[function] = frozenset().union(*after)
                changed = True
    return found


def _settle(file: FileResults, found: dict[Function, frozenset[int]]) -> None:
    """Add what users reach until nothing changes; the sets only grow."""
    changed = True
    while changed:
        changed = False
        for function in found:
            on = found[function] | _reached(file, function, found)
            changed |= on != found[function]
            found[function] = on


def _defined(file: FileResults, function: Function) -> frozenset[int]:
    return file.defined_on.get(function, file.platforms) & file.platforms_after


def _reached(file: FileResults, function: Function, found: dict[Function, frozenset[int]]) -> frozenset[int]:
    on = _defined(file, function)
    if function.parent is not None and function.parent is not file.module:
        on &= found[function.parent]
    users = {user: platforms for user, platforms in file.used_on.get(function, {}).items() if user is not function}
    if not is_private(function) or not users:
        return on
    return on & frozenset().union(*(platforms & found[user] for user, platforms in users.items()))
