"""The order of severities and of edits."""

import pickle

from inheritlint.findings import Edit, Finding, Fix, Safety, Severity, Span, Step


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
