"""Every node stands where the text says it does, whatever LibCST forgets of the text."""

import libcst as cst
import pytest

from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.source.extraction import ParseError
from inheritlint.source.nodes import children_of
from inheritlint.source.parsing import Tree, parse
from inheritlint.source.reading import SourceFile, decode

TEXTS = {
    "functions": "import os\n\ndef unused():\n    return 1\n\n# kept\ndef keep(path):\n    fd = os.open(path, 0)\n",
    "methods": "import os\nclass A(B):\n    x = y; z = os\n    @d\n    def f(self):\n        os.open(a, 0)\nv = w\n",
    "not ascii": "import os\nä = 'ö'; fd = os.open('é', flags)\nclass Ä:\n    def ö(self, ß): return os.open(ß, 0)\n",
    "tabs and CRLF": "import os\r\nclass A:\r\n\tdef f(self):\r\n\t\tif x:\r\n\t\t\treturn os.open(p, 0)\r\n",
    "a form feed": "import os\n\x0c\ndef f(p):\n    return os.open(p, 0)\n",
    "a blank that LibCST forgets": (
        "import os\n\n\nclass A:\n    def f(self):\n        try:\n            a()\n        except OSError :\n"
        "            b()\n        return os.open(p, 0)\n\n    def g(self):\n        return os.open(q, 0)\n"
    ),
}


def _tree(text: str) -> Tree:
    source = decode("example.py", text.encode())
    assert isinstance(source, SourceFile)
    return parse(source)


def _below(node: cst.CSTNode, parents: dict[cst.CSTNode, cst.CSTNode]) -> list[cst.CSTNode]:
    found = [node]
    for child in children_of(node):
        parents[child] = node
        found += _below(child, parents)
    return found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("one_by_one", [True, False])
def test_every_name_is_where_it_is_written(text: str, one_by_one: bool) -> None:
    tree = _tree(text)
    parents: dict[cst.CSTNode, cst.CSTNode] = {}
    nodes = _below(tree.module, parents)
    if one_by_one:
        tree.parents = parents
    names = [node for node in nodes if isinstance(node, cst.Name)]
    assert [tree.text(node) for node in names] == [node.value for node in names]


def test_one_position_does_not_cost_those_of_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = _tree(TEXTS["methods"])
    parents: dict[cst.CSTNode, cst.CSTNode] = {}
    nodes = _below(tree.module, parents)
    tree.parents = parents
    monkeypatch.setattr(tree, "_place_all", lambda: pytest.fail("the whole file was written"))
    for node in nodes:
        if isinstance(node, cst.Call):
            assert tree.text(node).endswith(")")


UNREAD = {
    "a tree that LibCST refuses": "return.5",
    "one that CPython compiles no better": "return* os.open(p, 0)",
}


@pytest.mark.parametrize("statement", UNREAD.values(), ids=UNREAD)
def test_what_libcst_does_not_read_is_said_where_it_stands(statement: str) -> None:
    functions = "".join(f"def {name}(p):\n    os.open(p, 0)\n\n" for name in "fg")
    text = f"import os\n\ndef unused():\n    pass\n\n{functions}def h(p):\n    os.open(p, 0)\n    {statement}\n"
    with pytest.raises(ParseError, match="LibCST cannot parse this syntax") as raised:
        _tree(text)
    assert raised.value.line == 12


def test_a_skip_condition_that_libcst_refuses_is_unknown() -> None:
    text = 'import os, pytest\n\n@pytest.mark.skipif("x if.5else 1")\ndef test_it(p):\n    return os.open(p, 0)\n'
    assert {finding.code for finding in analyse("test_it.py", text.encode(), Target()).findings} <= {"INH101"}
