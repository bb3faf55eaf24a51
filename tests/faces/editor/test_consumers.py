"""The programs that the page about editors names, as it sets them up: what they show."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

LEAK = """\
import os
def start():
    r, w = os.pipe2(os.O_NONBLOCK)
    os.write(w, b"x")
"""
PAGE = (Path(__file__).parents[3] / "docs" / "editors.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def block(title: str) -> str:
    """The block of the page that is a file of that name."""
    match = re.search(rf'^```\w+ title="{re.escape(title)}"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
    assert match
    return match[1]


def shown_by(command: list[str], folder: Path, settings: object) -> set[str]:
    """The codes that the language server which `command` starts shows of `a.py` in `folder`. The messages are written
    as they are, since the servers of others take liberties that lsprotocol refuses."""
    uri = (folder / "a.py").as_uri()
    (folder / "a.py").write_text(LEAK, encoding="utf-8")
    document = {"uri": uri, "languageId": "python", "version": 1, "text": LEAK}
    start = {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": {}}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(), cwd=folder
    ) as server:
        try:
            send(server, {"id": 1, "method": "initialize", "params": start})
            for message in received(server):
                if message.get("id") == 1 and "result" in message:
                    send(server, {"method": "initialized", "params": {}})
                    send(server, {"method": "workspace/didChangeConfiguration", "params": {"settings": settings}})
                    send(server, {"method": "textDocument/didOpen", "params": {"textDocument": document}})
                if message.get("method") == "textDocument/publishDiagnostics":
                    text = json.dumps(message["params"]["diagnostics"])
                    if found := set(re.findall(r"INH\d+", text)):
                        return found
        finally:
            server.kill()
    return set()


def send(server: "subprocess.Popen[bytes]", message: dict[str, object]) -> None:
    data = json.dumps({"jsonrpc": "2.0", **message}).encode()
    assert server.stdin
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
    server.stdin.flush()


def received(server: "subprocess.Popen[bytes]") -> Iterator[dict[str, Any]]:
    assert server.stdout
    while line := server.stdout.readline():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
            while server.stdout.readline().strip():
                pass
            yield json.loads(server.stdout.read(length))


def environment() -> dict[str, str]:
    return dict(os.environ, PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}")


def test_pylsp_shows_what_flake8_brings(tmp_path: Path) -> None:
    pytest.importorskip("pylsp")
    (settings,) = [json.loads(each) for each in re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
    assert "INH103" in shown_by([str(BIN / "pylsp")], tmp_path, settings)


def test_efm_shows_what_flake8_brings(tmp_path: Path) -> None:
    server = shutil.which("efm-langserver")
    if server is None:
        pytest.skip("efm-langserver is not installed")
    (tmp_path / "config.yaml").write_text(block("efm/config.yaml"), encoding="utf-8")
    assert "INH103" in shown_by([server, "-c", str(tmp_path / "config.yaml")], tmp_path, {})


NEOVIM = """
vim.cmd("edit a.py")
local here = vim.fn.getcwd()
local client = vim.lsp.start_client({ name = "inheritlint", cmd = { "inheritlint-server" }, root_dir = here })
vim.lsp.buf_attach_client(0, client)
vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 20)
local found = vim.diagnostic.get(0)
local params = { textDocument = vim.lsp.util.make_text_document_params(), context = { diagnostics = {} },
  range = { start = { line = 2, character = 0 }, ["end"] = { line = 2, character = 40 } } }
local answer = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 20000)
local action = answer[client].result[1]
vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
local text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 20)
io.stdout:write(vim.json.encode({ found[1].code, found[1].lnum, action.title, text[3], #vim.diagnostic.get(0) }))
vim.cmd("qall!")
"""


def test_neovim_shows_findings_and_applies_their_fixes(tmp_path: Path) -> None:
    if shutil.which("nvim") is None:
        pytest.skip("Neovim is not installed")
    (tmp_path / "a.py").write_text(LEAK, encoding="utf-8")
    (tmp_path / "session.lua").write_text(NEOVIM, encoding="utf-8")
    command = ["nvim", "--headless", "--clean", "-n", "-c", "luafile session.lua"]
    run = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment(), timeout=60, check=False
    )
    answer = json.loads((run.stdout or run.stderr).strip().splitlines()[-1])
    code, line, title, text, left = answer
    assert (code, line, left) == ("INH103", 2, 0)
    assert "INH103" in title
    assert text == "    r, w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)"


def test_the_filter_of_pycharm_matches_a_line_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEAK, encoding="utf-8")
    command = [sys.executable, "-m", "inheritlint", "--output-format", "concise", str(tmp_path / "a.py")]
    assert "`-m inheritlint --output-format concise $FilePath$`" in PAGE
    assert "`$FILE_PATH$:$LINE$:$COLUMN$`" in PAGE
    shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()[0]
    assert re.match(rf"{re.escape(str(tmp_path / 'a.py'))}:3:21: INH103 ", shown)
