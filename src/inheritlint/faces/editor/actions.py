"""What an editor offers to do about findings: fix one, fix all, suppress one."""

import difflib
from collections.abc import Iterator, Sequence

from lsprotocol import types

from inheritlint.faces.editor.checked import Checked
from inheritlint.faces.editor.diagnostics import Shows, diagnostic
from inheritlint.faces.editor.places import Places
from inheritlint.findings import Edit, Finding, Safety
from inheritlint.pipeline.checking import check_data
from inheritlint.pipeline.codes import FILE_NOT_CHECKED
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.rewriting import UnencodableError, in_newlines_of, rewritten
from inheritlint.pipeline.suppressions import adding, noqa_row
from inheritlint.pipeline.validity import validity
from inheritlint.source.reading import SourceFile, decode

FIX_ALL = "source.fixAll.inheritlint"


def quick_fixes(
    checked: Checked, places: Places, uri: str, at: types.Range, shows: Shows
) -> Iterator[types.CodeAction]:
    """For each finding that touches the range `at`, its fix, where it has one that can be applied, and the comment
    that suppresses it. Only a safe fix is preferred: that is the one an editor applies unasked."""
    start, end = places.offset(at.start), places.offset(at.end)
    for finding in checked.findings:
        if checked.source is None or finding.span.start > end or start > finding.span.end:
            continue
        shown = [diagnostic(finding, places, uri, shows)]
        if finding.fix and finding.is_fixable(unsafe=True):
            edits = _sound(checked, finding.fix.edits)
            if edits:
                safe = finding.fix.safety is Safety.SAFE
                yield types.CodeAction(
                    title=f"{finding.fix.message} ({finding.code}{'' if safe else ', unsafe'})",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=shown,
                    is_preferred=safe,
                    edit=_workspace_edit(uri, _text_edits(edits, places)),
                )
        if finding.code != FILE_NOT_CHECKED:  # no line is at fault for that
            comment = adding(checked.source, noqa_row(checked.source, finding), [finding.code], "")
            yield types.CodeAction(
                title=f"Suppress {finding.code} with `# noqa`",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=shown,
                is_preferred=False,
                edit=_workspace_edit(uri, _text_edits([comment], places)),
            )


def fix_all(checked: Checked, places: Places, uri: str) -> types.WorkspaceEdit | None:
    """What `--fix` changes in the document; None where that is nothing."""
    outcome = check_data(checked.path, checked.data, checked.settings, Mode.FIX, False)
    after = decode(checked.path, outcome.after) if outcome.after is not None else None
    if checked.source is None or not isinstance(after, SourceFile):
        return None
    return _workspace_edit(uri, _text_edits(list(_changes(checked.source.text, after.text)), places))


def can_be_fixed(findings: Sequence[Finding]) -> bool:
    """Whether `fix_all` may change something."""
    return any(each.is_fixable(unsafe=False) for each in findings)


def _sound(checked: Checked, edits: Sequence[Edit]) -> list[Edit] | None:
    """`edits` in the document's line ends; None where they would not fit its encoding or break its syntax."""
    assert checked.source is not None
    try:
        data = rewritten(checked.source, sorted(edits))
    except UnencodableError:
        return None
    if validity(checked.data) and not validity(data):
        return None
    return in_newlines_of(checked.source, sorted(edits))


def _changes(before: str, after: str) -> Iterator[Edit]:
    """The edits, in whole lines, that make `after` of `before`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag != "equal":
            yield Edit(starts[first], starts[last], "".join(new[begin:end]))


def _text_edits(edits: Sequence[Edit], places: Places) -> list[types.TextEdit]:
    return [types.TextEdit(places.range(edit.start, edit.end), edit.text) for edit in edits]


def _workspace_edit(uri: str, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
    return types.WorkspaceEdit(changes={uri: edits})
