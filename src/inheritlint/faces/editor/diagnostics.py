"""Findings as an editor shows them."""

from typing import NamedTuple

from lsprotocol import types

from inheritlint.faces.editor.places import Places
from inheritlint.findings import Finding, Severity, page_of

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.CONVENTION: types.DiagnosticSeverity.Information,
}


class Shows(NamedTuple):
    """What the editor can show beside a message: places (`related`), a link of the code (`linked`)."""

    related: bool
    linked: bool


def shown_by(client: types.ClientCapabilities) -> Shows:
    """What the editor with these capabilities can show."""
    document = client.text_document
    published = document.publish_diagnostics if document else None
    return Shows(
        related=bool(published and published.related_information),
        linked=bool(published and published.code_description_support) or bool(document and document.diagnostic),
    )


def diagnostic(finding: Finding, places: Places, uri: str, shows: Shows) -> types.Diagnostic:
    """`finding` of the document `uri`: its code leads to the rule's page, its trace is related information."""
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, places.span(step.span)), step.message)
        for step in (*finding.trace, *finding.other_path)
    ]
    return types.Diagnostic(
        range=places.span(finding.span),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(page_of(finding.code)) if shows.linked else None,
        source="inheritlint",
        related_information=related if related and shows.related else None,
    )
