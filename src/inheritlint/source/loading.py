"""LibCST, loaded in half of its time.

Each of its 180 classes of nodes is a frozen dataclass, for which `dataclasses` writes and compiles five functions. Two
of them are dropped at once, as nodes have a `__repr__` and an `__eq__` of their own; two only refuse an assignment, and
a node takes longer to build for it. While LibCST is loaded, its nodes do without these four, and the fifth, their
`__init__`, is compiled once for all that have as many fields.

A fifth of the rest is what `libcst.metadata` gathers from its modules, of which two are needed here.
"""

import atexit
import dataclasses
import gc
import sys
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

from inheritlint.findings.classes import with_init

_PACKAGE, _NODES, _GATHERING = "libcst", "libcst._nodes.", "libcst.metadata"


class _Unread(ModuleType):
    """A package whose own code runs when something is first asked of it that it has not got yet: its modules can be
    imported without that."""

    def __getattr__(self, name: str) -> Any:
        self.__class__ = ModuleType  # type: ignore[assignment]  # from here on it is like any other
        assert self.__spec__ is not None and self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def _put_off(name: str) -> ModuleType | None:
    """Let the package `name`, which is not imported, wait for its code; None where it is not found."""
    around = find_spec(name.rpartition(".")[0])
    inside = around.submodule_search_locations if around is not None else None
    spec = PathFinder.find_spec(name, inside) if inside else None
    if spec is None:
        return None
    sys.modules[name] = module = module_from_spec(spec)
    module.__class__ = _Unread
    return module


def load_libcst() -> None:
    """Load LibCST, unless it is loaded. Its nodes are what they always are, but that assigning to them raises
    nothing. Raises ImportError where there is no LibCST."""
    if _PACKAGE in sys.modules:
        return
    ordinary = dataclasses.dataclass
    params: list[Any] = []

    def lean(cls: type | None = None, /, **options: Any) -> Any:
        if cls is None:
            return lambda decorated: lean(decorated, **options)
        if not cls.__module__.startswith(_NODES) or not vars(cls).keys() >= {"__repr__", "__eq__", "__hash__"}:
            return ordinary(**options)(cls)
        made: type = ordinary(**{**options, "init": False, "repr": False, "eq": False, "frozen": False})(cls)
        if options.get("init", True):
            made = with_init(made)
        if options.get("frozen"):
            params.append(vars(made)["__dataclass_params__"])
        return made

    dataclasses.dataclass = lean
    try:
        gathering = _put_off(_GATHERING)
        import libcst

        if gathering is not None:  # as an import does that finds nothing yet
            libcst.metadata = gathering  # type: ignore[attr-defined]
    except Exception:  # a LibCST whose classes are other than those we know: as it is, then
        dataclasses.dataclass = ordinary
        for name in [each for each in sys.modules if each.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]
        import libcst
    finally:
        dataclasses.dataclass = ordinary
    for each in params:
        each.frozen = True  # so that other code may derive a frozen class, as from the ordinary one
    # A process that ends looks twice for garbage among all that LibCST has made, which takes a sixth of a small run.
    atexit.register(gc.freeze)
