"""What no fix may touch: a person's comment, what a string says, the spelling that the oldest Python can read."""

from collections.abc import Sequence

from inheritlint.findings import Edit
from inheritlint.source.layout import Layout, Literal, layout_of
from inheritlint.source.reading import SourceFile

#: From here on an f-string may hold its own quotes, backslashes and comments (PEP 701).
_FREE_STRINGS = (3, 12)
#: The oldest Python that is still supported, where a project does not say which it supports.
_OLDEST = (3, 10)


def broken_by(source: SourceFile, edits: Sequence[Edit], oldest: tuple[int, int] | None) -> str | None:
    """What `edits` of `source` would break, as the end of a sentence; None where all is kept. `oldest` is the oldest
    Python that the project supports."""
    for edit in edits:
        layout = layout_of(source, edit.start, edit.end)
        if layout is None:
            continue
        if _loses_a_comment(layout, edit):
            return "would lose a comment"
        around = layout.strings_around(edit.start, edit.end)
        if any(not each.is_formatted for each in around):
            # A string that is replaced inside itself: only its own fix does that, with a text of its own kind.
            if edit.start == edit.end or "\n" in edit.text:
                return "would change a string"
        elif around and edit.text.isspace():
            return "would change a string"
        elif around and (oldest or _OLDEST) < _FREE_STRINGS and not _fits(edit, around):
            return "cannot be written inside a string of the oldest Python"
        elif around and any(sign in edit.text for sign in "{}"):
            return "cannot be written inside a string"
    return None


def _loses_a_comment(layout: Layout, edit: Edit) -> bool:
    lost = [each for each in layout.comments_in(edit.start, edit.end) if each.end <= edit.end]
    if any(each.start == edit.start and each.end == edit.end for each in lost):
        return False  # the comment itself is what is fixed
    return any(not each.is_directive and each.text not in edit.text for each in lost)


def _fits(edit: Edit, around: Sequence[Literal]) -> bool:
    return not any(sign in edit.text for sign in ("\\", "#", "\n", "\r", *(each.quote[0] for each in around)))
