"""A rule as SARIF describes it."""

import re
from typing import Any

from inheritlint.declaration import Rule
from inheritlint.faces.rule_docs import rule_page
from inheritlint.findings import Severity

LEVELS = {Severity.CONVENTION: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}

#: How GitHub ranks a rule that is none of security.
_PROBLEM = {Severity.CONVENTION: "recommendation", Severity.WARNING: "warning", Severity.ERROR: "error"}
#: What a severity claims: an error is proved, a warning depends on when a child is started.
_PRECISION = {Severity.CONVENTION: "high", Severity.WARNING: "high", Severity.ERROR: "very-high"}
#: On the scale of CVSS: what a descriptor in the wrong process is worth depends on what it leads to.
_SECURITY = {Severity.CONVENTION: "2.0", Severity.WARNING: "5.5", Severity.ERROR: "6.5"}

#: GitHub shows so many characters of a description.
_LONGEST = 1024
_WEAKNESS = re.compile(r"CWE-(\d+)")


def descriptor(rule: Rule[Any]) -> dict[str, Any]:
    """The rule as a `reportingDescriptor`, with the properties that GitHub reads."""
    text = rule_page(rule)
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary[:_LONGEST]},
        "fullDescription": {"text": _description(rule)},
        "help": {"text": text, "markdown": text},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _properties(rule: Rule[Any]) -> dict[str, Any]:
    weaknesses = [f"external/cwe/cwe-{int(match[1]):03}" for match in map(_WEAKNESS.match, rule.references) if match]
    properties = {
        "tags": [*(["security", *weaknesses] if weaknesses else []), "file-descriptors"],
        "precision": _PRECISION[rule.severity],
        "problem.severity": _PROBLEM[rule.severity],
    }
    # GitHub takes every rule that has a score for one of security.
    return properties | ({"security-severity": _SECURITY[rule.severity]} if weaknesses else {})


def _description(rule: Rule[Any]) -> str:
    """What the rule does and why, in whole paragraphs as far as they fit."""
    described = ""
    what, why, *_ = re.split("^## .*$", rule.documentation, flags=re.MULTILINE)[1:]
    for paragraph in map(_unwrapped, f"{what.strip()}\n\n{why.strip()}".split("\n\n")):
        longer = f"{described}\n\n{paragraph}".strip()
        if len(longer) > _LONGEST:
            break
        described = longer
    return described or rule.summary[:_LONGEST]


def _unwrapped(paragraph: str) -> str:
    """The paragraph in one line, unless its lines are those of a list or of code."""
    return paragraph if re.search(r"^(\s|[-*|`#])", paragraph, re.MULTILINE) else paragraph.replace("\n", " ")
