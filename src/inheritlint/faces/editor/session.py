"""What the server knows of its editor: its settings, its documents, and what is found in them."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from inheritlint.faces.editor.checked import Checked, check
from inheritlint.faces.editor.diagnostics import Shows, diagnostic, shown_by
from inheritlint.faces.editor.places import Places
from inheritlint.pipeline.configuration import Configuration
from inheritlint.pipeline.settings import Settings, SettingsError

T = TypeVar("T")


class _Place(NamedTuple):
    """Where an answer is kept: a document, and whether the fixes of its findings are known to be applied."""

    uri: str
    with_fixes: bool


class _Key(NamedTuple):
    """What an answer depends on: a document that was opened, its version, and how often the settings have changed."""

    opened: int
    version: int | None
    generation: int


class Session:
    """One editor's session. Documents are checked on one thread, so that an analysis never delays what the editor
    says meanwhile; a version that is outdated before its turn comes is not checked at all."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._worker = ThreadPoolExecutor(1)
        self._overrides: Mapping[str, object] = {}
        self._configuration: Configuration | None = None
        self._generation = 0
        self._complaint = ""
        self._known: dict[_Place, tuple[_Key, asyncio.Future[Checked | None]]] = {}
        self._pushing: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Wait for nothing: the editor has gone."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    @property
    def shows(self) -> Shows:
        """What the editor can show beside a message."""
        return shown_by(self._server.client_capabilities)

    @property
    def can_resolve_edits(self) -> bool:
        """Whether the editor asks for an action's edit when the action is chosen."""
        document = self._server.client_capabilities.text_document
        resolving = document and document.code_action and document.code_action.resolve_support
        return bool(resolving and "edit" in resolving.properties)

    @property
    def _pulls(self) -> bool:
        """Whether the editor asks for diagnostics; what is pushed as well would be shown twice."""
        document = self._server.client_capabilities.text_document
        return bool(document and document.diagnostic)

    def configure(self, overrides: Mapping[str, object]) -> None:
        """Lay `overrides` (keys of `[tool.inheritlint]`) over the settings of every project."""
        self._overrides = overrides
        self._configuration = None

    def configuration_changed(self) -> None:
        """Read the configuration again and check every open document."""
        self._configuration = None
        self._generation += 1
        for document in list(self._server.workspace.text_documents.values()):
            self.push(document.uri)
        workspace = self._server.client_capabilities.workspace
        if self._pulls and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self._server.workspace_diagnostic_refresh(None)

    def push(self, uri: str) -> None:
        """Check the document and publish what is found, unless the editor asks for that by itself."""
        if not self._pulls:
            task = asyncio.ensure_future(self._publish(uri))
            self._pushing.add(task)
            task.add_done_callback(self._pushing.discard)

    def forget(self, uri: str) -> None:
        """Take back what was published about a document that is closed."""
        for with_fixes in (True, False):
            self._known.pop(_Place(uri, with_fixes), None)
        if not self._pulls:
            self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def checked(self, uri: str, *, with_fixes: bool = False) -> tuple[Checked, Places] | None:
        """The newest version of the document, and its places; None where it is no Python, not open, or excluded."""
        while True:
            document = self._document(uri)
            settings = self._settings(document) if document else None
            if document is None or settings is None:
                return None
            checked = await asyncio.shield(self._checking(_Place(uri, with_fixes), document, settings))
            if checked is not None:
                return checked, Places(checked.text, self._server.workspace.position_encoding)

    async def at_work(self, work: Callable[[], T]) -> T:
        """What `work` returns, done where documents are checked."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    @staticmethod
    def result_id(items: list[types.Diagnostic]) -> str:
        """A name for what was answered: the same for the same diagnostics."""
        return hashlib.sha256(repr(items).encode("utf-8", "surrogatepass")).hexdigest()

    async def _publish(self, uri: str) -> None:
        before = self._document(uri)
        found = await self.checked(uri)
        document = self._document(uri)
        if before is None or document is None or (found and found[0].text != document.source):
            return
        items = [diagnostic(each, found[1], uri, self.shows) for each in found[0].findings] if found else []
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items, document.version))

    def _document(self, uri: str) -> TextDocument | None:
        """The open Python document with that address."""
        document = self._server.workspace.text_documents.get(unquote(uri))
        return document if document is not None and document.language_id in ("python", None, "") else None

    def _key(self, document: TextDocument) -> _Key:
        return _Key(id(document), document.version, self._generation)

    def _checking(self, place: _Place, document: TextDocument, settings: Settings) -> asyncio.Future[Checked | None]:
        """The check of the document as it now is, under way or done."""
        key = self._key(document)
        known = self._known.get(place)
        if known and known[0] == key:
            return known[1]
        path, text = os.path.abspath(document.path), document.source  # noqa: PTH100 - links are not to be resolved

        def work() -> Checked | None:
            newest = self._known.get(place)
            current = newest is not None and newest[0] == key
            return check(path, text, settings, with_fixes=place.with_fixes) if current else None

        future = asyncio.ensure_future(self.at_work(work))
        self._known[place] = key, future
        return future

    def _folder(self, path: str) -> str:
        """The folder of the editor's workspace that holds `path`; the file's own one where none does."""
        folders = [to_fs_path(each) for each in self._server.workspace.folders]
        holding = [each for each in folders if each and path.startswith(each.rstrip(os.sep) + os.sep)]
        return max(holding, key=len, default=os.path.dirname(path))  # noqa: PTH120

    def _settings(self, document: TextDocument) -> Settings | None:
        """The settings that hold for the document; None where it is excluded, or where a mistake in them hides what
        they are. A mistake is said once."""
        path = os.path.abspath(document.path)  # noqa: PTH100 - links are not to be resolved
        try:
            if self._configuration is None:
                self._configuration = Configuration(overrides=self._overrides)
            settings = self._configuration.of_file(path)
            excluded = _is_excluded(path, self._folder(path), self._configuration)
        except SettingsError as error:
            if str(error) != self._complaint:
                self._complaint = str(error)
                self._server.window_show_message(
                    types.ShowMessageParams(types.MessageType.Error, f"inheritlint: {error}")
                )
            return None
        self._complaint = ""
        return None if excluded else settings


def _is_excluded(path: str, top: str, configuration: Configuration) -> bool:
    """Whether the command, run in the folder `top`, leaves the file at the absolute `path` out: each directory on the
    way there is asked with the settings that hold around it."""
    place = path
    while place != top and place != (above := os.path.dirname(place)):  # noqa: PTH120 - settings go by strings
        patterns = configuration.of_directory(above).exclusions.patterns
        if any(each.verdict(place, place != path) for each in patterns):
            return True
        place = above
    return False
