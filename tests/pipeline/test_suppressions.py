"""Suppressions are flake8's: every case is put to the real flake8 as well."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from inheritlint.findings import Finding, LineTable, Severity
from inheritlint.pipeline import suppressions
from inheritlint.pipeline.suppressions import kept, noqa_row
from inheritlint.source.reading import SourceFile, decode

CODES = ("XYZ101", "XYZ201", "XYZ1")

# A plugin that reports every code on every row; flake8 then says which of them it silences.
EVERYWHERE = f"""
class Everywhere:
    name = "everywhere"
    version = "1"

    def __init__(self, tree, lines):
        self.lines = lines

    def run(self):
        for row in range(1, len(self.lines) + 1):
            for code in {CODES!r}:
                yield row, 0, code + " here", type(self)
"""

CASES = {
    "plain": "x = 1\n",
    "blanket": "x = 1  # noqa\ny = 2\n",
    "upper case": "x = 1  # NOQA\n",
    "one code": "x = 1  # noqa: XYZ101\n",
    "codes with comma": "x = 1  # noqa: XYZ101,XYZ201\n",
    "codes with comma and space": "x = 1  # noqa: XYZ101, XYZ201\n",
    "codes with space": "x = 1  # noqa: XYZ101 XYZ201\n",
    "no space after the colon": "x = 1  # noqa:XYZ101\n",
    "two spaces after the colon": "x = 1  # noqa:  XYZ101\n",
    "space before the colon": "x = 1  # noqa : XYZ101\n",
    "no space after the hash": "x = 1  #noqa\n",
    "two spaces after the hash": "x = 1  #  noqa\n",
    "prefix": "x = 1  # noqa: XYZ1\n",
    "letters alone": "x = 1  # noqa: XYZ\n",
    "lower case code": "x = 1  # noqa: xyz101\n",
    "other code": "x = 1  # noqa: E501\n",
    "code and a reason": "x = 1  # noqa: XYZ101 because of this\n",
    "reason alone": "x = 1  # noqa because of this\n",
    "codes run together": "x = 1  # noqa: XYZ101XYZ201\n",
    "first match wins": "x = 1  # noqa: E501  # noqa: XYZ101\n",
    "after another comment": "x = 1  # type: ignore # noqa: XYZ201\n",
    "longer word": "x = 1  # noqation\n",
    "in a string": "x = '# noqa'\n",
    "own line": "# noqa\nx = 1\n",
    "in parentheses": "x = (  # row 1\n    1,  # noqa\n    2,\n)  # noqa: XYZ101\n",
    "backslash": "x = 1 + \\\n    2 + \\\n    3  # noqa: XYZ201\ny = 1\n",
    "string of several lines": "x = '''\nhere\n''' + 'a'  # noqa: XYZ101\ny = 1\n",
    "inside a string of several lines": "x = '''\n# noqa: XYZ201\n'''\n",
    "f-string of several lines": "x = f'''\n{1}\n'''  # noqa: XYZ101\n",
    "string of several lines in parentheses": "x = (\n    '''a\nb''',  # noqa: XYZ101\n    2,\n)\n",
    "code on the next row of a string": "x = '''# noqa:\nXYZ101 = 2'''\ny = 1\n",
    "block": "def f():  # noqa: XYZ101\n    return 1\n\n\nclass C:\n    x = 1  # noqa\n",
    "no final newline": "x = 1\ny = 2  # noqa: XYZ101",
    "form feed": "x = 1  # noqa: XYZ101\n\x0c\ny = '\x0b\x1c'\nz = 3  # noqa\n",
    "line separators that are not line ends": "x = '\u2028'  # noqa: XYZ101\ny = 2\n",
    "carriage returns": "x = 1  # noqa: XYZ101\ry = 2\rz = 3  # noqa\r",
    "DOS line ends": "x = 1 + \\\r\n    2  # noqa: XYZ101\r\ny = 2\r\n",
    "whole file": "# flake8: noqa\nx = 1\n",
    "whole file at the end": "x = 1\n    # flake8: noqa\n",
    "whole file with an equals sign": "# flake8=noqa\nx = 1\n",
    "whole file in capitals": "# FLAKE8:NOQA\nx = 1\n",
    "whole file with codes": "# flake8: noqa: XYZ101\nx = 1\n",
    "whole file on a line with code": "x = 1  # flake8: noqa\n",
    "whole file in a string": "x = '''\n# flake8: noqa\n'''\n",
    "Kelvin sign": "x = 1  # noqa: \u212aYZ101\n",
}


def randomly(count: int) -> dict[str, str]:
    """Lines of bits that flake8's grammar knows, put together by chance."""
    dice = random.Random(101)
    bits = ["# noqa", "#noqa", "# NoQA", ":", ": ", " ", ",", "XYZ101", "XYZ2", "xyz1", "E5", "#", "why", "\\\n", "'''"]
    texts = {}
    while len(texts) < count:
        lines = ["x = 1  # " + "".join(dice.choices(bits, k=dice.randint(1, 7))) for _ in range(3)]
        string = "y = '''" + "".join(dice.choices(bits[:-2], k=4)) + "\n'''  " + dice.choice(bits)
        lines.insert(dice.randint(0, 3), string)
        text = "\n".join(lines) + "\n"
        try:
            compile(text, "<random>", "exec")
        except SyntaxError:
            continue
        texts[f"random {len(texts)}"] = text
    return texts


def source(text: str) -> SourceFile:
    decoded = decode("case.py", text.encode())
    assert isinstance(decoded, SourceFile)
    return decoded


def everywhere(file: SourceFile) -> list[Finding]:
    lines = LineTable(file.text)
    spans = [lines.span(lines.offset(row), lines.offset(row)) for row in range(1, len(lines) + 1)]
    rows = len(spans) if file.text[-1] not in "\r\n" else len(spans) - 1
    return [Finding(code, "x", Severity.ERROR, "here", span) for span in spans[:rows] for code in CODES]


@pytest.fixture(scope="module")
def flake8s_answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[int, str]]]:
    folder = tmp_path_factory.mktemp("noqa")
    (folder / "everywhere.py").write_text(EVERYWHERE)
    (folder / "setup.cfg").write_text("[flake8:local-plugins]\nextension =\n  XYZ = everywhere:Everywhere\npaths = .\n")
    names = {}
    for number, (name, text) in enumerate((CASES | randomly(300)).items()):
        (folder / f"case{number}.py").write_bytes(text.encode())
        names[f"case{number}.py"] = name
    command = [sys.executable, "-m", "flake8", "--select=XYZ", "--format=%(path)s %(row)d %(code)s", "--jobs=1", *names]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    answers: dict[str, set[tuple[int, str]]] = {name: set() for name in names.values()}
    for path, row, code in map(str.split, run.stdout.splitlines()):
        answers[names[Path(path).name]].add((int(row), code))
    return answers


def test_flake8_silences_the_same(flake8s_answers: dict[str, set[tuple[int, str]]]) -> None:
    for name, text in (CASES | randomly(300)).items():
        file = source(text)
        ours = {(finding.span.line, finding.code) for finding in kept(file, everywhere(file))}
        assert ours == flake8s_answers[name], f"{name}: {text!r}"


def test_the_table_silences_something_and_leaves_something(flake8s_answers: dict[str, set[tuple[int, str]]]) -> None:
    assert {len(answer) for answer in flake8s_answers.values()} >= {0, 1, 2, 3}


def test_a_file_that_cannot_be_tokenized_is_judged_line_by_line() -> None:
    file = source("x = (1  # noqa: XYZ101\ny = 2\n")
    assert [(f.span.line, f.code) for f in kept(file, everywhere(file))] == [
        (1, "XYZ201"),
        (1, "XYZ1"),
        *((2, code) for code in CODES),
    ]


def test_a_file_without_the_word_is_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppressions.tokenize, "generate_tokens", None)
    file = source("x = 1\n")
    assert len(kept(file, everywhere(file))) == len(CODES)
    assert kept(source("x = 1  # noqa\n"), []) == []


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("x = 1\ny = 2\n", 1, 1),
        ("x = 1 + \\\n  2\n", 1, 2),
        ("x = '''\n\n''', 1\ny = 2\n", 2, 3),
        ("x = (\n  1,\n)\n", 1, 1),
        ("x = (1\ny = 2\n", 2, 2),
        ("x = 1\r\ny = 1 + \\\r\n  2", 2, 3),
    ],
)
def test_a_comment_at_the_row_for_it_silences_the_finding(text: str, row: int, expected: int) -> None:
    file = source(text)
    finding = next(finding for finding in everywhere(file) if finding.span.line == row)
    assert noqa_row(file, finding) == expected
    lines = text.replace("\r\n", "\n").split("\n")
    lines[expected - 1] += "  # noqa: XYZ"
    lines[expected - 1] += "101"
    assert finding not in kept(source("\n".join(lines)), [finding])
