"""One version of a document, with what is found in it."""

from typing import NamedTuple

from inheritlint.findings import Finding
from inheritlint.pipeline.checking import check_data, found, internal_error
from inheritlint.pipeline.outcome import Mode
from inheritlint.pipeline.settings import Settings
from inheritlint.source.reading import SourceFile, Unreadable, decode, encoded


class Checked(NamedTuple):
    """The `text` of a document as the editor has it, the `data` that it would be on disk, the `settings` that hold for
    it, and the `findings`; `source` is None where `data` cannot be decoded."""

    path: str
    text: str
    data: bytes
    settings: Settings
    source: SourceFile | None
    findings: tuple[Finding, ...]


def check(path: str, text: str, settings: Settings, *, with_fixes: bool = False) -> Checked:
    """Return what the command finds in a file at `path` that holds `text`. Raises nothing: an internal error is a
    finding. Which fixes `--fix` would apply takes several times as long to know; only `with_fixes` a finding's fix is
    one of these."""
    data = encoded(text)
    pure = settings._replace(cache=False)
    try:
        outcome = check_data(path, data, pure, Mode.REPORT, False) if with_fixes else found(path, data, pure)
        findings = outcome.findings
    except Exception as error:
        findings = internal_error(path, pure, error).findings
    source = decode(path, data)
    return Checked(path, text, data, pure, None if isinstance(source, Unreadable) else source, findings)
