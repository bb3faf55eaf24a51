"""The order of severities and of edits."""

import pickle

from inheritlint.findings import Edit, Finding, Fix, Safety, Severity, Span, Step, StepRole


def test_severities_rise() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == ["convention", "warning", "error"]


def test_edits_are_in_the_order_of_the_text() -> None:
    edits = [Edit(3, 4, "a"), Edit(1, 5, ""), Edit(1, 1, "b"), Edit(1, 1, "a")]
    assert sorted(edits) == [Edit(1, 1, "a"), Edit(1, 1, "b"), Edit(1, 5, ""), Edit(3, 4, "a")]


def test_a_finding_travels_between_processes() -> None:
    span = Span(0, 1, 1, 1, 1, 2)
    fix = Fix((Edit(0, 1, "x"),), Safety.SAFE, "Do it")
    finding = Finding("INH101", "name", Severity.ERROR, "message", span, fix, (Step(span, "here", StepRole.CHILD),))
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert len({finding, pickle.loads(pickle.dumps(finding))}) == 1


MADE, CHILD, RESET, ESCAPE = StepRole.MADE_INHERITABLE, StepRole.CHILD, StepRole.RESET, StepRole.ESCAPE


def found(trace: list[StepRole], other_path: list[StepRole], role: StepRole = MADE) -> Finding:
    """A finding whose steps, a character each, have these roles."""
    steps = [Step(Span(at, at + 1, 1, at + 1, 1, at + 2), "", each) for at, each in enumerate(trace + other_path, 1)]
    trace_steps, others = tuple(steps[: len(trace)]), tuple(steps[len(trace) :])
    place = Span(0, 1, 1, 1, 1, 2)
    return Finding("INH202", "name", Severity.WARNING, "", place, None, trace_steps, others, role)


def roles(finding: Finding) -> list[list[StepRole]]:
    return [[step.role for step in path] for path in finding.paths]


def test_a_finding_without_other_steps_has_no_path() -> None:
    assert roles(found([], [])) == []
    assert [step.role for step in found([], []).steps] == [MADE]


def test_its_own_place_comes_after_the_creation() -> None:
    assert roles(found([StepRole.CREATED], [])) == [[StepRole.CREATED, MADE]]
    assert roles(found([StepRole.CREATED, CHILD], [])) == [[StepRole.CREATED, MADE, CHILD]]
    assert roles(found([CHILD], [], StepRole.NONE)) == [[CHILD]]


def test_the_path_that_resets_is_another_one() -> None:
    assert roles(found([CHILD, ESCAPE], [RESET])) == [[MADE, CHILD, ESCAPE], [MADE, CHILD, RESET]]
