"""The server: what an editor asks and tells, and what it gets."""

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from inheritlint import __version__
from inheritlint.faces.editor.actions import FIX_ALL, can_be_fixed, fix_all, quick_fixes
from inheritlint.faces.editor.diagnostics import diagnostic
from inheritlint.faces.editor.hover import hover
from inheritlint.faces.editor.session import Session

# pygls splits lines where Python source has none (form feeds), so changes of a part would end up elsewhere.
SERVER = LanguageServer("inheritlint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
SESSION = Session(SERVER)

_WATCHED = ("**/pyproject.toml",)


def serve() -> None:
    """Serve one editor over the standard streams until it ends."""
    SERVER.start_io()
    SESSION.close()


@SERVER.feature(types.INITIALIZE)
def initialize(params: types.InitializeParams) -> None:
    """Apply the editor's settings: `initializationOptions.settings`, the keys of `[tool.inheritlint]`."""
    SESSION.configure(_table(params.initialization_options))


@SERVER.feature(types.INITIALIZED)
async def initialized(params: types.InitializedParams) -> None:
    """Ask to be told of changes to configuration files."""
    del params
    watching = SERVER.client_capabilities.workspace and SERVER.client_capabilities.workspace.did_change_watched_files
    if watching and watching.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(each) for each in _WATCHED])
        registration = types.Registration("configuration", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        try:
            await SERVER.client_register_capability_async(types.RegistrationParams([registration]))
        except JsonRpcException:  # an editor that promised more than it does; what it saves still counts
            return


@SERVER.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def configuration_changed(params: types.DidChangeWatchedFilesParams) -> None:
    """Read the configuration again and check all open documents."""
    del params
    SESSION.configuration_changed()


@SERVER.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
def settings_changed(params: types.DidChangeConfigurationParams) -> None:
    """Apply the editor's settings, `{"inheritlint": {"settings": …}}`, and check all open documents."""
    if isinstance(params.settings, dict) and isinstance(params.settings.get("inheritlint"), dict):
        SESSION.configure(_table(params.settings["inheritlint"]))
    SESSION.configuration_changed()


@SERVER.feature(types.TEXT_DOCUMENT_DID_OPEN)
def opened(params: types.DidOpenTextDocumentParams) -> None:
    """Check the document."""
    SESSION.push(params.text_document.uri)


@SERVER.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def changed(params: types.DidChangeTextDocumentParams) -> None:
    """Check the document again."""
    SESSION.push(params.text_document.uri)


@SERVER.feature(types.TEXT_DOCUMENT_DID_SAVE)
def saved(params: types.DidSaveTextDocumentParams) -> None:
    """A `pyproject.toml` that is saved counts at once, also where the editor watches no files."""
    if params.text_document.uri.endswith("/pyproject.toml"):
        SESSION.configuration_changed()


@SERVER.feature(types.TEXT_DOCUMENT_DID_CLOSE)
def closed(params: types.DidCloseTextDocumentParams) -> None:
    """Take the document's diagnostics away."""
    SESSION.forget(params.text_document.uri)


@SERVER.feature(
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=False, identifier="inheritlint"),
)
async def pulled(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """The document's diagnostics, or that they are those of the last answer."""
    items = []
    if found := await SESSION.checked(params.text_document.uri):
        checked, places = found
        items = [diagnostic(each, places, params.text_document.uri, SESSION.shows) for each in checked.findings]
    result = SESSION.result_id(items)
    if params.previous_result_id == result:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(items, result_id=result)


@SERVER.feature(
    types.TEXT_DOCUMENT_CODE_ACTION,
    types.CodeActionOptions([types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True),
)
async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
    """Fixes and suppressions of what is found in the range, and the fix of all that is found in the document."""
    uri = params.text_document.uri
    found = await SESSION.checked(uri, with_fixes=True)
    if found is None:
        return []
    checked, places = found
    offered: list[types.CodeAction] = []
    if _wants(params.context.only, types.CodeActionKind.QuickFix):
        offered += quick_fixes(checked, places, uri, params.range, SESSION.shows)
    if _wants(params.context.only, FIX_ALL) and can_be_fixed(checked.findings):
        action = types.CodeAction("Apply all safe fixes of inheritlint", kind=FIX_ALL, data={"uri": uri})
        offered += [action if SESSION.can_resolve_edits else await resolved(action)]
    return offered


@SERVER.feature(types.CODE_ACTION_RESOLVE)
async def resolved(action: types.CodeAction) -> types.CodeAction:
    """`action` with its edit: fixing all takes several analyses, so it is done when it is chosen."""
    uri: str = action.data["uri"] if isinstance(action.data, dict) else ""
    if found := await SESSION.checked(uri):
        checked, places = found
        action.edit = await SESSION.at_work(lambda: fix_all(checked, places, uri))
    return action


@SERVER.feature(types.TEXT_DOCUMENT_HOVER)
async def hovered(params: types.HoverParams) -> types.Hover | None:
    """The page of the rule at the position."""
    found = await SESSION.checked(params.text_document.uri)
    return hover(*found, params.position) if found else None


def _wants(only: Any, kind: str) -> bool:
    """Whether `kind` is one of those asked for, or below one; everything is, where none is named."""
    return not only or any(kind == each or kind.startswith(f"{each}.") for each in map(_plain, only))


def _plain(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _table(options: Any) -> dict[str, object]:
    """The settings in what an editor sends, in whatever form its client made of the JSON."""
    if options is not None and not isinstance(options, dict):
        options = getattr(options, "__dict__", None) or getattr(options, "_asdict", dict)()
    table = options.get("settings") if isinstance(options, dict) else None
    if table is not None and not isinstance(table, dict):
        table = getattr(table, "_asdict", dict)()
    return dict(table or {})
