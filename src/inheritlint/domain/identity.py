"""Which references may mean the same descriptor."""

from inheritlint.domain.values import OWN, ObjectRef


def covers(closed: ObjectRef, marked: ObjectRef) -> bool:
    """Whether closing `closed` closes `marked`: the same object, one that it holds, or whichever of its elements."""
    if closed.origin != marked.origin or (closed.old != marked.old and not marked.old):
        return False
    one, other = _path(closed), _path(marked)
    shorter = min(len(one), len(other))
    if any(not _alike(a, b) for a, b in zip(one[:shorter], other[:shorter], strict=True)):
        return False
    rest = other[shorter:] or one[shorter:]
    return len(other) >= len(one) or all(step.startswith("[") for step in rest)


def _path(reference: ObjectRef) -> tuple[str, ...]:
    return tuple(step for step in reference.path if step not in OWN)


def _alike(one: str, other: str) -> bool:
    return one == other or (one.startswith("[") and other.startswith("[") and "[*]" in (one, other))


def same_or_inside(one: ObjectRef, other: ObjectRef) -> bool:
    """Whether `one` is `other`, or may be a part of it."""
    return covers(other, one)
