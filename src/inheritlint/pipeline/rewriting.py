"""Edits of characters to a file's new bytes; every byte outside the edits stays as it was."""

import codecs
import re
from collections.abc import Sequence

from inheritlint.findings import Edit
from inheritlint.source.reading import SourceFile, Unreadable, decode

_LINE_END = re.compile(r"\r\n|\r|\n")
_BARE_NEWLINE = re.compile(r"(?<!\r)\n")


class UnencodableError(Exception):
    """The new text cannot be written in the file's encoding; the message says why, as the end of a sentence."""


def rewritten(source: SourceFile, edits: Sequence[Edit]) -> bytes:
    """The bytes of `source` after `edits`, which are sorted and do not overlap; raises `UnencodableError`.

    A newline in an edit's text becomes the file's own kind of line end.
    """
    edits = in_newlines_of(source, edits)
    text = spliced(source.text, edits, 0, len(source.text))
    try:
        data = _encoded(source, edits, text)
    except (UnicodeError, LookupError) as error:
        raise UnencodableError(f"cannot be encoded as {source.encoding}") from error
    again = decode(source.path, data)
    if isinstance(again, Unreadable) or (again.text, again.encoding) != (text, source.encoding):
        raise UnencodableError(f"would change the encoding of the file ({source.encoding})")
    return data


def in_newlines_of(source: SourceFile, edits: Sequence[Edit]) -> list[Edit]:
    """`edits` with every newline in their text as the file's own kind of line end."""
    first = _LINE_END.search(source.text)
    newline = first.group() if first else "\n"
    return [Edit(edit.start, edit.end, _BARE_NEWLINE.sub(newline, edit.text)) for edit in edits]


def spliced(text: str, edits: Sequence[Edit], start: int, end: int) -> str:
    """What stands in `text` from `start` to `end`, after `edits` there, which are sorted and do not overlap."""
    pieces: list[str] = []
    for edit in edits:
        pieces += text[start : edit.start], edit.text
        start = edit.end
    return "".join([*pieces, text[start:end]])


def _encoded(source: SourceFile, edits: Sequence[Edit], text: str) -> bytes:
    try:
        has_one_spelling = source.bom + source.text.encode(source.encoding) == source.data
    except UnicodeError:
        has_one_spelling = False
    return source.bom + text.encode(source.encoding) if has_one_spelling else _spliced_bytes(source, edits)


def _spliced_bytes(source: SourceFile, edits: Sequence[Edit]) -> bytes:
    """For the codecs that write one text in several ways: only what an edit says is encoded again."""
    offsets = _byte_offsets(source)
    pieces: list[bytes] = []
    position = 0
    for edit in edits:
        pieces += source.data[position : offsets[edit.start]], edit.text.encode(source.encoding)
        position = offsets[edit.end]
    return b"".join([*pieces, source.data[position:]])


def _byte_offsets(source: SourceFile) -> list[int]:
    """Where each character of the text begins in the data, and where the last one ends.

    A byte order mark is no concern here: it means UTF-8, which writes a text in one way only.
    """
    decoder = codecs.getincrementaldecoder(source.encoding)()
    offsets: list[int] = []
    begin = 0
    for end in range(1, len(source.data) + 1):
        characters = decoder.decode(source.data[end - 1 : end])
        offsets += [begin] * len(characters)
        begin = end if characters else begin
    return [*offsets, len(source.data)]
