"""What stays the same of a finding: through other lines, another layout, another Python."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import inheritlint
from inheritlint.findings import Finding, LineTable, Severity
from inheritlint.pipeline.baseline.identity import Identity, fingerprints, identities
from inheritlint.pipeline.baseline.scopes import Scopes
from inheritlint.source.reading import SourceFile


def identity(text: str, reported: str | None = None) -> Identity:
    """The identity of a finding at `reported` (default: the whole text)."""
    reported = text if reported is None else reported
    start = text.index(reported)
    finding = Finding("INH201", "a-name", Severity.WARNING, "wrong", LineTable(text).span(start, start + len(reported)))
    (found,) = identities("a.py", SourceFile("a.py", text.encode(), text, "utf-8"), [finding])
    return found


#: One call in every layout that a formatter may give it.
LAYOUTS = [
    "os.open(path, flags, mode='w', name=f'{x} a')",
    'os.open(path, flags, mode="w", name=f"{x} a")',
    'os.open(\n    path,\n    flags,\n    mode="w",\n    name=f"{x} a",\n)',
    "os.open(\r\n    path,  # a comment, with a bracket )\r\n\tflags, mode='w', name = f'{x} a' ,\r\n)",
    'os . open (path , \\\n flags, mode="w", name=f"{x} a")',
]


@pytest.mark.parametrize("text", LAYOUTS)
def test_layout_changes_nothing(text: str) -> None:
    assert identity(text).text == 'os.open(path,flags,mode="w",name=f"{x} a")'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("os.open('a b')", "os.open('ab')"),
        ("f(x not in y)", "f(xnot in y)"),
        ("os.open(path, 1)", "os.open(path, 2)"),
        ("f('a', \"it's\")", "f('a', 'its')"),
    ],
)
def test_what_the_code_says_does(one: str, other: str) -> None:
    assert identity(one).text != identity(other).text


def test_the_scope_is_all_that_is_around() -> None:
    text = "class A:\n  @wrap(one)\n  def f(self):\n    if x:\n      g = lambda: two\n\n\nthree\nasync def h(): four\n"
    scopes = {name: identity(text, name).scope for name in ("one", "two", "three", "four")}
    assert scopes == {"one": "A", "two": "A.f", "three": "", "four": "h"}


def test_a_scope_begins_after_characters_of_several_bytes() -> None:
    assert identity('x = "ééé"; y = 1\nclass É:\n    "é"; bad\n', "bad").scope == "É"


def test_what_is_no_python_has_a_text() -> None:
    assert identity("def f(:\n    x )", "def f(:") == Identity("a.py", "INH201", "", "def f(:")


def test_a_long_text_is_cut_and_still_its_own() -> None:
    one, other = (identity(f"f({'x' * 50_000}, {last})") for last in "ab")
    assert len(one.text) < 200
    assert one.text != other.text


def test_fingerprints_are_unique_and_stable() -> None:
    one, other = identity("f(x)"), identity("g(x)")
    digests = fingerprints([one, one, other], with_path=True)
    assert len(set(digests)) == 3
    assert digests == fingerprints([one, one, other], with_path=True)
    moved = one._replace(path="b.py")
    assert fingerprints([one], with_path=False) == fingerprints([moved], with_path=False)
    assert fingerprints([one], with_path=True) != fingerprints([moved], with_path=True)


@pytest.mark.skipif(sys.platform == "win32", reason="pyenv is for POSIX")
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_every_python_says_the_same(version: str) -> None:
    """The tokens of a formatted string are others since 3.12."""
    code = (
        "from inheritlint.pipeline.baseline.identity import text_without_layout\n"
        "import sys, ast\n"
        "for text in ast.literal_eval(sys.argv[1]):\n"
        "    print(ascii(text_without_layout(text, 0, len(text))))\n"
    )
    texts = [*LAYOUTS, "f(f'{a!r:>{w}}' f'b', rf'''x\n{ {'a': \"b\"}['a'] }''', 1)", "f(f'{{}}', b'x')"]

    def said(python: str) -> list[str]:
        run = subprocess.run(
            [python, "-c", code, repr(texts)],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(Path(inheritlint.__file__).parents[1])},
        )
        return run.stdout.splitlines()

    root = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")))
    found = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
    if not found:
        pytest.skip(f"pyenv has no Python {version}")
    assert said(str(found[-1])) == said(sys.executable)


def test_the_innermost_scope_of_every_place() -> None:
    """Compared with what a search through all of them says."""
    text = "".join(
        f"class C{n}:\n def f(self):\n  def g(): x\n  y\n z = 1\n def h(self): pass\n\nw\n" for n in range(30)
    )
    module = ast.parse(text)
    lines = LineTable(text)
    kinds = (ast.ClassDef, ast.FunctionDef)
    spans = [
        (
            lines.offset_of_byte(n.lineno, n.col_offset),
            lines.offset_of_byte(n.end_lineno or 0, n.end_col_offset or 0),
            n,
        )
        for n in ast.walk(module)
        if isinstance(n, kinds)
    ]
    scopes = Scopes(text)
    for offset in range(len(text) + 1):
        around = [(start, node.name) for start, end, node in spans if start <= offset < end]
        assert scopes.around(offset).name.rpartition(".")[2] == max(around, default=(0, ""))[1]


def test_a_finding_at_an_argument_is_known_by_its_call() -> None:
    text = "def f():\n    g(a)(run(x, close_fds=False), y)\n    x = 1\n"
    assert identity(text, "close_fds=False").text == "run(x,close_fds=False)"
    assert identity(text, "y").text == "g(a)(run(x,close_fds=False),y)"
    assert identity(text, "g(a)").text == "g(a)"
    assert identity(text, "x = 1").text == "x=1"
