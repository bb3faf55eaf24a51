"""The language server, driven by the clients that pytest-lsp knows: what each editor sends and can show."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp")
pytest.importorskip("pygls")

import pytest_asyncio
from lsprotocol import types

sys.path.insert(0, str(Path(__file__).parent))
from editors import EDITORS, EMACS, NEOVIM, VS_CODE, Editor, ended, started

LEAK = """\
import os
def start():
    r, w = os.pipe2(os.O_NONBLOCK)
    os.write(w, b"x")
"""
MARK = """\
import os
import subprocess


def start(worker):
    fd = os.open("log", os.O_WRONLY | os.O_CLOEXEC)
    os.set_inheritable(fd, True)
    os.system(worker)
"""


@pytest_asyncio.fixture(params=EDITORS)
async def editor(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Editor]:
    it = await started(request.param, tmp_path)
    yield it
    await ended(it)


@pytest_asyncio.fixture
async def vs_code(tmp_path: Path) -> AsyncIterator[Editor]:
    it = await started(VS_CODE, tmp_path)
    yield it
    await ended(it)


@pytest_asyncio.fixture
async def neovim(tmp_path: Path) -> AsyncIterator[Editor]:
    it = await started(NEOVIM, tmp_path)
    yield it
    await ended(it)


def applied(text: str, action: types.CodeAction) -> str:
    """`text` after the edit of `action`; columns are those of ASCII."""
    assert action.edit is not None
    assert action.edit.changes is not None
    (edits,) = action.edit.changes.values()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for edit in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
        start = starts[edit.range.start.line] + edit.range.start.character
        end = starts[edit.range.end.line] + edit.range.end.character
        text = text[:start] + edit.new_text + text[end:]
    return text


@pytest.mark.asyncio
async def test_every_editor_shows_findings_while_one_types(editor: Editor) -> None:
    editor.open("a.py", LEAK)
    (shown,) = await editor.diagnostics("a.py")
    assert (shown.code, shown.source) == ("INH103", "inheritlint")
    assert shown.severity == types.DiagnosticSeverity.Warning
    assert shown.range.start.line == 2
    editor.change("a.py", LEAK.replace("os.O_NONBLOCK", "os.O_NONBLOCK | os.O_CLOEXEC"))
    assert await editor.diagnostics("a.py") == []


@pytest.mark.asyncio
async def test_the_code_leads_to_the_page_where_the_editor_has_links(vs_code: Editor) -> None:
    vs_code.open("a.py", LEAK)
    (shown,) = await vs_code.diagnostics("a.py")
    assert shown.code_description
    assert shown.code_description.href.endswith("/rules/INH103/")


@pytest.mark.asyncio
async def test_the_trace_is_related_information(vs_code: Editor) -> None:
    vs_code.open("a.py", MARK)
    (shown,) = [each for each in await vs_code.diagnostics("a.py") if each.code == "INH201"]
    assert shown.related_information
    assert [each.location.range.start.line for each in shown.related_information][-1] == 7
    assert all(each.location.uri == vs_code.uri("a.py") for each in shown.related_information)


@pytest.mark.asyncio
async def test_what_was_pulled_is_not_sent_again_while_it_is_the_same(neovim: Editor) -> None:
    neovim.open("a.py", LEAK)
    document = types.TextDocumentIdentifier(neovim.uri("a.py"))
    first = await neovim.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
    params = types.DocumentDiagnosticParams(document, previous_result_id=first.result_id)
    assert (await neovim.client.text_document_diagnostic_async(params)).kind == "unchanged"
    assert neovim.uri("a.py") not in neovim.client.diagnostics, "what is pulled is not pushed as well"


@pytest.mark.asyncio
@pytest.mark.parametrize(("name", "column"), [(NEOVIM, 21), (VS_CODE, 19), (EMACS, 18)])
async def test_columns_count_in_the_encoding_that_was_agreed_on(name: str, column: int, tmp_path: Path) -> None:
    editor = await started(name, tmp_path)
    editor.open("a.py", 'import os\n"😀"; x = os.pipe2(0)\n')
    (shown,) = await editor.diagnostics("a.py")
    assert shown.range.start == types.Position(1, column)
    await ended(editor)


@pytest.mark.asyncio
@pytest.mark.parametrize("before", ["\ufeff", "x = 1\f\n", "# \u2028 \x85 \x0b\n", "x = '''\r'''\r\n"])
async def test_lines_are_those_of_the_editor(before: str, vs_code: Editor) -> None:
    vs_code.open("a.py", before + LEAK)
    (shown,) = await vs_code.diagnostics("a.py")
    assert shown.range.start.line == 2 + before.count("\n") + before.count("\r'")
    (fix, _) = await vs_code.actions("a.py", shown.range.start.line, ["quickfix"])
    assert fix.edit
    assert fix.edit.changes
    ((edit,),) = fix.edit.changes.values()
    assert edit.range.start.line == shown.range.start.line


@pytest.mark.asyncio
async def test_a_safe_fix_is_preferred_and_suppressing_is_offered_beside_it(editor: Editor) -> None:
    editor.open("a.py", LEAK)
    fix, comment = await editor.actions("a.py", 2, ["quickfix"])
    assert (fix.is_preferred, comment.is_preferred) == (True, False)
    assert "os.O_NONBLOCK | os.O_CLOEXEC" in applied(LEAK, fix)
    assert "    r, w = os.pipe2(os.O_NONBLOCK)  # noqa: INH103\n" in applied(LEAK, comment)
    editor.change("a.py", applied(LEAK, comment))
    assert await editor.diagnostics("a.py") == []


@pytest.mark.asyncio
async def test_an_unsafe_fix_is_offered_and_not_preferred(vs_code: Editor) -> None:
    source = "import os\nos.dup2(log, 9)\n"
    vs_code.open("a.py", source)
    fix, _ = await vs_code.actions("a.py", 1)
    assert not fix.is_preferred
    assert fix.title.endswith("(INH102, unsafe)")
    assert "os.dup2(log, 9, inheritable=False)" in applied(source, fix)


@pytest.mark.asyncio
async def test_the_settings_say_which_fixes_are_trusted(tmp_path: Path) -> None:
    table = '[tool.inheritlint]\nextend-unsafe-fixes = ["INH103"]\nunfixable = ["INH102"]\n'
    (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
    editor = await started(VS_CODE, tmp_path)
    editor.open("a.py", LEAK + "os.dup2(r, 9)\n")
    fix, _ = await editor.actions("a.py", 2, ["quickfix"])
    assert not fix.is_preferred
    assert [each.title for each in await editor.actions("a.py", 4)] == ["Suppress INH102 with `# noqa`"]
    await ended(editor)


@pytest.mark.asyncio
async def test_a_code_joins_the_comment_that_is_there(vs_code: Editor) -> None:
    source = "import os\nos.dup2(log, 9)  # noqa: E501\n"
    vs_code.open("a.py", source)
    *_, comment = await vs_code.actions("a.py", 1)
    assert applied(source, comment) == "import os\nos.dup2(log, 9)  # noqa: E501, INH102\n"


@pytest.mark.asyncio
async def test_fixing_all_makes_what_fix_makes(editor: Editor) -> None:
    source = LEAK + LEAK.replace("start", "again") + "os.dup2(r, 9)\n"
    editor.open("a.py", source)
    (action,) = await editor.actions("a.py", 0, ["source.fixAll"])
    if action.edit is None:
        action = await editor.client.code_action_resolve_async(action)
    after = applied(source, action)
    assert after.count("os.O_CLOEXEC") == 2
    assert "os.dup2(r, 9)\n" in after, "an unsafe fix is not applied unasked"


@pytest.mark.asyncio
async def test_the_page_of_a_rule_is_shown_at_the_finding_and_at_its_code_in_a_comment(vs_code: Editor) -> None:
    vs_code.open("a.py", LEAK + "os.dup2(r, 9)  # noqa: INH102\n")
    document = types.TextDocumentIdentifier(vs_code.uri("a.py"))
    for line, column, code in [(2, 22, "INH103"), (4, 25, "INH102")]:
        params = types.HoverParams(document, types.Position(line, column))
        hover = await vs_code.client.text_document_hover_async(params)
        assert hover
        assert isinstance(hover.contents, types.MarkupContent)
        assert f"({code})" in hover.contents.value
    params = types.HoverParams(document, types.Position(0, 0))
    assert await vs_code.client.text_document_hover_async(params) is None


@pytest.mark.asyncio
async def test_the_configuration_is_watched(vs_code: Editor) -> None:
    vs_code.open("a.py", LEAK)
    assert await vs_code.diagnostics("a.py")
    (registered,) = vs_code.watched
    assert registered.method == "workspace/didChangeWatchedFiles"
    project = vs_code.folder / "pyproject.toml"
    project.write_text('[tool.inheritlint]\nignore = ["INH103"]\n', encoding="utf-8")
    event = types.FileEvent(project.as_uri(), types.FileChangeType.Created)
    vs_code.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert await vs_code.diagnostics("a.py") == []


@pytest.mark.asyncio
async def test_a_folder_that_the_command_leaves_out_is_left_out(vs_code: Editor) -> None:
    """Also where it has a table of its own, which excludes nothing."""
    (vs_code.folder / "pyproject.toml").write_text('[tool.inheritlint]\nexclude = ["vendored"]\n', encoding="utf-8")
    (vs_code.folder / "vendored").mkdir()
    (vs_code.folder / "vendored" / "pyproject.toml").write_text("[tool.inheritlint]\n", encoding="utf-8")
    vs_code.open("vendored/a.py", LEAK)
    assert await vs_code.diagnostics("vendored/a.py") == []
    vs_code.open("b.py", LEAK)
    assert await vs_code.diagnostics("b.py")


@pytest.mark.asyncio
async def test_a_mistake_in_the_configuration_is_said_once(vs_code: Editor) -> None:
    (vs_code.folder / "pyproject.toml").write_text('[tool.inheritlint]\nselekt = ["INH103"]\n', encoding="utf-8")
    vs_code.open("a.py", LEAK)
    assert await vs_code.diagnostics("a.py") == []
    vs_code.change("a.py", LEAK + "\n")
    assert await vs_code.diagnostics("a.py") == []
    (message,) = vs_code.client.messages
    assert message.type == types.MessageType.Error
    assert "selekt" in message.message


@pytest.mark.asyncio
async def test_the_editor_has_settings_of_its_own(tmp_path: Path) -> None:
    editor = await started(VS_CODE, tmp_path, {"settings": {"ignore": ["INH103"]}})
    editor.open("a.py", LEAK)
    assert await editor.diagnostics("a.py") == []
    settings = {"inheritlint": {"settings": {"ignore": ["INH101"]}}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    assert [each.code for each in await editor.diagnostics("a.py")] == ["INH103"]
    await ended(editor)


@pytest.mark.asyncio
async def test_what_the_command_skips_has_no_findings(vs_code: Editor) -> None:
    vs_code.open("build/a.py", LEAK)
    assert await vs_code.diagnostics("build/a.py") == []
    vs_code.open("notes.txt", LEAK, language="plaintext")
    vs_code.open("b.py", LEAK)
    assert await vs_code.diagnostics("b.py")
    assert not vs_code.client.diagnostics.get(vs_code.uri("notes.txt"))


@pytest.mark.asyncio
async def test_what_cannot_be_parsed_is_a_finding_and_the_server_lives_on(editor: Editor) -> None:
    editor.open("a.py", "import os\nos.pipe2(0\n")
    assert [each.code for each in await editor.diagnostics("a.py")] == ["INH901"]
    editor.change("a.py", "import os\nos.pipe2(0)\n" + "\ud83d" * 3)
    await editor.diagnostics("a.py")
    editor.change("a.py", LEAK)
    assert [each.code for each in await editor.diagnostics("a.py")] == ["INH103"]


@pytest.mark.asyncio
async def test_a_closed_document_has_no_findings(vs_code: Editor) -> None:
    vs_code.open("a.py", LEAK)
    assert await vs_code.diagnostics("a.py")
    document = types.TextDocumentIdentifier(vs_code.uri("a.py"))
    vs_code.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
    assert await vs_code.diagnostics("a.py") == []
