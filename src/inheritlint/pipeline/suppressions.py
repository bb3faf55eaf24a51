"""Comments that suppress a finding: `# noqa` as flake8 reads it, and where such a comment belongs."""

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from inheritlint.findings import Edit, Finding, Fix, LineTable, Safety
from inheritlint.pipeline.codes import is_ours
from inheritlint.source.reading import SourceFile

if TYPE_CHECKING:
    from inheritlint.events.event import UnusedNoqa

_MENTION = re.compile("noqa", re.IGNORECASE)
_WHOLE_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_COMMENT = re.compile(r"# noqa(?::\s?(?P<codes>(?:[A-Z]+[0-9]+[,\s]*)+))?", re.IGNORECASE)
_BETWEEN_CODES = re.compile(r"[,\s]+")


def kept(source: SourceFile, findings: Iterable[Finding]) -> list[Finding]:
    """Those of `findings`, in their order, that no comment of `source` suppresses.

    A comment counts where flake8 would honour it: on the finding's own line, and on any line that a
    backslash or a string of several lines joins to it. A line whose first word is `# flake8: noqa`
    suppresses the whole file, whatever follows it.
    """
    findings = list(findings)
    # Tokenizing costs more than all else here, so only a file with something to suppress pays for it.
    if not findings or not _MENTION.search(source.text):
        return findings
    lines = _lines(source)
    if any(_WHOLE_FILE.match(line) for line in lines):
        return []
    return [finding for finding in findings if not _is_silenced(source, finding)]


def noqa_row(source: SourceFile, finding: Finding) -> int:
    """The row, from 1, at whose end a `# noqa` for `finding` belongs."""
    return _stretch(source, finding.span.line)[1]


def adding(source: SourceFile, row: int, codes: Iterable[str], reason: str = "") -> Edit:
    """The edit that has findings of `codes`, which belong to `row`, suppressed: the codes behind those of the comment
    that counts there, else a comment at the end of the row, with `reason` behind them. Nothing else moves."""
    lines = LineTable(source.text)
    first, last = _stretch(source, row)
    for here, column, comment in _comments(source):
        match = _COMMENT.search(comment) if first <= here <= last else None
        if match and match["codes"]:
            end = lines.offset(here) + column + match.start("codes") + len(match["codes"].rstrip(", \t"))
            return Edit(end, end, "".join(f", {code}" for code in codes))
    text = lines.line(last)
    end = lines.offset(last) + len(text)
    gap = " " * (2 - min(2, len(text) - len(text.rstrip(" ")))) if text.strip() else ""
    return Edit(end, end, f"{gap}# noqa: {', '.join(codes)}{f' {reason}' if reason else ''}")


def is_reason(text: str) -> bool:
    """Whether `text` can stand behind the codes of a comment: in one line, and not like one more code."""
    return text.isprintable() and re.match(r"\s*[A-Z]+[0-9]", text, re.IGNORECASE) is None


def unused(source: SourceFile, findings: Iterable[Finding]) -> "Iterator[UnusedNoqa]":
    """One event for each comment of `source` that names codes of ours which suppress none of `findings`."""
    from inheritlint.events.event import UnusedNoqa

    lines = LineTable(source.text)
    silenced = [(_stretch(source, finding.span.line), finding.code) for finding in findings]
    for row, column, comment in _comments(source):
        match = _COMMENT.search(comment)
        if match is None or match["codes"] is None:
            continue
        codes = list(filter(None, _BETWEEN_CODES.split(match["codes"])))
        here = [code for (first, last), code in silenced if first <= row <= last]
        # Other plugins of flake8 have codes that begin like ours.
        idle = [each for each in codes if is_ours(each) and not any(code.startswith(each) for code in here)]
        if idle:
            start = lines.offset(row) + column
            left = [each for each in codes if each not in idle]
            edit = _without(source.text, start, comment, match, left)
            fix = Fix((edit,), Safety.SAFE, f"Remove unused {', '.join(idle)}") if edit else None
            span = lines.span(start + match.start(), start + len(match[0].rstrip(", \t")) + match.start())
            yield UnusedNoqa(span, tuple(idle), fix)


def _without(text: str, start: int, comment: str, match: re.Match[str], left: list[str]) -> Edit | None:
    """The edit that leaves only the codes `left` in the comment that begins at `start`; None where what is left would
    be another `# noqa`, which suppressed nothing before."""
    begin, end = start + match.start("codes"), start + match.end("codes")
    start += match.start()
    if left:
        rest = match["codes"][len(match["codes"].rstrip(", \t")) :]
        return Edit(begin, end, ", ".join(left) + rest)
    after = comment[match.end() :]
    if _COMMENT.search(f"{comment[: match.start()]}{after}"):
        return None
    if after.strip():
        return Edit(start, end, "" if after.lstrip().startswith("#") else "# ")
    while start and text[start - 1] in " \t":
        start -= 1
    return Edit(start, end, "")


@lru_cache(maxsize=2)  # of one file after the other, each asked for every comment that is added
def _comments(source: SourceFile) -> list[tuple[int, int, str]]:
    """Row, column and text of every comment, as far as the file can be tokenized."""
    found = []
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(iter(_lines(source)).__next__):
            if token.type == tokenize.COMMENT:
                found.append((token.start[0], token.start[1], token.string))
    return found


def _is_silenced(source: SourceFile, finding: Finding) -> bool:
    first, last = _stretch(source, finding.span.line)
    comment = _COMMENT.search("".join(_lines(source)[first - 1 : last]))
    if comment is None:
        return False
    codes = comment["codes"]
    return codes is None or finding.code.startswith(tuple(filter(None, _BETWEEN_CODES.split(codes))))


def _stretch(source: SourceFile, row: int) -> tuple[int, int]:
    """First and last of the rows that flake8 searches together for a finding on `row`."""
    return _stretches(source).get(row, (row, row))


@lru_cache(maxsize=2)
def _lines(source: SourceFile) -> list[str]:
    return list(io.StringIO(source.text, newline=None))


@lru_cache(maxsize=2)
def _stretches(source: SourceFile) -> dict[int, tuple[int, int]]:
    """Each row of `source` with its stretch; empty where the file cannot be tokenized."""
    try:
        return {row: (first, last) for first, last in _joined_rows(source) for row in range(first, last + 1)}
    except (tokenize.TokenError, SyntaxError):
        return {}


def _joined_rows(source: SourceFile) -> Iterator[tuple[int, int]]:
    first, last = 0, 0
    for token in tokenize.generate_tokens(iter(_lines(source)).__next__):
        if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
            continue
        first, last = first or token.start[0], max(last, token.end[0])
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            yield first, last
            first, last = 0, 0
