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


REFUSED = {
    "a tree that LibCST refuses": "return.5 or os.open(p, 0)",
    "one that CPython compiles no better": "return* os.open(p, 0)",
}
FUNCTIONS = "".join(f"def {name}(p):\n    os.open(p, 0)\n\n" for name in "fg")
BEFORE = f"import os\n\ndef unused():\n    pass\n\n{FUNCTIONS}def h(p):\n    os.open(p, 0)\n"


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_what_ast_reads_is_not_refused_for_a_blank(statement: str) -> None:
    found = analyse("refused.py", f"{BEFORE}    {statement}\n".encode(), Target()).findings
    assert [(each.code, each.span.line) for each in found] == [("INH101", 14)]
    with pytest.raises(cst.CSTValidationError):
        cst.Return(cst.Name("x"), whitespace_after_return=cst.SimpleWhitespace(""))


#: What CPython parses and does not compile: a star where no list or call is around it.
STARRED = [
    "x = *{0}", "return *{0}", "yield *{0}", "for x in *{0}: pass", "x: int = *{0}", "x += *{0}", "*{0}", "*x = {0}",
    'print(f"{{*{0}}}")', "[*x for x in {0}]", "{{*x for x in {0}}}", "x[*{0}] = 1", "for *x in {0}: pass",
]  # fmt: skip


@pytest.mark.parametrize("statement", STARRED)
def test_a_star_out_of_place_hides_nothing(statement: str) -> None:
    text = f"{BEFORE}    {statement.format('os.open(p, 0)')}\n"
    found = analyse("starred.py", text.encode(), Target()).findings
    assert [(each.code, each.span.line) for each in found] == [("INH101", 14)]


def test_what_libcst_does_not_read_is_said_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_module(text: str) -> cst.Module:
        lines = text.splitlines(keepends=True)
        raise cst.ParserSyntaxError("no", lines=lines, raw_line=len(lines), raw_column=1)

    monkeypatch.setattr(cst, "parse_module", parse_module)
    with pytest.raises(ParseError, match="LibCST cannot parse this syntax") as raised:
        _tree(f"{BEFORE}    return 1\n")
    assert raised.value.line == 14


def test_a_skip_condition_that_libcst_refuses_is_unknown() -> None:
    text = 'import os, pytest\n\n@pytest.mark.skipif("x if.5else 1")\ndef test_it(p):\n    return os.open(p, 0)\n'
    assert {finding.code for finding in analyse("test_it.py", text.encode(), Target()).findings} <= {"INH101"}
