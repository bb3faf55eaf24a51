"""LibCST, loaded in two thirds of its time.

Each of its 180 classes of nodes is a frozen dataclass, for which `dataclasses` writes and compiles five functions. Two
of them are dropped at once, as nodes have a `__repr__` and an `__eq__` of their own; two only refuse an assignment, and
a node takes longer to build for it. While LibCST is loaded, its nodes do without these four.
"""

import dataclasses
import sys
from typing import Any

_PACKAGE, _NODES = "libcst", "libcst._nodes."


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
        made: type = ordinary(**{**options, "repr": False, "eq": False, "frozen": False})(cls)
        if options.get("frozen"):
            params.append(vars(made)["__dataclass_params__"])
        return made

    dataclasses.dataclass = lean
    try:
        import libcst
    except Exception:  # a LibCST whose classes are other than those we know: as it is, then
        dataclasses.dataclass = ordinary
        for name in [each for each in sys.modules if each.partition(".")[0] == _PACKAGE]:
            del sys.modules[name]
        import libcst  # noqa: F401
    finally:
        dataclasses.dataclass = ordinary
    for each in params:
        each.frozen = True  # so that other code may derive a frozen class, as from the ordinary one
