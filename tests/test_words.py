"""The words that users read: one name for one thing, and messages of one form."""

import argparse
import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from inheritlint.faces.cli.command import inheritlint
from inheritlint.faces.codemods import FixAll, FixInh101
from inheritlint.faces.rule_docs import rule_page
from inheritlint.findings import Finding, StepRole
from inheritlint.interpreter.target import Target
from inheritlint.pipeline.analysis import analyse
from inheritlint.pipeline.registry import all_rules
from inheritlint.pipeline.settings import OPTIONS

ROOT = Path(__file__).parent.parent
REPORTS = sorted(ROOT.glob("fixtures/*/report*.py"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "mkdocs.yml")),
    *(ROOT / name for name in (".pre-commit-hooks.yaml", "examples/census.py")),
    *sorted(ROOT.glob(".github/**/*.yml")),
    *sorted(ROOT.glob("docs/*.md")),
]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
#: What is not said, and the word that is used instead. A byte order mark is called so.
AVOIDED = {
    r"(?<!byte order )\b(?:mark|marks|marked)\b(?! as (?:preferred|unsafe|safe))": "set_inheritable call, inheritable",
    r"\b(?:mend|mends|mended|mending)\b": "fix",
    r"\b(?:kin|twins?|sisters?)\b": "similar functions, or their names",
    r"\b(?:deed|fate|conduct)\b": "effect, lifecycle",
    r"\bsilent\b(?!\.py|_)": "not reported",
    r"\bsilence[sd]?\b": "suppress",
    r"\banew\b": "again",
    r"\b(?:nobody|somebody|whoever)\b": "the passive, or who it is",
    r"closed to children|close to children|keep from children|private to": "non-inheritable",
    r"takes? (?:it|that|them) back|taken back": "reset",
    r"(?:where|if) nothing is said": "by default",
    r"safe at best": "sometimes available",
    r"\bhands? (?:it|them|every|descriptors)\b|\bis handed\b|\bhands to\b": "pass, inherit",
    r"\bis told (?:the|its|their) number": "is passed the descriptor number",
    r"\btakes? over\b|\badopt(?:s|ed)\b": "uses an inherited descriptor",
    r"pass(?:es)? (?:the|its) reset by|leads past": "skips the reset",
    r"\bis no descriptor\b|number spaces?\b": "not a file descriptor; different namespaces",
    r"\bspeaks? of\b|concerns? us\b": "mentions; is relevant",
    r"\bname those\b": "list those",
    r"\bthis house\b|\brooms?\b|one file's journey": "packages, analysis pipeline",
}
#: The same in what users read; who reads the source may meet these.
AVOIDED_BEFORE_USERS = AVOIDED | {
    r"\bsieve\b": "prefilter",
    r"\b(?:leave|leaves|left|leaving) out\b": "excluded, disabled, omitted",
    r"\b(?:is|are) told\b(?! from)": "is passed",
    r"\bsays? nothing (?:of|about)\b": "does not mention",
    r"\banalys(?:e|es|ed|ing)\b|\bbehaviour|\bcolour": "American spelling",
    r"\b(?:is|are) judged\b": "is checked",
    r"\bprivate (?:handles?|descriptors?)\b": "non-inheritable",
    r"\bdrops?\b": "remove, ignore",
}
EVERY_WORD = re.compile("|".join(AVOIDED), re.IGNORECASE)
EVERY_WORD_BEFORE_USERS = re.compile("|".join(AVOIDED_BEFORE_USERS), re.IGNORECASE)
_CODE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)

_SPAN = re.compile(r"`[^`\n]*`")


def avoided(text: str, words: re.Pattern[str] = EVERY_WORD_BEFORE_USERS) -> list[str]:
    """What `text`, its code aside, says in words of this project's own, in its order."""
    return words.findall(_SPAN.sub("``", _CODE.sub("", text)))


def docstrings(source: str) -> Iterator[str]:
    """Every docstring of a module, and of what is defined in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield ast.get_docstring(node) or ""


def comments(source: str) -> Iterator[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    yield from (token.string for token in tokens if token.type == tokenize.COMMENT)


def findings(path: Path) -> tuple[Finding, ...]:
    return analyse(str(path), path.read_bytes(), Target()).findings


def said(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield from (step.message for step in (*finding.trace, *finding.other_path))
    if finding.fix is not None:
        yield finding.fix.message


def test_a_word_of_our_own_is_seen() -> None:
    assert avoided("Remove the mark, which nobody needs.") == ["mark", "nobody"]
    assert avoided("A sieve drops what is left out.") == ["sieve", "drops", "left out"]
    assert list(docstrings('"""One."""\n\n\ndef f():\n    """Two."""\n')) == ["One.", "Two."]
    assert list(comments("x = '# no'  # yes\n")) == ["# yes"]
    assert avoided("A byte order mark, `silent.py`, and a fix.\n```python\nmark()\n```\n") == []


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_messages_traces_and_titles_use_the_words_of_the_field(path: Path) -> None:
    for finding in findings(path):
        for text in said(finding):
            assert avoided(text) == [], text
            assert not text.endswith(".") and "\n" not in text


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_a_message_is_a_problem_and_an_action(path: Path) -> None:
    for finding in findings(path):
        if finding.code == "INH901":
            continue  # in the words of Python
        names = sum(len(name) for name in re.findall(r"`[^`]*`", finding.message))
        assert len(finding.message) - names <= 110, finding.message
        assert finding.message.count("; ") <= 1, finding.message
        assert not re.search(r"\byou\b|\?|\{|``", finding.message), finding.message
        assert "`the descriptor`" not in finding.message and "`a descriptor`" not in finding.message


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_a_step_says_what_happens_at_another_place(path: Path) -> None:
    for finding in findings(path):
        for step in (*finding.trace, *finding.other_path):
            assert step.span != finding.span, finding.message
            assert step.role is not StepRole.NONE, step.message
            assert " here" in step.message or step.message.startswith("this "), step.message
        assert all(step.message.startswith("on the other path, ") for step in finding.other_path)
        # What escapes skips a reset, and only these three messages are about a reset.
        escapes = [step for step in finding.trace if step.role is StepRole.ESCAPE]
        assert len(escapes) <= (finding.code in ("INH201", "INH202", "INH203")), finding.message


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_a_message_has_one_of_the_forms_of_its_rule(path: Path) -> None:
    for finding in findings(path):
        forms = [re.split(r"\{\w+\}", form) for form in all_rules()[finding.code].messages]
        patterns = [".*".join(map(re.escape, parts)) for parts in forms]
        assert any(re.fullmatch(pattern, finding.message) for pattern in patterns), finding.message


@pytest.mark.parametrize("code", all_rules())
def test_the_form_of_a_message_says_what_is_wrong(code: str) -> None:
    for form in all_rules()[code].messages:
        problem = re.split("[;:] ", form)[0]
        assert re.search(r"[a-z_]{4,}", re.sub(r"\{\w+\}", "", problem)), form


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_only_what_names_something_stands_as_a_name(path: Path) -> None:
    for finding in findings(path):
        for text in said(finding):
            for name in re.findall(r"`([^`]*)`", text):
                assert ":=" not in name and not name.endswith(","), text
                assert not re.search(r"\bos\.(open|dup|pipe)\(", name), text


@pytest.mark.parametrize("code", all_rules())
def test_a_rule_page_uses_the_words_of_the_field(code: str) -> None:
    assert avoided(rule_page(all_rules()[code])) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_uses_the_words_of_the_field(path: Path) -> None:
    assert avoided(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src/inheritlint")))
def test_docstrings_and_comments_use_the_words_of_the_field(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    for text in (*docstrings(source), *comments(source)):
        assert avoided(text, EVERY_WORD) == [], text


def test_codemods_describe_themselves_in_the_words_of_the_field() -> None:
    for codemod in (FixAll, FixInh101):
        parser = argparse.ArgumentParser()
        codemod.add_args(parser)
        text = f"{codemod.DESCRIPTION}\n{parser.format_help()}"
        assert avoided(text) == []
        assert re.search(r"\bfix(?:es)?\b", text, re.IGNORECASE)


def test_help_uses_the_words_of_the_field() -> None:
    assert avoided(CliRunner().invoke(inheritlint, ["--help"]).output) == []
    assert avoided("\n".join(option.help for option in OPTIONS.values())) == []


def test_the_help_of_the_plugin_uses_the_words_of_the_field() -> None:
    source = (ROOT / "src" / "inheritlint" / "faces" / "flake8.py").read_text(encoding="utf-8")
    helps = re.findall(r"help=\"([^\"]*)\"", source)
    assert len(helps) > 3
    assert avoided("\n".join(helps)) == []


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name[:6]}/{path.name}")
def test_on_windows_the_advice_is_a_handle_list(path: Path) -> None:
    for finding in analyse(str(path), path.read_bytes(), Target(platforms=("win32",))).findings:
        problem, _, action = finding.message.partition("; ")
        assert "pass_fds" not in action, finding.message
        assert "pass_fds" not in problem or finding.code == "INH403", finding.message  # it is given a handle
        if finding.code in ("INH201", "INH203", "INH206", "INH301"):
            assert "handle_list" in action, finding.message
