"""The walks over `ast` that choose what LibCST reads: quicker than `ast.walk`, and no less thorough."""

import ast
import sysconfig
from pathlib import Path

from inheritlint.findings import LineTable
from inheritlint.source.parts import parts_of, walk

_OPERATORS = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop)
_FILES = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::3]
_RARE = "def f[T](x: T): ...\ntype A[T] = list[T]\n"


def _modules() -> list[tuple[str, ast.Module]]:
    texts = [path.read_text(encoding="utf-8") for path in _FILES]
    try:
        ast.parse(_RARE)
    except SyntaxError:  # before 3.12
        return [(text, ast.parse(text)) for text in texts]
    return [(text, ast.parse(text)) for text in (*texts, _RARE)]


def test_no_node_is_left_out() -> None:
    for _, module in _modules():
        expected = {node for node in ast.walk(module) if not isinstance(node, _OPERATORS)}
        found = list(walk([module]))
        assert set(found) == expected
        assert len(found) == len(expected)


def test_no_statement_is_left_out() -> None:
    for text, module in _modules():
        statements = {node for node in ast.walk(module) if isinstance(node, ast.stmt)}
        parts = parts_of(module, text, LineTable(text))
        heads = {part.node for part in parts if part.is_head}
        found = {node for part in parts for node in part.statements() if isinstance(node, ast.stmt)}
        assert found == statements - heads
