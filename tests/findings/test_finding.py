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
    finding = Finding("INH101", "name", Severity.ERROR, "message", span, fix, (Step(span, "here"),))
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert len({finding, pickle.loads(pickle.dumps(finding))}) == 1


def told(*roles: StepRole) -> Finding:
    """A finding whose steps, a character each, have these roles."""
    steps = (Step(Span(place, place + 1, 1, place + 1, 1, place + 2), "", role) for place, role in enumerate(roles))
    return Finding("INH202", "name", Severity.WARNING, "", Span(0, 1, 1, 1, 1, 2), None, tuple(steps))


def roles(finding: Finding) -> list[list[StepRole]]:
    return [[step.role for step in path] for path in finding.paths]


MADE, CHILD, RESET, ESCAPE = StepRole.MADE_INHERITABLE, StepRole.CHILD, StepRole.RESET, StepRole.ESCAPE


def test_a_story_with_one_end_is_one_path() -> None:
    assert roles(told()) == []
    assert roles(told(MADE, CHILD)) == [[MADE, CHILD]]
    assert roles(told(MADE, CHILD, RESET)) == [[MADE, CHILD, RESET]]


def test_a_path_that_escapes_comes_to_no_reset_and_to_no_later_child() -> None:
    assert roles(told(MADE, CHILD, ESCAPE, CHILD, RESET)) == [[MADE, CHILD, ESCAPE], [MADE, CHILD, CHILD, RESET]]
    assert roles(told(MADE, ESCAPE)) == [[MADE, ESCAPE]]
