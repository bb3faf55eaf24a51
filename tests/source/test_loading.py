"""LibCST is loaded leaner than it loads itself, and is the same for whoever uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

_DESCRIBED = """
import dataclasses, inspect, libcst
for name, kind in sorted(vars(libcst).items()):
    if isinstance(kind, type) and issubclass(kind, libcst.CSTNode):
        fields = [(each.name, each.default, each.default_factory) for each in dataclasses.fields(kind)]
        print(name, kind.__mro__, kind.__slots__, kind.__match_args__, kind.__hash__, kind.__eq__, kind.__repr__)
        print(name, inspect.signature(kind), kind.__dataclass_params__.frozen, sorted(vars(kind).keys() - {"__doc__"}))
one, other = libcst.parse_module("x = 1"), libcst.parse_module("x = 1")
print(one == other, one == one, one.deep_equals(other), len({one, other}), repr(one), one.with_changes(body=[]).code)
"""
_LEAN = "from inheritlint.source.loading import load_libcst; load_libcst()"
#: What tells a frozen class from one that is not: two methods.
_REFUSING = "'__delattr__', ", "'__setattr__', "


def ran(program: str) -> str:
    """What `program` prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def without_places(text: str) -> str:
    """`text` without addresses."""
    return " ".join(word for word in text.split() if not word.startswith("0x"))


def test_the_nodes_are_those_that_libcst_makes_itself() -> None:
    ordinary, lean = without_places(ran(_DESCRIBED)), without_places(ran(_LEAN + _DESCRIBED))
    for name in _REFUSING:
        ordinary = ordinary.replace(name, "")
    assert "AsName" in lean and "CSTNode.__eq__" in lean
    assert lean == ordinary


def test_somebody_elses_frozen_node_can_be_derived_from_one() -> None:
    derived = """
import dataclasses, libcst
@dataclasses.dataclass(frozen=True)
class Mine(libcst.Name):
    mark: int = 0
try:
    Mine("x").mark = 1
except dataclasses.FrozenInstanceError:
    print("refused")
"""
    assert ran(derived) == ran(_LEAN + derived) == "refused\n"


_ASKED = [
    "from libcst.metadata import *; print(sorted(name for name in globals() if name[0] != '_'))",
    "import libcst.metadata as m; print(m.Scope, m.__all__, sorted(each for each in vars(m) if each[0] != '_'))",
    "import libcst; print(libcst.metadata.MetadataWrapper, libcst.metadata.base_provider, libcst.MetadataWrapper)",
    "from libcst.metadata.scope_provider import Scope; import libcst.metadata as m; print(Scope is m.Scope)",
    "import libcst.metadata as m\ntry: m.nothing\nexcept AttributeError as error: print(error)",
]


@pytest.mark.parametrize("asked", _ASKED)
def test_what_is_put_off_is_there_for_whoever_asks_for_it(asked: str) -> None:
    assert ran(f"{_LEAN}\ndel load_libcst\n{asked}") == ran(asked)


def test_what_nobody_asks_for_is_not_loaded() -> None:
    program = f"{_LEAN}; import sys, inheritlint.source.parsing; print('libcst.metadata.scope_provider' in sys.modules)"
    assert ran(program) == "False\n"


def test_other_dataclasses_stay_what_they_are() -> None:
    program = "import dataclasses as d; before = d.dataclass\n" + _LEAN + "\nassert d.dataclass is before"
    program += "\nfrom libcst.metadata import CodePosition\nassert CodePosition(1, 2) == CodePosition(1, 2)"
    ran(program + "\ntry: CodePosition(1, 2).line = 3\nexcept d.FrozenInstanceError: print('refused')")


def test_a_libcst_of_another_make_is_loaded_as_it_is(tmp_path: Path) -> None:
    nodes = tmp_path / "libcst" / "_nodes"
    nodes.mkdir(parents=True)
    (nodes / "__init__.py").write_text("")
    (nodes.parent / "__init__.py").write_text("from libcst._nodes.one import Child")
    (nodes / "one.py").write_text(
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Base: pass\n"
        "@dataclass(frozen=True)\nclass Child(Base):\n    __repr__ = __eq__ = __hash__ = object.__hash__\n"
    )
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {_LEAN}; import libcst; print(libcst.Child.__name__)"
    assert ran(program) == "Child\n"


def test_without_libcst_the_error_is_pythons_own(tmp_path: Path) -> None:
    (tmp_path / "libcst.py").write_text("raise ImportError('none here')")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {_LEAN}"
    with pytest.raises(AssertionError, match="none here"):
        ran(program)
