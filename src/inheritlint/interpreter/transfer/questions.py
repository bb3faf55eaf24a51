"""Functions that answer a question: what there is, what is true, on which platform."""

from collections.abc import Callable

import libcst as cst

from inheritlint.domain.alternatives import alternatives
from inheritlint.domain.joins import one_of
from inheritlint.domain.literals import from_python
from inheritlint.domain.operations import compared
from inheritlint.domain.state import State
from inheritlint.domain.truth import is_soft, truth
from inheritlint.domain.values import (
    ANYTHING,
    ConstantValue,
    DictValue,
    FlagBits,
    ObjectRef,
    OneOf,
    PerPlatform,
    QualifiedName,
    Test,
    Value,
    available_on,
)
from inheritlint.interpreter.containers import items_of
from inheritlint.interpreter.frame import Frame, Results, Site
from inheritlint.interpreter.names import available, is_listed, is_telling, qualified
from inheritlint.interpreter.transfer import effects
from inheritlint.knowledge.calls import CALLS
from inheritlint.knowledge.flags import CONSTANTS
from inheritlint.knowledge.platforms import GUARDED_FLAGS, PLATFORMS
from inheritlint.semantics.names import dotted


def _hasattr(frame: Frame, site: Site, state: State) -> Results:
    owner, name = site.value(0), site.value(1)
    if isinstance(owner, QualifiedName) and isinstance(name, ConstantValue):
        full = f"{owner.name}.{name.value}"
        if is_listed(full):
            there = ConstantValue(True) if is_telling(full) else Test((owner, name, "has"))
            return [(state, available_on(available(full), there, ConstantValue(False)))]
        if full in CONSTANTS or (owner.name in ("os", "fcntl", "socket") and str(name.value) in _OLD):
            return [(state, ConstantValue(True))]
    return [(state, Test((owner, name, "has")))]


#: What older Pythons lacked: every one that runs today has it.
_OLD = frozenset(["set_inheritable", "get_inheritable", "O_CLOEXEC", "F_DUPFD_CLOEXEC", "dup2", "FD_CLOEXEC"])


def _getattr(frame: Frame, site: Site, state: State) -> Results:
    owner, name, otherwise = (site.value(position) for position in range(3))
    if not isinstance(name, ConstantValue) or not isinstance(name.value, str) or owner is None:
        return [(state, ANYTHING)]
    modules = [option for option in alternatives(owner, state.platforms) if isinstance(option, QualifiedName)]
    if otherwise is not None and modules:  # of several, each on its platform; where there is none it is not asked
        return [(state, one_of(_member(module, name.value, otherwise) for module in modules))]
    if not isinstance(owner, QualifiedName):
        results = frame.load_attribute(owner, name.value, state)
        if otherwise is None or isinstance(owner, ObjectRef):
            return results
        return [(way, one_of([value, otherwise])) for way, value in results]
    full = f"{owner.name}.{name.value}"
    if name.value in GUARDED_FLAGS and not frame.catches("AttributeError"):
        frame.file.note_flag(site.node, name.value, state)
    elif not frame.absent(state, available(full), "AttributeError", is_telling(full)):
        return []
    return [(state, qualified(full))]


def _member(module: QualifiedName, name: str, otherwise: Value) -> Value:
    """`getattr(module, name, otherwise)`."""
    full = f"{module.name}.{name}"
    value = qualified(full)
    if isinstance(value, FlagBits) or not is_listed(full):
        return value  # a flag that a platform lacks adds nothing there: it counts as written
    return available_on(available(full), value if is_telling(full) else ANYTHING, otherwise)


def _bool(frame: Frame, site: Site, state: State) -> Results:
    inner = site.value(0)
    if inner is None:
        return [(state, ConstantValue(False))]
    if isinstance(inner, PerPlatform):
        return [(state, PerPlatform(tuple(map(_plain_truth, inner.values)), "", inner.compared))]
    if isinstance(inner, OneOf):
        return [(state, one_of(map(_plain_truth, inner.options)))]
    return [(state, _plain_truth(inner))]


def _plain_truth(value: Value) -> Value:
    answer = truth(value)
    return ConstantValue(answer, is_soft(value)) if answer is not None else value


def _quantified(wanted: bool) -> Callable[[Frame, Site, State], Results]:
    def quantified(frame: Frame, site: Site, state: State) -> Results:
        """`any(…)`, `all(…)` of known items."""
        given = site.value(0)
        items = items_of(given, state) if given is not None else None
        if not items:
            return [(state, ANYTHING)]
        columns = [item.values if isinstance(item, PerPlatform) else (item,) * len(PLATFORMS) for item in items]
        rows = [[truth(value) for value in row] for row in zip(*columns, strict=True)]
        return [(state, PerPlatform(tuple(_decided(row, wanted) for row in rows)))]

    return quantified


def _decided(answers: list[bool | None], wanted: bool) -> Value:
    if wanted in answers:
        return ConstantValue(wanted)
    return ANYTHING if None in answers else ConstantValue(not wanted)


def _skip(when: bool) -> Callable[[Frame, Site, State], Results]:
    """`unittest.skipIf(c)`, `pytest.mark.skipif(c)` and `skipUnless`: a table that says when the test is left out."""

    def skipping(frame: Frame, site: Site, state: State) -> Results:
        condition = site.value(0, "condition") or ANYTHING
        if isinstance(condition, ConstantValue) and isinstance(condition.value, str):
            condition = _of_text(condition.value)
        return [(state, DictValue((("skip", condition), ("when", ConstantValue(when)))))]

    return skipping


def _of_text(text: str) -> Value:
    """`pytest.mark.skipif("sys.platform != 'win32'")`: the plain comparisons that are written so."""
    try:
        node = cst.parse_expression(text)
    except (cst.ParserSyntaxError, cst.CSTValidationError):
        return ANYTHING
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        left, target = qualified(dotted(node.left) or "?"), node.comparisons[0]
        if isinstance(target.comparator, cst.SimpleString):
            return compared(type(target.operator).__name__, left, from_python(target.comparator.evaluated_value))
    return ANYTHING


def _inheritable(frame: Frame, site: Site, state: State) -> Results:
    """`os.get_inheritable(fd)`: what it was, to be put back."""
    effects.observe(frame, site.name, CALLS[site.name], site, state)
    frame.throw(state, "OSError", probable=False)
    return [(state, Test(("inheritable", site.value(0, "fd"))))]


QUESTIONS: dict[str, Callable[[Frame, Site, State], Results]] = {
    "builtins.hasattr": _hasattr,
    "builtins.getattr": _getattr,
    "builtins.bool": _bool,
    "builtins.any": _quantified(True),
    "builtins.all": _quantified(False),
    "unittest.skipIf": _skip(True),
    "unittest.skipUnless": _skip(False),
    "pytest.mark.skipif": _skip(True),
    "os.get_inheritable": _inheritable,
}
