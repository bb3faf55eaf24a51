"""What is shown at the pointer: the page of the rule that reports there, or that a comment names there."""

import re
from collections.abc import Iterator

from lsprotocol import types

from inheritlint.faces.editor.checked import Checked
from inheritlint.faces.editor.places import Places
from inheritlint.faces.rule_docs import rule_page
from inheritlint.pipeline.registry import all_rules

_CODE = re.compile(r"\bINH\d{3}\b")


def hover(checked: Checked, places: Places, position: types.Position) -> types.Hover | None:
    """The pages of the rules that concern `position`, in Markdown; None where there are none."""
    offset = places.offset(position)
    parts = []
    for finding in checked.findings:
        if finding.span.start <= offset <= finding.span.end:
            parts.append((finding.span.start, finding.span.end, finding.code, f"`{finding.code}` {finding.message}"))
    parts += [(*where, code, "") for code, where in _named(places, position, offset)]
    if not parts:
        return None
    texts, told = [], set()
    for _, _, code, message in parts:
        texts += [message] if message else []
        if code not in told:
            told.add(code)
            texts.append(rule_page(all_rules()[code]))
    start, end, _, _ = min(parts, key=lambda part: part[1] - part[0])
    contents = types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(texts))
    return types.Hover(contents, places.range(start, end))


def _named(places: Places, position: types.Position, offset: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each code that stands at `offset` in a comment, and where it stands."""
    line = places.lines.line(position.line + 1)
    begin = places.lines.offset(position.line + 1) - places.mark
    for match in _CODE.finditer(line, max(line.find("#"), 0)):
        if "#" in line and match[0] in all_rules() and begin + match.start() <= offset <= begin + match.end():
            yield match[0], (begin + match.start(), begin + match.end())
