"""An editor as the server sees it: one of the clients that pytest-lsp knows, with a folder open."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

VS_CODE, NEOVIM, EMACS = "visual_studio_code@v1.65", "neovim@v0.11", "emacs@v29.1"
EDITORS = [VS_CODE, NEOVIM, EMACS]


class Editor:
    """One editor with one folder open, as far as the tests use it."""

    def __init__(self, client: LanguageClient, folder: Path, pulls: bool) -> None:
        self.client, self.folder, self.pulls = client, folder, pulls
        self.version = 0
        self.watched: list[Any] = []

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "python") -> None:
        item = types.TextDocumentItem(self.uri(name), language, 0, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str) -> None:
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri(name))
        changes = [types.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    async def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """What is shown of a file that was just opened or changed."""
        if self.pulls:
            document = types.TextDocumentIdentifier(self.uri(name))
            report = await self.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            return list(report.items)
        while True:
            await asyncio.wait_for(self.client.wait_for_notification("textDocument/publishDiagnostics"), 30)
            if self.uri(name) in self.client.diagnostics:
                return list(self.client.diagnostics[self.uri(name)])

    async def actions(self, name: str, line: int, only: list[str] | None = None) -> list[types.CodeAction]:
        where = types.Range(types.Position(line, 0), types.Position(line, 200))
        context = types.CodeActionContext([], only=only)  # type: ignore[arg-type]
        params = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), where, context)
        answer = await self.client.text_document_code_action_async(params)
        return [each for each in answer or [] if isinstance(each, types.CodeAction)]


async def started(
    name: str,
    folder: Path,
    options: Any = None,
    *,
    command: Sequence[str] = (sys.executable, "-m", "inheritlint.faces.editor.entry", "--stdio"),
    environment: Mapping[str, str] = os.environ,
) -> Editor:
    """The editor `name` with `folder` open and the server that `command` starts; `options` are those of the server."""
    config = ClientServerConfig(server_command=list(command), server_env=dict(environment))
    client = await config.start()
    assert isinstance(client, LanguageClient)
    capabilities = client_capabilities(name)
    document = capabilities.text_document
    editor = Editor(client, folder, pulls=bool(document and document.diagnostic))

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        editor.watched += params.registrations

    params = types.InitializeParams(
        capabilities,
        process_id=os.getpid(),
        root_uri=folder.as_uri(),
        workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
        initialization_options=options,
    )
    await client.initialize_session(params)
    return editor


async def ended(editor: Editor) -> None:
    await editor.client.shutdown_session()
    await editor.client.stop()
