"""Whether a file is still Python after its fixes, as the running interpreter sees it."""

import warnings
from _ast import PyCF_ONLY_AST  # what `ast` adds is not needed, and takes longer to load than a file to fix
from collections.abc import Sequence

from inheritlint.findings import Edit
from inheritlint.pipeline.rewriting import spliced
from inheritlint.source.stretches import stretches_of

#: What `validity` gives for a file that compiles.
SOUNDEST = 2


def validity(data: bytes) -> int:
    """2 where the running interpreter compiles `data`, 1 where it only parses it, else 0."""
    if _compiles(data):
        return SOUNDEST
    return int(_compiles(data, PyCF_ONLY_AST))


def still_compiles(text: str, edits: Sequence[Edit]) -> bool:
    """Whether each statement of the module `text` that `edits`, which are in order, change compiles after them: in a
    long file those are few. False, too, where that says nothing of the whole."""
    if edits and edits[0].start < text.rfind("__future__"):  # nothing but a docstring may stand before it
        return False
    changed: list[tuple[int, int, list[Edit]]] = []
    for edit in edits:
        start, end = stretches_of(text).around(edit.start, edit.end)
        if changed and start < changed[-1][1]:
            first, last, others = changed.pop()
            changed.append((first, max(last, end), [*others, edit]))
        else:
            changed.append((start, end, [edit]))
    return all(_compiles(spliced(text, here, start, end)) for start, end, here in changed)


def _compiles(code: bytes | str, flags: int = 0) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(code, "<source>", "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
