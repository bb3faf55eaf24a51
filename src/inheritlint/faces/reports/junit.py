"""JUnit's XML, which every server that runs tests can show: a suite a file, a failed test a finding."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.escaping import plain
from inheritlint.faces.reports.places import Root
from inheritlint.findings import Finding
from inheritlint.pipeline.codes import FILE_NOT_CHECKED
from inheritlint.pipeline.outcome import Outcome


def report(checked: Checked) -> str:
    """The findings as an XML document. A file that could not be analysed is an error, every other finding a failure;
    where nothing is found there is one test, and it has passed."""
    root = Root()
    suites = Element("testsuites", name="inheritlint")
    for outcome in checked.outcomes:
        if outcome.findings:
            suites.append(_suite(root.shown(outcome.path), outcome))
    if not len(suites):
        suite = SubElement(suites, "testsuite", name="inheritlint", tests="1", failures="0", errors="0", skipped="0")
        SubElement(suite, "testcase", name="no findings", classname="inheritlint", time="0")
    for count in ("tests", "failures", "errors"):
        suites.set(count, str(sum(int(suite.get(count, 0)) for suite in suites)))
    indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(suites, "unicode")}'


def _suite(path: str, outcome: Outcome) -> Element:
    errors = sum(finding.code == FILE_NOT_CHECKED for finding in outcome.findings)
    suite = Element(
        "testsuite",
        name=plain(path),
        tests=str(len(outcome.findings)),
        failures=str(len(outcome.findings) - errors),
        errors=str(errors),
        skipped="0",
    )
    for finding in outcome.findings:
        suite.append(_case(path, finding))
    return suite


def _case(path: str, finding: Finding) -> Element:
    place = f"{finding.span.line}:{finding.span.column}"
    case = Element(
        "testcase",
        name=f"{finding.code} {finding.name} ({place})",
        classname=_class_name(path),
        file=plain(path),
        line=str(finding.span.line),
        time="0",
    )
    kind = "error" if finding.code == FILE_NOT_CHECKED else "failure"
    failure = SubElement(case, kind, type=str(finding.severity), message=plain(f"{finding.code} {finding.message}"))
    lines = [f"{path}:{place}: {finding.code} {finding.message}"]
    lines += [f"line {step.span.line}: {step.message}" for step in (*finding.trace, *finding.other_path)]
    lines += [f"help: {finding.fix.message}"] if finding.fix else []
    failure.text = "\n".join(map(plain, lines))
    return case


def _class_name(path: str) -> str:
    """The path with dots, as servers that group tests by package expect it."""
    name = ".".join(part for part in path.removesuffix(".py").split("/") if part.strip("."))
    return plain(name) or "inheritlint"
