"""The walks over `ast` that choose what LibCST reads: quicker than `ast.walk`, and no less thorough."""

import ast
import sys
import sysconfig
from pathlib import Path

from inheritlint.findings import LineTable
from inheritlint.source.units import split_units
from inheritlint.source.walking import walk

_OPERATORS = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
_FILES = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::3]
_PATTERNS = """match x:
    case True | 1 | [a, *b] | {"k": c, **d} | C(e, f=g) as h: pass
    case _: global i; j: int = f"{x!r:>{y}}"
"""
_RARE = "def f[T](x: T): ...\ntype A[T] = list[T]\n"  # since 3.12


def _modules() -> list[tuple[str, ast.Module]]:
    texts = [path.read_text(encoding="utf-8") for path in _FILES]
    texts += [_PATTERNS, *([_RARE] if sys.version_info >= (3, 12) else [])]
    return [(text, ast.parse(text)) for text in texts]


def test_no_node_is_left_out() -> None:
    for _, module in _modules():
        expected = {node for node in ast.walk(module) if not isinstance(node, _OPERATORS)}
        found = list(walk([module]))
        assert set(found) == expected
        assert len(found) == len(expected)


def test_no_statement_is_left_out() -> None:
    for text, module in _modules():
        statements = {node for node in ast.walk(module) if isinstance(node, ast.stmt)}
        units = split_units(module, text, LineTable(text))
        heads = {unit.node for unit in units if unit.is_head}
        found = {node for unit in units for node in unit.statements() if isinstance(node, ast.stmt)}
        assert found == statements - heads
