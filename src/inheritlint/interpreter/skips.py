"""What decorators and pytest say of the platforms on which a test, or any other function, runs."""

from inheritlint.domain.truth import true_on, truth
from inheritlint.domain.values import (
    ConstantValue,
    DictValue,
    ObjectRef,
    PerPlatform,
    QualifiedName,
    SequenceValue,
    Value,
)
from inheritlint.knowledge.platforms import WINDOWS


def unskipped(mark: Value | None, platforms: frozenset[int]) -> frozenset[int]:
    """What a skip decorator, or a list of them, leaves of `platforms`."""
    marks = mark.items if isinstance(mark, SequenceValue) else (mark,)
    for one in marks:
        if isinstance(one, DictValue) and (condition := one.get("skip")) is not None:
            platforms = _without_skipped(condition, one.get("when") == ConstantValue(True), platforms)
        elif isinstance(one, ConstantValue) and isinstance(one.value, bool):  # `@pytest.mark.windows` on these
            platforms = platforms if one.value else frozenset()
        elif isinstance(one, PerPlatform):
            only = true_on(one, platforms)
            platforms = platforms if only is None else only
        elif isinstance(one, (QualifiedName, ObjectRef)):
            name = one.name if isinstance(one, QualifiedName) else "".join(one.path) or _variable(one)
            platforms = platforms & WINDOWS if _only_windows(name) else platforms
    return platforms


def _variable(reference: ObjectRef) -> str:
    return str(getattr(reference.origin, "name", ""))


def _without_skipped(condition: Value, wanted: bool, platforms: frozenset[int]) -> frozenset[int]:
    skipped = true_on(condition, platforms)
    if skipped is not None:
        return platforms - skipped if wanted else platforms & skipped
    if isinstance(condition, PerPlatform):
        return frozenset(i for i in platforms if truth(condition.values[i]) is not wanted)
    return frozenset() if truth(condition) is wanted else platforms


def _only_windows(decorator: str) -> bool:
    last = decorator.rpartition(".")[2].lower().strip("_")
    words = set(last.split("_"))
    if {"not", "non", "except", "no", "skip", "xfail"} & words and "unless" not in words:
        return False
    return bool(words & {"windows", "win32"}) and (
        "mark." in decorator or bool(words & {"only", "requires", "require", "needs", "unless"})
    )
