"""Findings before and after edits: which of them are the same ones, which are gone, which are new."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import accumulate

from inheritlint.findings import Edit, Finding


def followed(
    before: Sequence[Finding], edits: Sequence[Edit], after: Sequence[Finding], mended: Collection[Finding]
) -> dict[int, int]:
    """The index in `after` of each of `before` that is still there, by its index. `edits` are sorted, and their texts
    are those that were written. What was not `mended` may be there under another code, that is not more severe."""
    moved = _Moved(edits)
    left: dict[str, list[int]] = defaultdict(list)
    for index, finding in enumerate(after):
        left[finding.code].append(index)
    found: dict[int, int] = {}
    for index, finding in enumerate(before):
        first, last = moved.places(finding.span.start)
        candidates = left[finding.code]
        place = bisect_left(candidates, first, key=lambda each: after[each].span.start)
        if place < len(candidates) and after[candidates[place]].span.start <= last:
            found[index] = candidates.pop(place)
    spare = sorted(index for indexes in left.values() for index in indexes)
    for index, finding in enumerate(before):
        if index not in found and spare and finding not in mended:
            first, last = moved.places(finding.span.start)
            place = bisect_left(spare, first, key=lambda each: after[each].span.start)
            if place == len(spare) or not first == after[spare[place]].span.start == last:
                continue
            if after[spare[place]].severity.rank <= finding.severity.rank:
                found[index] = spare.pop(place)
    return found


class _Moved:
    """Where a place is after the edits."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._starts = [edit.start for edit in edits]
        self._shifts = [0, *accumulate(len(edit.text) - (edit.end - edit.start) for edit in edits)]

    def places(self, offset: int) -> tuple[int, int]:
        """First and last place at which what began at `offset` may begin now."""
        number = bisect_right(self._starts, offset)
        shift = self._shifts[number]
        if not number:
            return offset, offset
        edit = self._edits[number - 1]
        if edit.start == edit.end == offset:
            return offset + shift - len(edit.text), offset + shift
        if offset < edit.end:
            start = edit.start + self._shifts[number - 1]
            return start, start + len(edit.text)
        return offset + shift, offset + shift
