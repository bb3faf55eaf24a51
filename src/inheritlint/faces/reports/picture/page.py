"""The page as a whole: one file, which loads nothing and lets nothing in it load anything."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files

from inheritlint import __version__
from inheritlint.faces.reports.checked import Checked
from inheritlint.faces.reports.escaping import plain
from inheritlint.faces.reports.picture.drawing import drawing, letter
from inheritlint.faces.reports.picture.lives import Function, Numbered, functions
from inheritlint.faces.reports.picture.source import source_lines
from inheritlint.findings import Finding, LineTable, Safety, Severity, page_of
from inheritlint.pipeline.outcome import Outcome

_TRUST = {Safety.SAFE: "inheritlint --fix", Safety.UNSAFE: "inheritlint --fix --unsafe-fixes"}

_KEYS = (("j / k", "next, previous finding"), ("/", "search"), ("t", "light or dark"), ("Esc", "show all"))

#: What the symbols of the drawing mean, each with its class.
_LEGEND = (
    ("closed", "not inheritable"),
    ("inheritable", "inheritable"),
    ("child", "child process inherits it"),
    ("child-without", "child process does not inherit it"),
    ("reset", "reset"),
    ("escape", "exit that skips the reset"),
)

_NOTHING = '<p class="nothing">Nothing was found.</p>'


def report(checked: Checked) -> str:
    """The findings as one HTML document. It carries its style and its script, and a policy that allows these two alone;
    whatever a file name or a source holds is text."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'"
    found = [finding for _, finding in checked.findings]
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}; form-action \'none\'">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            f"<title>{len(found)} findings of inheritlint</title>",
            f"<style>{style}</style></head><body>",
            _header(found),
            f"<main>{''.join(_files(checked.outcomes)) or _NOTHING}</main>",
            f"<footer>inheritlint {escape(__version__)}</footer>",
            f"<script>{script}</script></body></html>",
        )
    )


def _header(found: list[Finding]) -> str:
    codes, severities = Counter(each.code for each in found), Counter(each.severity for each in found)
    legend = "".join(f'<li><i class="{name}"></i>{meaning}</li>' for name, meaning in _LEGEND)
    keys = "".join(f"<li><kbd>{escape(key)}</kbd> {meaning}</li>" for key, meaning in _KEYS)
    return (
        "<header><h1>inheritlint</h1>"
        f'<p id="count" role="status">{len(found)} findings</p>'
        '<input id="search" type="search" placeholder="Search" aria-label="Search the findings">'
        '<button id="theme" type="button">Light or dark</button>'
        f"<fieldset><legend>Severity</legend>{_boxes('severity', _by_rank(severities))}</fieldset>"
        f"<fieldset><legend>Rule</legend>{_boxes('code', sorted(codes.items()))}</fieldset>"
        f'<ul class="legend">{legend}</ul><ul class="keys">{keys}</ul></header>'
    )


def _by_rank(counts: Counter[Severity]) -> list[tuple[str, int]]:
    return [(str(severity), counts[severity]) for severity in reversed(Severity) if counts[severity]]


def _boxes(kind: str, counts: Iterable[tuple[str, int]]) -> str:
    return "".join(
        f'<label><input type="checkbox" checked data-filter="{kind}" value="{escape(value)}">{escape(value)} '
        f"<small>{count}</small></label>"
        for value, count in counts
    )


def _files(outcomes: Iterable[Outcome]) -> Iterator[str]:
    number = 1
    for outcome in outcomes:
        if outcome.findings:
            lines = LineTable(outcome.source.text) if outcome.source else LineTable("")
            parts = "".join(_function(lines, each) for each in functions(outcome, number))
            yield f'<section class="file"><h2>{escape(plain(outcome.path))}</h2>{parts}</section>'
            number += len(outcome.findings)


def _function(lines: LineTable, function: Function) -> str:
    name = escape(plain(function.name)) if function.name else "<i>module</i>"
    lives = "".join(
        f"<li><b>{letter(place)}</b> <code>{escape(plain(life.name))}</code></li>"
        for place, life in enumerate(function.lives)
    )
    found = "".join(map(_finding, function.findings))
    return (
        f'<article class="function"><h3>{name}</h3>{_source(lines, function)}'
        f'<div class="told">{f"<ul class=names>{lives}</ul>" if lives else ""}<ol>{found}</ol></div></article>'
    )


def _source(lines: LineTable, function: Function) -> str:
    if not function.rows:
        return ""
    places = {line: row for row, line in enumerate(function.rows)}
    numbers = "".join(f"<span>{line}</span>" for line in function.rows)
    code = "".join(source_lines(lines, function.rows, [each.finding for each in function.findings]))
    return (
        f'<div class="source"><div class="numbers" aria-hidden="true">{numbers}</div>'
        f'{drawing(function.lives, places, len(function.rows))}<pre tabindex="0">{code}</pre></div>'
    )


def _finding(numbered: Numbered) -> str:
    number, finding = numbered
    steps = "".join(
        f'<li class="{step.role}"><a href="#finding-{number}" data-line="{step.span.line}">line {step.span.line}</a> '
        f"{_sentence(step.message)}</li>"
        for step in finding.trace
    )
    fix = f'<p class="fix">{_sentence(finding.fix.message)}{_how(finding)}</p>' if finding.fix else ""
    return (
        f'<li class="finding {finding.severity}" id="finding-{number}" tabindex="-1" data-code="{finding.code}" '
        f'data-severity="{finding.severity}" data-line="{finding.span.line}" data-last="{finding.span.end_line}">'
        f'<p><a class="code" href="{escape(page_of(finding.code))}">{finding.code}</a> '
        f"<small>{finding.severity}, line {finding.span.line}</small><br>{_sentence(finding.message)}</p>"
        f"{f'<ol class=steps>{steps}</ol>' if steps else ''}{fix}</li>"
    )


def _how(finding: Finding) -> str:
    command = _TRUST.get(finding.fix.safety) if finding.fix else None
    return f" (<code>{command}</code>)" if command else ""


def _sentence(text: str) -> str:
    """A sentence whose words between backticks are code."""
    pieces = escape(plain(text)).split("`")
    if len(pieces) % 2 == 0:  # one of them has no fellow
        return "`".join(pieces)
    return "".join(f"<code>{piece}</code>" if place % 2 else piece for place, piece in enumerate(pieces))


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _digest(text: str) -> str:
    """What a content security policy calls an element with this text."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
